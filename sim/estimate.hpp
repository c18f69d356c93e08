// A mean with its 95 % confidence interval, from independent replications.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

namespace sim {

struct Estimate {
    std::uint32_t n = 0;                                     // replications that had a value
    double mean = std::numeric_limits<double>::quiet_NaN();  // not a number when n = 0
    double half = std::numeric_limits<double>::quiet_NaN();  // mean ± half; not a number when n < 2
};

// Values that are not a number are left out. The order of the values does not matter to a reader
// but to the last bit: always give them in the order of replications.
[[nodiscard]] Estimate estimate(std::span<const double> values);
// Of b - a, pair by pair. Runs that share their random numbers differ by less than their values
// scatter, so this interval is narrower than those of a and b let expect.
[[nodiscard]] Estimate estimate_difference(std::span<const double> a, std::span<const double> b);

// The 0.975 quantile of Student's t distribution with `freedom` ≥ 1 degrees of freedom; relative
// error below 1e-6.
[[nodiscard]] double student_t(std::uint32_t freedom);

}  // namespace sim
