#include "cli/run_spread.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/explain.hpp"
#include "sim/run_measures.hpp"
#include "sim/spread.hpp"

namespace cli {
namespace {

using sim::Fact;
using sim::FactKind;
using sim::Nanos;

std::optional<Nanos> largest_depth(const sim::Trace& trace) {
    std::optional<Nanos> most;
    for (const Fact& fact : trace.facts)
        if (fact.kind == FactKind::depth)
            most = std::max(most.value_or(0), static_cast<Nanos>(fact.number));
    return most;
}

std::string line(std::string_view words, std::string_view least, std::string_view median,
                 std::string_view most) {
    return fmt::format("  {:<32}  {:>9}  {:>9}  {:>9}", words, least, median, most);
}

}  // namespace

void RunSpread::add(const sim::Trace& trace) {
    ++runs_;
    const auto have = [&](Number number, std::optional<Nanos> value) {
        if (value) rows_[number].values.push_back(*value);
    };
    const sim::RunMeasures measures = sim::measures_of(trace);
    const auto takers = std::count_if(measures.shares.begin(), measures.shares.end(),
                                      [](const auto& share) { return share.packets > 0; });
    const auto delay = delay_of_blocks(trace);

    if (!trace.facts.empty()) have(wall_time, trace.facts.back().t1);
    have(packets, static_cast<Nanos>(measures.packets));
    if (measures.switches && measures.switches->why) {
        have(waits, static_cast<Nanos>(measures.switches->why->voluntary));
        have(preemptions, static_cast<Nanos>(measures.switches->why->involuntary));
    }
    have(threads, takers);
    have(depth, largest_depth(trace));
    if (delay && delay->count > 0) have(block_delay, delay->median);
}

std::string RunSpread::text() const {
    if (runs_ < 2) return {};
    std::string table = line(fmt::format("over {} runs", runs_), "least", "median", "most") + "\n";
    for (const Row& row : rows_) {
        if (row.values.empty()) continue;
        const sim::Spread spread = sim::spread_of(row.values);
        const auto shown = [&](Nanos value) {
            return row.time ? sim::format_time(value) : std::to_string(value);
        };
        table += line(row.words, shown(spread.least), shown(spread.median), shown(spread.most));
        if (spread.count < runs_) table += fmt::format("  in {} of {}", spread.count, runs_);
        table += "\n";
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
        const sim::Spread spread = sim::spread_of(row.values);
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
