// Percentiles of durations, how late, how long, or of other numbers. Each is one of the values,
// none is between two, so a hand can check them.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/ids.hpp"

namespace sim {

// In nanoseconds. Without values everything is 0, and `count` says that it means nothing.
struct Spread {
    std::size_t count = 0;
    Nanos least = 0;
    Nanos median = 0;       // half of the values are at most this
    Nanos ninety = 0;       // nine of ten
    Nanos ninety_nine = 0;  // 99 of a hundred
    Nanos most = 0;
    bool operator==(const Spread&) const = default;
};
[[nodiscard]] Spread spread_of(std::vector<Nanos> values);

}  // namespace sim
