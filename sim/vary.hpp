// What a sweep varies: a key of the scenario and the values that it takes,
// "port.P.concurrency=1..16" on the command line (docs/sweep.md).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/diagnostic.hpp"

namespace sim {

struct Vary {
    std::string key;                  // as in ParseOptions::overrides
    std::vector<std::string> values;  // at least one, all different

    bool operator==(const Vary&) const = default;
};

inline constexpr std::size_t kMaxPoints = 10'000;

// `KEY=VALUES`; values are separated by commas outside brackets and quotes. `1..16`, `1..16..5` and
// `1ms..5ms..2ms` are ranges that include their ends. Codes V001 to V004.
[[nodiscard]] Result<Vary> parse_vary(std::string_view argument);

// Where the values stand on an axis from 0 to 1: numbers of one unit that ascend stand where they
// belong, unless that would leave two of them too close to tell apart; all else evenly.
[[nodiscard]] std::vector<double> axis_places(const std::vector<std::string>& values);

}  // namespace sim
