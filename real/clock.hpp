// The clock of a measurement: monotonic, nanoseconds. Stamps of all threads of one process compare.
#pragma once

#include <limits>
#include <string_view>

#include "sim/ids.hpp"

namespace real {

using sim::Nanos;

// Nanoseconds since an instant that only this process knows. Never goes back.
[[nodiscard]] Nanos clock_now();
// Later than every stamp.
inline constexpr Nanos kNever = std::numeric_limits<Nanos>::max();
// "CLOCK_MONOTONIC" or "QueryPerformanceCounter".
[[nodiscard]] std::string_view clock_name();
// The smallest difference between two readings that was seen just now, at least 1 ns.
[[nodiscard]] Nanos clock_step();

}  // namespace real
