#include "sim/check_faults.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sim {

namespace {

// Naming a rule is worth less than the verdict.
constexpr std::uint64_t kMostEffort = 500'000;

Trace like(const Trace& trace) {
    return {.header = trace.header, .facts = {}, .truncated = trace.truncated};
}

bool blocks(const Fact& fact) {
    return fact.kind == FactKind::block_began || fact.kind == FactKind::block_ended;
}

// What the thread itself did, or how its call went on.
bool own(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::parked:
        case FactKind::suspended:
        case FactKind::resumed:
        case FactKind::apc_queued:
        case FactKind::switches:
        case FactKind::also_returned: return false;
        default: return fact.thread != ThreadId::none && !hidden(fact);
    }
}

// -- C-BLOCK-1: who blocks keeps its slot ---------------------------------------------------------

Trace without_blocks(const Trace& trace) {
    Trace result = like(trace);
    std::copy_if(trace.facts.begin(), trace.facts.end(), std::back_inserter(result.facts),
                 [](const Fact& fact) { return !blocks(fact); });
    return result;
}

// -- C-SPIN-1: who computes frees its slot --------------------------------------------------------

// Computing becomes a wait that ends when the thread does something else.
Trace computing_blocks(const Trace& trace) {
    Trace result = like(trace);
    std::unordered_map<std::uint32_t, Nanos> since;
    for (const Fact& fact : trace.facts) {
        const auto thread = static_cast<std::uint32_t>(fact.thread);
        const auto found = own(fact) ? since.find(thread) : since.end();
        if (found != since.end()) {
            result.facts.push_back({.t0 = found->second,
                                    .t1 = std::max(found->second, fact.t0),
                                    .kind = FactKind::block_ended,
                                    .thread = fact.thread});
            since.erase(found);
        }
        result.facts.push_back(fact);
        if (fact.kind != FactKind::computing) continue;
        Fact began = fact;
        began.kind = FactKind::block_began;
        result.facts.push_back(began);
        since[thread] = fact.t1;
    }
    return result;
}

// -- A-ASSOC-2: who asks another port still counts at the old one ---------------------------------

// A thread becomes as many as it asks ports, each of which stays where it is.
class OneThreadPerPort {
public:
    explicit OneThreadPerPort(const Trace& trace) : trace_(trace), result_(like(trace)) {
        for (std::size_t i = 0; i < trace.header.threads.size(); ++i)
            now_.push_back(make_id<ThreadId>(i));
        first_.resize(now_.size(), PortId::none);
    }
    Trace make() {
        for (Fact fact : trace_.facts) {
            if (fact.thread == ThreadId::none || index(fact.thread) >= now_.size()) {
                result_.facts.push_back(fact);
                continue;
            }
            const ThreadId thread = fact.thread;
            if (fact.kind == FactKind::get_called) now_[index(thread)] = at(thread, fact.port);
            fact.thread =
                fact.kind == FactKind::parked ? at(thread, fact.port) : now_[index(thread)];
            result_.facts.push_back(fact);
            if (fact.kind != FactKind::thread_exited) continue;
            for (const auto& [who, id] : others_) {
                if (who.first != thread) continue;
                fact.thread = id == now_[index(thread)] ? thread : id;
                result_.facts.push_back(fact);
            }
        }
        return std::move(result_);
    }

private:
    ThreadId at(ThreadId thread, PortId port) {
        PortId& first = first_[index(thread)];
        if (first == PortId::none) first = port;
        if (first == port) return thread;
        const auto [found, fresh] = others_.emplace(
            std::pair(thread, port), make_id<ThreadId>(result_.header.threads.size()));
        if (fresh) {
            const std::string name(thread_name(trace_.header, thread));
            result_.header.threads.push_back(name + "'");
        }
        return found->second;
    }

    const Trace& trace_;
    Trace result_;
    std::vector<ThreadId> now_;  // by thread: which of them it is
    std::vector<PortId> first_;
    std::map<std::pair<ThreadId, PortId>, ThreadId> others_;
};

// -- Q-FIFO-1: packets do not leave in their order ------------------------------------------------

// A packet that was overtaken came late: after the packets that overtook it.
Trace overtaken_come_late(const Trace& trace) {
    struct Sent {
        Nanos lo = 0, hi = 0;
        PortId port = PortId::none;
    };
    std::unordered_map<std::uint32_t, Sent> sent;
    std::unordered_map<std::uint32_t, std::pair<Nanos, std::size_t>> got;  // when, and its place
    std::vector<std::uint32_t> order;
    for (const Fact& fact : trace.facts) {
        const auto packet = static_cast<std::uint32_t>(fact.packet);
        if (fact.kind == FactKind::posted) sent[packet] = {fact.t0, fact.t1, fact.port};
        const bool received =
            fact.kind == FactKind::get_returned || fact.kind == FactKind::also_returned;
        if (!received || packet == 0) continue;
        got.emplace(packet, std::pair(fact.t1, order.size()));
        order.push_back(packet);
    }
    Trace result = like(trace);
    // Of what has been received so far, what was sent last, by port.
    std::vector<std::vector<Nanos>> latest(order.size() + 1,
                                           std::vector<Nanos>(trace.header.ports.size(), 0));
    for (std::size_t i = 0; i < order.size(); ++i) {
        latest[i + 1] = latest[i];
        const Sent& one = sent[order[i]];
        if (one.port == PortId::none || index(one.port) >= latest[i].size()) continue;
        Nanos& last = latest[i + 1][index(one.port)];
        last = std::max(last, one.hi);
    }
    for (Fact fact : trace.facts) {
        if (fact.kind == FactKind::posted && index(fact.port) < trace.header.ports.size()) {
            const auto found = got.find(static_cast<std::uint32_t>(fact.packet));
            const bool received = found != got.end();
            const std::size_t place = received ? found->second.second : order.size();
            const Nanos after = latest[place][index(fact.port)];
            if (after > fact.t0) {
                fact.thread = ThreadId::none;  // no longer an act of its own
                fact.t0 = after;
                fact.t1 = received ? std::max(after, found->second.first) : kLatest;
            }
        }
        result.facts.push_back(fact);
    }
    return result;
}

// -- Q-ONCE-1: packets vanish ---------------------------------------------------------------------

void nobody_misses(CheckHistory& history) {
    for (Action& action : history.actions)
        if (action.kind == Action::Kind::insert && action.call == kNoAction) action.must = false;
}

}  // namespace

FoundFaults find_faults(const Trace& trace, Nanos margin, const SearchOptions& options) {
    FoundFaults found;
    SearchOptions bounded = options;
    bounded.effort = std::min(bounded.effort, kMostEffort);
    const auto try_out = [&](const Trace& changed, bool lossy, Fault fault) {
        CheckHistory history = read_history(changed, {.margin = margin});
        if (!history.contradictions.empty()) return;
        if (lossy) nobody_misses(history);
        CheckSearch search(history, {}, bounded);
        if (search.run() == CheckSearch::Answer::found) found.faults.push_back(fault);
        found.steps += search.steps();
    };
    // What changes nothing has been tried before.
    const auto try_changed = [&](const Trace& changed, Fault fault) {
        if (changed.facts.size() != trace.facts.size()) try_out(changed, false, fault);
    };
    try_changed(without_blocks(trace),
                {Rule::c_block_1, "a port at which a blocked thread keeps its slot"});
    try_changed(computing_blocks(trace),
                {Rule::c_spin_1, "a port at which a computing thread frees its slot"});
    if (trace.header.ports.size() > 1)
        try_out(
            OneThreadPerPort(trace).make(), false,
            {Rule::a_assoc_2, "a port at which a thread counts that has asked another port since"});
    if (!found.faults.empty()) return found;
    try_out(trace, true, {Rule::q_once_1, "a port that loses packets"});
    try_out(overtaken_come_late(trace), false,
            {Rule::q_fifo_1, "a port at which packets overtake each other"});
    return found;
}

}  // namespace sim
