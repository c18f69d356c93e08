#include "sim/estimate.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <vector>

namespace sim {

Estimate estimate(std::span<const double> values) {
    Estimate result;
    // Sums of differences from the first value: equal values give an interval of exactly 0.
    double first = 0, sum = 0;
    for (const double value : values) {
        if (std::isnan(value)) continue;
        if (result.n++ == 0) first = value;
        sum += value - first;
    }
    if (result.n == 0) return result;
    const double n = result.n;
    result.mean = first + sum / n;
    if (result.n < 2) return result;
    double squares = 0;
    for (const double value : values)
        if (!std::isnan(value)) squares += (value - result.mean) * (value - result.mean);
    result.half = student_t(result.n - 1) * std::sqrt(squares / (n - 1) / n);
    return result;
}

Estimate estimate_difference(std::span<const double> a, std::span<const double> b) {
    assert(a.size() == b.size());
    std::vector<double> differences(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) differences[i] = b[i] - a[i];
    return estimate(differences);
}

double student_t(std::uint32_t freedom) {
    // clang-format off
    constexpr std::array<double, 30> exact = {
        12.7062047362, 4.30265272975, 3.18244630528, 2.7764451052,  2.57058183564, 2.44691185114,
        2.36462425159, 2.3060041352,  2.2621571628,  2.22813885199, 2.20098516009, 2.17881282967,
        2.16036865646, 2.14478668792, 2.13144954556, 2.11990529922, 2.10981557783, 2.10092204024,
        2.09302405441, 2.08596344727, 2.07961384473, 2.0738730679,  2.06865761042, 2.06389856163,
        2.05953855275, 2.05552943864, 2.05183051648, 2.0484071418,  2.04522964213, 2.0422724563};
    // clang-format on
    assert(freedom >= 1);
    if (freedom <= exact.size()) return exact[freedom - 1];
    // The Cornish-Fisher series about the normal quantile (Abramowitz and Stegun 26.7.5).
    constexpr double z = 1.959963984540054, z2 = z * z;
    constexpr double g1 = z * (z2 + 1) / 4;
    constexpr double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
    constexpr double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    constexpr double g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    const double f = freedom;
    return z + (g1 + (g2 + (g3 + g4 / f) / f) / f) / f;
}

}  // namespace sim
