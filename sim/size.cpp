#include "sim/size.hpp"

#include <algorithm>
#include <bit>

namespace sim {

// x = k log 2 + r with a small r: a power of two, which is exact, times a short series.
double portable_exp(double x) {
    constexpr double kLog2 = 0.6931471805599453;
    const double doublings = x / kLog2;
    const auto k = static_cast<std::int64_t>(doublings + (doublings < 0 ? -0.5 : 0.5));
    const double r = x - static_cast<double>(k) * kLog2;  // |r| at most 0.35
    double sum = 1;
    for (int n = 14; n > 0; --n) sum = 1 + sum * (r / n);
    return sum * std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

std::uint32_t draw(const Size& size, std::uint64_t seed, StreamOf of, std::uint64_t index,
                   std::uint64_t count) {
    if (size.kind == Size::Kind::fixed) return size.a;
    const double u = draw_unit(seed, of, index, count);
    // Each whole number has a share of the same width; the last one ends where b + 1 begins.
    const double low = size.a, high = static_cast<double>(size.b) + 1;
    const double value = size.kind == Size::Kind::uniform
                             ? low + (high - low) * u
                             : low * portable_exp(u * portable_log(high / low));
    return std::clamp(static_cast<std::uint32_t>(value), size.a, size.b);
}

}  // namespace sim
