#include "sim/most_active.hpp"

#include <algorithm>
#include <utility>

#include "sim/lane_state.hpp"

namespace sim {
namespace {

// The port that a handle stands for.
PortId object(const TraceHeader& header, PortId handle) {
    if (index(handle) >= header.port_same_as.size()) return handle;
    const PortId first = header.port_same_as[index(handle)];
    return first == PortId::none ? handle : first;
}

std::vector<std::uint32_t> counted(const Trace& trace) {
    std::vector<std::uint32_t> most(trace.header.ports.size(), 0);
    ModelState state(trace.header);
    for (const Fact& fact : trace.facts) {
        state.apply(fact);
        const auto& ports = state.model().ports();
        for (std::size_t p = 0; p < most.size() && p < ports.size(); ++p)
            most[p] = std::max(most[p], ports[p].active);
    }
    return most;
}

// When threads were active for certain: the ends of such intervals, by port.
class CertainIntervals {
public:
    explicit CertainIntervals(const TraceHeader& header)
        : header_(header), threads_(header.threads.size()), ends_(header.ports.size()) {}

    void apply(const Fact& fact) {
        if (index(fact.thread) >= threads_.size()) return;
        Thread& thread = threads_[index(fact.thread)];
        switch (fact.kind) {
            case FactKind::get_returned: returned(thread, fact); break;
            case FactKind::suspended: thread.suspended = true; [[fallthrough]];
            case FactKind::get_called:
            case FactKind::thread_exited:
                leave(thread, fact.t0);
                thread.port = PortId::none;
                break;
            // Whether it is active at once when it is resumed is not known.
            case FactKind::resumed: thread.suspended = false; break;
            case FactKind::block_began:
            case FactKind::io_called: leave(thread, fact.t0); break;
            case FactKind::block_ended:
            case FactKind::io_returned: enter(thread, fact.t1); break;
            default: break;
        }
    }
    // The largest number of overlapping intervals of each port.
    [[nodiscard]] std::vector<std::uint32_t> overlaps(Nanos end) {
        for (Thread& thread : threads_) leave(thread, end);
        std::vector<std::uint32_t> most(ends_.size(), 0);
        for (std::size_t p = 0; p < ends_.size(); ++p) {
            // At one instant: an interval that ends where another begins does not overlap it.
            std::sort(ends_[p].begin(), ends_[p].end());
            std::int64_t now = 0;
            for (const auto& [at, change] : ends_[p]) {
                now += change;
                most[p] = std::max(most[p], static_cast<std::uint32_t>(now));
            }
        }
        return most;
    }

private:
    struct Thread {
        PortId port = PortId::none;  // whose packet it handles
        bool suspended = false;
        bool active = false;
        Nanos since = 0;
    };
    void returned(Thread& thread, const Fact& fact) {
        const bool known = fact.port != PortId::none && index(fact.port) < ends_.size();
        thread.active = false;
        thread.port = PortId::none;
        if (fact.packet == PacketId::none || !known || thread.suspended) return;
        thread.port = object(header_, fact.port);
        enter(thread, fact.t1);
    }
    static void enter(Thread& thread, Nanos at) {
        if (thread.port == PortId::none) return;
        thread.active = true;
        thread.since = at;
    }
    void leave(Thread& thread, Nanos at) {
        if (thread.active && thread.since < at && index(thread.port) < ends_.size()) {
            ends_[index(thread.port)].emplace_back(thread.since, 1);
            ends_[index(thread.port)].emplace_back(at, -1);
        }
        thread.active = false;
    }

    const TraceHeader& header_;
    std::vector<Thread> threads_;
    std::vector<std::vector<std::pair<Nanos, int>>> ends_;
};

std::vector<std::uint32_t> certain(const Trace& trace) {
    CertainIntervals intervals(trace.header);
    Nanos end = 0;
    for (const Fact& fact : trace.facts) {
        intervals.apply(fact);
        end = std::max(end, fact.t0);
    }
    return intervals.overlaps(end);
}

}  // namespace

std::vector<MostActive> most_active(const Trace& trace) {
    const bool exact = has_hidden_facts(trace);
    const auto most = exact ? counted(trace) : certain(trace);
    const auto& limits = trace.header.concurrency;
    std::vector<MostActive> list;
    for (std::size_t p = 0; p < most.size(); ++p) {
        const auto port = make_id<PortId>(p);
        if (object(trace.header, port) != port) continue;
        list.push_back({.port = port,
                        .most = most[p],
                        .limit = p < limits.size() ? limits[p] : 0,
                        .exact = exact});
    }
    return list;
}

}  // namespace sim
