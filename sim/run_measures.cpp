#include "sim/run_measures.hpp"

#include <limits>
#include <map>

#include "sim/dispatch_rows.hpp"

namespace sim {
namespace {

std::vector<ThreadShare> shares_of(const Trace& trace) {
    std::map<ThreadId, std::uint64_t> packets;
    for (const Fact& fact : trace.facts)
        if (fact.kind == FactKind::get_called) packets.try_emplace(fact.thread);
    for (const Dispatch& each : dispatches_once(trace)) ++packets[each.thread];
    std::vector<ThreadShare> list;
    list.reserve(packets.size());
    for (const auto& [thread, count] : packets) list.push_back({thread, count});
    return list;
}

std::optional<Switches> switches_of(const Trace& trace) {
    bool counted = false, on_processors = false;
    Switches::Why why;
    std::uint64_t left = 0;
    for (const Fact& fact : trace.facts) {
        if (fact.kind == FactKind::on_cpu) on_processors = true;
        if (fact.kind == FactKind::off_cpu) ++left;
        if (fact.kind != FactKind::switches) continue;
        counted = true;
        why.voluntary += fact.number;
        why.involuntary += static_cast<std::uint64_t>(fact.amount);
    }
    if (counted) return Switches{why.voluntary + why.involuntary, why};
    if (on_processors) return Switches{left, std::nullopt};
    return std::nullopt;
}

constexpr auto kLongest = static_cast<std::uint64_t>(std::numeric_limits<Nanos>::max());

std::optional<Spread> latency_of(const Trace& trace) {
    std::map<PacketId, Nanos> posted;
    std::vector<Nanos> latencies;
    for (const Fact& fact : trace.facts) {
        if (fact.kind == FactKind::posted && fact.error == Win32Error::success)
            posted[fact.packet] = fact.t0;
        if (fact.kind != FactKind::get_returned && fact.kind != FactKind::also_returned) continue;
        const auto post = posted.find(fact.packet);
        if (post == posted.end()) continue;
        // In a damaged trace times may be anything. Without a sign the difference has a value.
        const auto latency =
            static_cast<std::uint64_t>(fact.t1) - static_cast<std::uint64_t>(post->second);
        if (latency <= kLongest) latencies.push_back(static_cast<Nanos>(latency));
        posted.erase(post);
    }
    if (latencies.empty()) return std::nullopt;
    return spread_of(std::move(latencies));
}

}  // namespace

RunMeasures measures_of(const Trace& trace) {
    RunMeasures measures{.shares = shares_of(trace),
                         .most_active = most_active(trace),
                         .switches = switches_of(trace),
                         .latency = latency_of(trace)};
    for (const ThreadShare& share : measures.shares) measures.packets += share.packets;
    return measures;
}

}  // namespace sim
