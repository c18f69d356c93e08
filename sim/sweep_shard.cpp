#include "sim/sweep_shard.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sim {
namespace {

Diagnostic problem(std::string code, std::string message, std::string help = {}) {
    return {.code = std::move(code),
            .message = std::move(message),
            .origin = {},
            .source_line = {},
            .help = std::move(help)};
}

// A whole number of at most 9 digits; -1 when it is none.
std::int64_t small_number(std::string_view text) {
    if (text.empty() || text.size() > 9) return -1;
    std::int64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return -1;
        number = number * 10 + (c - '0');
    }
    return number;
}

// The first setting in which two plans differ, in words.
std::string difference(const SweepPlan& a, const SweepPlan& b) {
    if (a.scenario != b.scenario)
        return fmt::format("its scenario is {}, not {}", b.scenario, a.scenario);
    if (a.hash != b.hash) return fmt::format("its {} has other contents", b.scenario);
    if (a.seed != b.seed) return fmt::format("its seed is {}, not {}", b.seed, a.seed);
    if (a.replications != b.replications)
        return fmt::format("it has {} replications, not {}", b.replications, a.replications);
    if (a.policies != b.policies) return "its policy switches are others";
    return "it varies other keys or values";
}

}  // namespace

Result<ShardName> parse_shard(std::string_view text) {
    const std::size_t slash = text.find('/');
    const bool two = slash != std::string_view::npos;
    const std::int64_t number = small_number(text.substr(0, slash));
    const std::int64_t of = two ? small_number(text.substr(slash + 1)) : -1;
    if (number >= 1 && of >= number && of <= kMaxShards)
        return ShardName{static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(of)};
    return problem("V006",
                   fmt::format("`{}` is not a shard: it must be I/N with I from 1 to N and N at "
                               "most {}",
                               text, kMaxShards),
                   "the shards of 3 are 1/3, 2/3 and 3/3");
}

std::vector<std::size_t> runs_of_shard(std::size_t runs, const ShardName& name) {
    const std::size_t of = name.of;
    std::vector<std::size_t> mine;
    // Each round begins with another shard: otherwise a shard could get all runs of an expensive
    // value whenever the number of values divides the number of shards.
    for (std::size_t round = 0; round * of < runs; ++round) {
        const std::size_t place = (name.number - 1 + round) % of;
        if (round * of + place < runs) mine.push_back(round * of + place);
    }
    return mine;
}

Result<Sweep> merge_shards(const std::vector<Shard>& shards) {
    if (shards.empty()) return problem("V014", "there is no shard to merge");
    const Shard& first = shards.front();
    Sweep sweep{.plan = first.plan, .runs = std::vector<MetricValues>(first.plan.runs())};
    std::vector<const Shard*> seen(first.name.of, nullptr);
    Diagnostics problems;
    for (const Shard& shard : shards) {
        if (shard.plan != first.plan) {
            problems.push_back(
                problem("V015", fmt::format("{} belongs to another sweep than {}: {}", shard.origin,
                                            first.origin, difference(first.plan, shard.plan))));
            continue;
        }
        if (shard.name.of != first.name.of) {
            problems.push_back(problem(
                "V015", fmt::format("{} is one of {} shards, but {} is one of {}", shard.origin,
                                    shard.name.of, first.origin, first.name.of)));
            continue;
        }
        const Shard*& place = seen[shard.name.number - 1];
        if (place != nullptr)
            problems.push_back(
                problem("V013", fmt::format("{} and {} are both shard {} of {}", place->origin,
                                            shard.origin, shard.name.number, shard.name.of)));
        place = &shard;
        const std::vector<std::size_t> runs = runs_of_shard(sweep.runs.size(), shard.name);
        for (std::size_t i = 0; i < runs.size(); ++i) sweep.runs[runs[i]] = shard.runs[i];
    }
    std::string missing;
    std::size_t count = 0;
    for (std::size_t i = 0; i < seen.size(); ++i)
        if (seen[i] == nullptr && ++count <= 10)
            missing += fmt::format("{}{}", missing.empty() ? "" : ", ", i + 1);
    if (count > 10) missing += fmt::format(" and {} more", count - 10);
    if (count > 0)
        problems.push_back(
            problem("V014", fmt::format("shard{} {} of {} {} missing", count == 1 ? "" : "s",
                                        missing, seen.size(), count == 1 ? "is" : "are")));
    if (!problems.empty()) return problems;
    return sweep;
}

}  // namespace sim
