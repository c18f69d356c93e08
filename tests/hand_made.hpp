// Traces made by hand, a fact a line, for tests that know the answer.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/trace.hpp"

namespace hand_made {

using namespace sim;  // NOLINT: tests of one namespace

// Threads 0, 1, … are T1, T2, …; one port P. Facts are put into the order of their start.
class Run {
public:
    explicit Run(std::size_t threads, std::uint32_t limit = 1) {
        header.backend = "linux";
        header.lane = "Our Linux port, not Windows";
        header.ports = {"P"};
        header.concurrency = {limit};
        for (std::size_t i = 1; i <= threads; ++i)
            header.threads.push_back("T" + std::to_string(i));
    }
    Run& fact(FactKind kind, std::uint32_t thread, Nanos t0, Nanos t1) {
        Fact made{.t0 = t0, .t1 = t1, .kind = kind};
        made.thread = make_id<ThreadId>(thread);
        facts_.push_back(made);
        return *this;
    }
    Run& fact(FactKind kind, std::uint32_t thread, Nanos at) { return fact(kind, thread, at, at); }
    Run& called(std::uint32_t thread, Nanos at) {
        fact(FactKind::get_called, thread, at);
        return on_port(0);
    }
    Run& returned(std::uint32_t thread, std::uint32_t packet, Nanos at) {
        fact(FactKind::get_returned, thread, at);
        return on_port(packet);
    }
    Run& posted(std::uint32_t packet, Nanos t0, Nanos t1) {
        fact(FactKind::posted, 0, t0, t1);
        facts_.back().thread = ThreadId::none;
        return on_port(packet);
    }
    // Only a model tells this.
    Run& taken(std::uint32_t thread, std::uint32_t packet, Nanos at) {
        fact(FactKind::taken, thread, at);
        return on_port(packet);
    }
    Run& switched(std::uint32_t thread, std::uint32_t voluntary, std::int64_t involuntary,
                  Nanos at) {
        fact(FactKind::switches, thread, at);
        facts_.back().number = voluntary;
        facts_.back().amount = involuntary;
        return *this;
    }
    [[nodiscard]] Trace trace(Nanos end = 1'000'000) const {
        std::vector<Fact> list = facts_;
        std::stable_sort(list.begin(), list.end(),
                         [](const Fact& a, const Fact& b) { return a.t0 < b.t0; });
        list.push_back({.t0 = end, .t1 = end, .kind = FactKind::ended});
        Trace made;
        made.header = header;
        made.facts = list;
        return made;
    }

    TraceHeader header;

private:
    Run& on_port(std::uint32_t packet) {
        facts_.back().port = make_id<PortId>(0);
        facts_.back().packet = static_cast<PacketId>(packet);
        return *this;
    }
    std::vector<Fact> facts_;
};

// Each packet returns to the thread beside it, one after the other, in calls that do not overlap.
inline Run in_order(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& packet_and_thread,
                    std::size_t threads) {
    Run run(threads);
    Nanos now = 1000;
    for (std::uint32_t p = 1; p <= packet_and_thread.size(); ++p) run.posted(p, p, p);
    for (const auto& [packet, thread] : packet_and_thread) {
        run.called(thread, now).returned(thread, packet, now + 10);
        now += 100;
    }
    return run;
}

}  // namespace hand_made
