#include "cli/run_spread.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "sim/compare.hpp"
#include "sim/explain.hpp"

namespace cli {
namespace {

using sim::Fact;
using sim::FactKind;
using sim::Nanos;

// Of all facts of this kind; nothing where the run has none.
template <class Take>
std::optional<Nanos> sum_of(const sim::Trace& trace, FactKind kind, Take take) {
    std::optional<Nanos> sum;
    for (const Fact& fact : trace.facts)
        if (fact.kind == kind) sum = sum.value_or(0) + static_cast<Nanos>(take(fact));
    return sum;
}

std::optional<Nanos> largest_depth(const sim::Trace& trace) {
    std::optional<Nanos> most;
    for (const Fact& fact : trace.facts)
        if (fact.kind == FactKind::depth)
            most = std::max(most.value_or(0), static_cast<Nanos>(fact.number));
    return most;
}

}  // namespace

void RunSpread::add(const sim::Trace& trace) {
    ++runs_;
    const auto have = [&](Number number, std::optional<Nanos> value) {
        if (value) rows_[number].values.push_back(*value);
    };
    const auto dispatches = sim::dispatches(trace);
    std::set<sim::ThreadId> takers;
    for (const sim::Dispatch& each : dispatches) takers.insert(each.thread);
    const auto delay = delay_of_blocks(trace);

    if (!trace.facts.empty()) have(wall_time, trace.facts.back().t1);
    have(packets, static_cast<Nanos>(dispatches.size()));
    have(waits, sum_of(trace, FactKind::switches, [](const Fact& f) { return f.number; }));
    have(preemptions, sum_of(trace, FactKind::switches, [](const Fact& f) { return f.amount; }));
    have(threads, static_cast<Nanos>(takers.size()));
    have(depth, largest_depth(trace));
    if (delay && delay->count > 0) have(block_delay, delay->median);
}

std::string RunSpread::text() const {
    if (runs_ < 2) return {};
    std::string table = fmt::format("  {:<38}  {:>12}  {:>12}  {:>12}\n",
                                    fmt::format("over {} runs", runs_), "least", "median", "most");
    for (const Row& row : rows_) {
        if (row.values.empty()) continue;
        const Spread spread = spread_of(row.values);
        const auto shown = [&](Nanos value) {
            return row.time ? sim::format_time(value) : std::to_string(value);
        };
        table += fmt::format("  {:<38}  {:>12}  {:>12}  {:>12}", row.words, shown(spread.least),
                             shown(spread.median), shown(spread.most));
        table += spread.count < runs_ ? fmt::format("  (in {} of them)\n", spread.count) : "\n";
    }
    return table;
}

void RunSpread::put(Json& json) const {
    json.begin_object();
    json.key("runs").value(static_cast<std::uint64_t>(runs_));
    for (const Row& row : rows_) {
        json.key(row.key);
        if (row.values.empty()) {
            json.null();
            continue;
        }
        const Spread spread = spread_of(row.values);
        json.begin_object();
        json.key("count").value(static_cast<std::uint64_t>(spread.count));
        json.key("least").value(static_cast<std::uint64_t>(spread.least));
        json.key("median").value(static_cast<std::uint64_t>(spread.median));
        json.key("most").value(static_cast<std::uint64_t>(spread.most));
        json.end_object();
    }
    json.end_object();
}

}  // namespace cli
