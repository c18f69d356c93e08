// How a trace becomes a CheckHistory; for sim/check_history*.cpp only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/check_history.hpp"

namespace sim {

// Reads the facts of a trace in their order and makes actions of them.
class HistoryReader {
public:
    HistoryReader(const Trace& trace, const HistoryOptions& options)
        : trace_(trace), options_(options), threads_(trace.header.threads.size()) {
        history_.trace = &trace;
        history_.last = std::min(options.last, trace.facts.size());
        history_.threads.resize(trace.header.threads.size());
        history_.port_created.resize(trace.header.ports.size(), false);
        history_.port_closed.resize(trace.header.ports.size(), false);
        const Blocking how = trace.header.blocking;
        history_.blocks_are_claims = how == Blocking::kernel || how == Blocking::none;
        bound_.resize(trace.header.handles.size(), PortId::none);
        skips_.resize(trace.header.handles.size(), false);
    }
    CheckHistory read() {
        history_.actions.reserve(history_.last + history_.last / 4);
        for (at_ = 0; at_ < history_.last; ++at_) {
            const Fact fact = trace_.facts[at_];
            if (!hidden(fact) && known(fact)) note(fact);
        }
        finish();
        order_by_time();
        return std::move(history_);
    }

private:
    struct Thread {
        std::uint32_t call = kNoAction;                          // the call it is in
        std::uint32_t last = kNoAction;                          // its last action of its own
        std::uint32_t block = kNoAction;                         // the wait it is in
        std::uint32_t watched = kNoAction, stopped = kNoAction;  // last (un)block, suspend/resume
    };

    // Ids come from files, where the reader has looked them up, or from a program's own trace.
    [[nodiscard]] bool known(const Fact& f) const {
        const bool there =
            (f.thread == ThreadId::none || index(f.thread) < threads_.size()) &&
            (f.port == PortId::none || index(f.port) < history_.port_created.size()) &&
            (f.handle == HandleId::none || index(f.handle) < bound_.size());
        return there && std::none_of(info(f.kind).fields.begin(), info(f.kind).fields.end(),
                                     [&](const FieldUse& use) { return lacks(f, use); });
    }
    [[nodiscard]] static bool lacks(const Fact& f, const FieldUse& use) {
        if (use.optional) return false;
        return (use.field == Field::thread && f.thread == ThreadId::none) ||
               (use.field == Field::port && f.port == PortId::none) ||
               (use.field == Field::handle && f.handle == HandleId::none);
    }
    std::uint32_t add(const Action& action) {
        history_.actions.push_back(action);
        return static_cast<std::uint32_t>(history_.actions.size() - 1);
    }
    // One that comes after `last`, and is the last then.
    void add_after(std::uint32_t& last, Action action) {
        action.after = last;
        last = add(action);
    }
    void add_own(const Action& action) {
        if (action.thread == ThreadId::none)
            add(action);
        else
            add_after(threads_[index(action.thread)].last, action);
    }
    [[nodiscard]] Action from(const Fact& f, Action::Kind kind) const {
        Action action{.lo = f.t0, .hi = f.t1, .likely = f.t1, .kind = kind};
        action.port = f.port;
        action.thread = f.thread;
        action.packet = f.packet;
        action.number = f.number;
        action.fact = at_;
        return action;
    }
    void contradict(Rule rule, std::string what, std::size_t other = CheckHistory::kNone) {
        history_.contradictions.push_back({rule, std::move(what), at_, other});
    }

    void note(const Fact&);
    void note_thread(const Fact&);
    void posted(const Fact&);
    void io_called(const Fact&);
    void io_returned(const Fact&);
    void called(const Fact&);
    void returned(const Fact&);
    void exited(const Fact&);
    void received(const Fact&, std::uint32_t call);
    void ended_without_packet(const Fact&, std::uint32_t call);
    void blocked(const Fact&);
    void unblocked(const Fact&);
    void finish();
    void attribute_looks();
    void order_by_time();

    const Trace& trace_;
    HistoryOptions options_;
    CheckHistory history_;
    std::vector<Thread> threads_;
    std::vector<PortId> bound_;  // by handle: the port it is bound to
    std::vector<bool> skips_;    // by handle: success at once queues no packet (N-NOTIFY-1)
    std::unordered_map<std::uint32_t, std::uint32_t> inserts_;  // by packet: the action
    std::size_t at_ = 0;
};

}  // namespace sim
