// Part of a sweep as a file, so that a batch system can spread the runs over computers. The format
// is written down in docs/sweep.md. All numbers in it are exact: the merged sweep is the sweep that
// one computer would have made, to the last byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/sweep.hpp"

namespace sim {

// Number `number` of `of`, from 1.
struct ShardName {
    std::uint32_t number = 1;
    std::uint32_t of = 1;
    bool operator==(const ShardName&) const = default;
};
inline constexpr std::uint32_t kMaxShards = 100'000;
// "2/8"; code V006.
[[nodiscard]] Result<ShardName> parse_shard(std::string_view text);

// The runs of a shard, ascending. All shards have the same number of runs, or one more; runs are
// dealt in rounds, so that points that take long are spread evenly.
[[nodiscard]] std::vector<std::size_t> runs_of_shard(std::size_t runs, const ShardName&);

struct Shard {
    std::string origin;  // file name, for messages
    SweepPlan plan;
    ShardName name;
    std::vector<MetricValues> runs;  // those of runs_of_shard, in order
};
[[nodiscard]] std::string shard_text(const Shard&);
// Codes V010 to V012.
[[nodiscard]] Result<Shard> read_shard(std::string_view text, std::string_view origin);

// The whole sweep, from all its shards in any order. Codes V013 to V015.
[[nodiscard]] Result<Sweep> merge_shards(const std::vector<Shard>&);

}  // namespace sim
