#include "sim/check_history.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sim {

namespace {

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

void HistoryReader::note(const Fact& f) {
    if (f.thread != ThreadId::none) note_thread(f);
    const bool done = f.error == Win32Error::success;
    switch (f.kind) {
        case FactKind::port_created: add_own(from(f, Action::Kind::create)); break;
        case FactKind::port_duplicated: add_own(from(f, Action::Kind::duplicate)); break;
        case FactKind::port_closed:
            if (done) add_own(from(f, Action::Kind::close));
            break;
        case FactKind::posted:
            if (done) posted(f);
            break;
        case FactKind::bound:
            if (done && f.handle != HandleId::none) bound_[index(f.handle)] = f.port;
            break;
        case FactKind::io_called: io_called(f); break;
        case FactKind::io_returned: io_returned(f); break;
        case FactKind::modes_set:
            if (done) skips_[index(f.handle)] = (f.number & 1u) != 0;
            break;
        case FactKind::depth: {
            Action seen = from(f, Action::Kind::see_depth);
            seen.thread = ThreadId::none;
            history_.depths_were_seen = true;
            add(seen);
            break;
        }
        default: break;
    }
}

void HistoryReader::note_thread(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    switch (f.kind) {
        case FactKind::get_called: called(f); break;
        case FactKind::get_returned: returned(f); break;
        case FactKind::also_returned:
            if (self.call != kNoAction) received(f, self.call);
            break;
        case FactKind::block_began: blocked(f); break;
        case FactKind::block_ended: unblocked(f); break;
        case FactKind::suspended: add_after(self.stopped, from(f, Action::Kind::suspend)); break;
        case FactKind::resumed: add_after(self.stopped, from(f, Action::Kind::resume)); break;
        case FactKind::thread_exited: add_own(from(f, Action::Kind::exit)); break;
        case FactKind::parked:
            history_.waits_were_seen = true;
            add(from(f, Action::Kind::see_waiting));
            break;
        default: break;
    }
}

// -- packets
// ---------------------------------------------------------------------------------------

void HistoryReader::posted(const Fact& f) {
    const auto packet = static_cast<std::uint32_t>(f.packet);
    Action insert = from(f, Action::Kind::insert);
    insert.likely = f.t0 + (f.t1 - f.t0) / 2;
    add_own(insert);
    const auto number = static_cast<std::uint32_t>(history_.actions.size() - 1);
    const auto [there, fresh] = inserts_.emplace(packet, number);
    if (!fresh)
        contradict(Rule::none, fmt::format("packet {} is posted twice", packet),
                   history_.actions[there->second].fact);
}

// The end of an operation is a packet if one was received; else it may be one that is on its way.
void HistoryReader::io_called(const Fact& f) {
    Action insert = from(f, Action::Kind::insert);
    insert.port = bound_[index(f.handle)];
    insert.thread = ThreadId::none;
    insert.hi = insert.likely = kLatest;
    insert.must = false;
    inserts_.emplace(static_cast<std::uint32_t>(f.packet), add(insert));
}

// What failed at once brings no packet, and neither does what succeeded at once where that is so.
void HistoryReader::io_returned(const Fact& f) {
    const bool pending = f.error == Win32Error::io_pending;
    const bool skipped = f.error == Win32Error::success && skips_[index(f.handle)];
    const bool failed = !pending && f.error != Win32Error::success;
    const auto insert = inserts_.find(static_cast<std::uint32_t>(f.packet));
    if (insert == inserts_.end() || (!skipped && !failed)) return;
    Action& sent = history_.actions[insert->second];
    if (!sent.must) sent.port = PortId::none;
}

// -- calls
// -----------------------------------------------------------------------------------------

void HistoryReader::called(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    if (self.call != kNoAction && history_.calls[self.call].returned == kNoAction)
        contradict(Rule::none,
                   fmt::format("{} asks again before its call has returned",
                               thread_name(trace_.header, f.thread)),
                   history_.calls[self.call].called_fact);
    const auto call = static_cast<std::uint32_t>(history_.calls.size());
    history_.calls.push_back({.thread = f.thread,
                              .port = f.port,
                              .batch = f.number,
                              .timeout = f.amount,
                              .called_fact = at_});
    self.call = call;
    Action enter = from(f, Action::Kind::enter);
    enter.call = call;
    enter.hi = options_.margin < 0 ? kLatest : f.t1 + options_.margin;
    add_own(enter);
}

void HistoryReader::returned(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    if (self.call == kNoAction || history_.calls[self.call].returned != kNoAction)
        return contradict(Rule::none, fmt::format("{} returns from a call that it never made",
                                                  thread_name(trace_.header, f.thread)));
    Call& call = history_.calls[self.call];
    call.returned_fact = at_;
    call.first_packet = static_cast<std::uint32_t>(history_.received.size());
    // The last of its own is the call's "enter": it cannot have come after the return.
    Action& enter = history_.actions[self.last];
    enter.hi = std::min(enter.hi, f.t1);
    if (f.packet != PacketId::none) {
        call.result = Call::Result::packets;
        call.count = f.number;
        received(f, self.call);
    } else {
        ended_without_packet(f, self.call);
    }
    Action back = from(f, Action::Kind::returned);
    back.call = self.call;
    add_own(back);
    call.returned = self.last;
}

void HistoryReader::received(const Fact& f, std::uint32_t number) {
    Call& call = history_.calls[number];
    const auto packet = static_cast<std::uint32_t>(f.packet);
    history_.received.push_back(f.packet);
    call.count = std::max(call.count, ++call.packets);
    const auto [claim, fresh] = history_.claims.emplace(packet, number);
    if (!fresh)
        contradict(Rule::q_once_1, fmt::format("packet {} is received twice", packet),
                   history_.calls[claim->second].returned_fact);
    const auto insert = inserts_.find(packet);
    if (insert == inserts_.end()) {
        if (trace_.header.dropped == 0)
            contradict(Rule::q_once_1,
                       fmt::format("packet {} is received, but it was never sent", packet));
        return;
    }
    Action& sent = history_.actions[insert->second];
    if (sent.lo > f.t1)
        contradict(Rule::q_once_1, fmt::format("packet {} is received before it is sent", packet),
                   sent.fact);
    if (sent.must) return;
    // An operation's packet: it must have come by now, through the port of this call.
    sent.must = true;
    sent.port = f.port;
    sent.hi = sent.likely = f.t1;
}

void HistoryReader::ended_without_packet(const Fact& f, std::uint32_t number) {
    Call& call = history_.calls[number];
    switch (f.error) {
        case Win32Error::abandoned_wait_0: call.result = Call::Result::abandoned; break;
        case Win32Error::invalid_handle: call.result = Call::Result::invalid_handle; break;
        case Win32Error::invalid_parameter: call.result = Call::Result::invalid_parameter; break;
        case Win32Error::wait_io_completion: call.result = Call::Result::user_apc; break;
        case Win32Error::wait_timeout: call.result = Call::Result::timed_out; break;
        default:
            return contradict(Rule::none,
                              fmt::format("{} returns with {}, which no call on a port "
                                          "is documented to give",
                                          thread_name(trace_.header, f.thread), name(f.error)));
    }
    const bool waited = call.result == Call::Result::user_apc ||
                        (call.result == Call::Result::timed_out && call.timeout != 0);
    if (!waited) return;
    Action end = from(f, Action::Kind::end_wait);
    end.lo = history_.actions[threads_[index(f.thread)].last].lo;
    end.call = number;
    // A user APC may end the call at once, without a wait (T-APC-2).
    end.must = call.result == Call::Result::timed_out;
    add_own(end);
}

// -- other waits
// -----------------------------------------------------------------------------------

void HistoryReader::blocked(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    if (self.block != kNoAction)
        return contradict(Rule::none, fmt::format("{} begins to wait while it waits",
                                                  thread_name(trace_.header, f.thread)));
    Action block = from(f, Action::Kind::block);
    block.must = !history_.blocks_are_claims;
    if (history_.blocks_are_claims) block.hi = kLatest;
    add_after(self.watched, block);
    self.block = self.watched;
}

void HistoryReader::unblocked(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    if (self.block == kNoAction)
        return contradict(Rule::none, fmt::format("{} ends a wait that it never began",
                                                  thread_name(trace_.header, f.thread)));
    Action unblock = from(f, Action::Kind::unblock);
    Action& block = history_.actions[self.block];
    self.block = kNoAction;
    if (history_.blocks_are_claims) {
        unblock.lo = block.lo;
        block.hi = f.t1;
    }
    add_after(self.watched, unblock);
}

// -- at the end
// ------------------------------------------------------------------------------------

void HistoryReader::finish() {
    if (history_.waits_were_seen) attribute_looks();
    for (const auto& [packet, call] : history_.claims) {
        const auto insert = inserts_.find(packet);
        if (insert != inserts_.end()) history_.actions[insert->second].call = call;
    }
    for (std::uint32_t c = 0; c < history_.calls.size(); ++c) {
        const Call& call = history_.calls[c];
        if (call.returned != kNoAction) continue;
        // Whatever it was asked for may still have happened.
        if (call.timeout == kInfinite || call.timeout == 0) continue;
        Action end{.lo = trace_.facts[call.called_fact].t0, .kind = Action::Kind::end_wait};
        end.must = false;
        end.thread = call.thread;
        end.call = c;
        end.likely = kLatest;
        end.fact = call.called_fact;
        end.after = threads_[index(call.thread)].last;
        add(end);
    }
}

// Whoever was seen waiting was in a call: if it can have been in one only, it waited in that one.
void HistoryReader::attribute_looks() {
    std::vector<std::vector<std::uint32_t>> calls(threads_.size());
    for (std::uint32_t c = 0; c < history_.calls.size(); ++c)
        calls[index(history_.calls[c].thread)].push_back(c);
    const auto called = [&](std::uint32_t c) {
        return trace_.facts[history_.calls[c].called_fact].t0;
    };
    const auto returned = [&](std::uint32_t c) {
        const std::uint32_t back = history_.calls[c].returned;
        return back == kNoAction ? kLatest : history_.actions[back].hi;
    };
    for (const Action& look : history_.actions) {
        if (look.kind != Action::Kind::see_waiting) continue;
        const auto& own = calls[index(look.thread)];
        const auto first = std::partition_point(
            own.begin(), own.end(), [&](std::uint32_t c) { return returned(c) < look.lo; });
        auto last = first;
        while (last != own.end() && called(*last) <= look.hi) ++last;
        using Seen = Call::SeenWaiting;
        for (auto c = first; c != last; ++c) {
            Seen& seen = history_.calls[*c].seen_waiting;
            if (seen != Seen::yes) seen = last - first == 1 ? Seen::yes : Seen::perhaps;
        }
    }
}

// A packet that came from nowhere near a port, and that nobody got, is no action.
void HistoryReader::order_by_time() {
    std::vector<bool> keep(history_.actions.size());
    for (std::size_t a = 0; a < keep.size(); ++a) {
        const Action& action = history_.actions[a];
        keep[a] = action.kind != Action::Kind::insert || action.must || action.port != PortId::none;
    }
    keep_actions(history_, keep);
}

}  // namespace

CheckHistory read_history(const Trace& trace, const HistoryOptions& options) {
    return HistoryReader(trace, options).read();
}

}  // namespace sim
