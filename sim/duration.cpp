#include "sim/duration.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sim {
namespace {

constexpr Nanos kLongest = 86'400'000'000'000;  // 24 h
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ull;

// The output function of SplitMix64 (public domain, Vigna), written from its description.
constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

constexpr std::uint64_t key_of(std::uint64_t seed, StreamOf of, std::uint64_t index) {
    return mix(seed + kGolden * (static_cast<std::uint64_t>(of) + 1) +
               index * 0xD1B54A32D192ED03ull);
}

// Uniform in (0, 1), never an end: 52 bits and a half.
double unit(std::uint64_t key, std::uint64_t count) {
    const std::uint64_t bits = mix(key + count * kGolden);
    return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

Nanos to_nanos(double value) {
    if (!(value > 0)) return 0;
    if (value >= static_cast<double>(kLongest)) return kLongest;
    return static_cast<Nanos>(value + 0.5);
}

struct LogPart {
    double inverse = 1;  // 1 / c, rounded
    double log = 0;      // -log(inverse), so that the rounding does not matter
};

// The logarithm by a slow series, for the table.
constexpr double series_log(double m) {
    const double s = (m - 1) / (m + 1);
    const double z = s * s;
    double sum = 0;
    for (int k = 61; k > 0; k -= 2) sum = sum * z + 1.0 / k;
    return 2 * s * sum;
}

struct LogTable {
    LogPart parts[128];
    constexpr LogTable() {
        for (int i = 0; i < 128; ++i) {
            parts[i].inverse = 1 / (1 + (i + 0.5) / 128);
            parts[i].log = -series_log(parts[i].inverse);
        }
    }
};
constexpr LogTable kLogTable;

// The interval [1, 2) in 128 parts: log x = log c + log(1 + r) with c near x, so r is small and a
// short series is exact to the last bits. The table is made by the compiler, whose arithmetic is
// the same everywhere.
inline double log_of(double x) {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
    const int exponent = static_cast<int>(bits >> 52 & 0x7FF) - 1023;
    const double m = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull);
    const LogPart& part = kLogTable.parts[bits >> 45 & 0x7F];
    const double r = m * part.inverse - 1;
    const double r2 = r * r;
    const double low = r * (1.0 / 3) - 0.5;
    const double high = (r * (1.0 / 5) - 0.25) + r2 * (r * (1.0 / 7) - 1.0 / 6);
    return exponent * 0.6931471805599453 + (part.log + (r + r2 * (low + r2 * high)));
}

}  // namespace

double portable_log(double x) {
    return log_of(x);
}

// Peter Acklam's rational approximation; its relative error is below 1.2e-9.
double inverse_normal(double p) {
    constexpr double kLow = 0.02425;
    const auto tail = [](double q) {
        return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q -
                   2.400758277161838e+00) *
                      q -
                  2.549732539343734e+00) *
                     q +
                 4.374664141464968e+00) *
                    q +
                2.938163982698783e+00) /
               ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) *
                     q +
                 3.754408661907416e+00) *
                    q +
                1);
    };
    if (p < kLow) return tail(std::sqrt(-2 * portable_log(p)));
    if (p > 1 - kLow) return -tail(std::sqrt(-2 * portable_log(1 - p)));
    const double q = p - 0.5;
    const double r = q * q;
    return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) *
                  r +
              1.383577518672690e+02) *
                 r -
             3.066479806614716e+01) *
                r +
            2.506628277459239e+00) *
           q /
           (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) *
                  r +
              6.680131188771972e+01) *
                 r -
             1.328068155288572e+01) *
                r +
            1);
}

namespace {

Nanos draw_one(const Duration& d, std::uint64_t key, std::uint64_t count) {
    const double u = unit(key, count);
    const auto a = static_cast<double>(d.a), b = static_cast<double>(d.b);
    switch (d.kind) {
        case Duration::Kind::exponential: return to_nanos(-a * log_of(u));
        case Duration::Kind::uniform: return to_nanos(a + (b - a) * u);
        case Duration::Kind::normal: return to_nanos(a + b * inverse_normal(u));
        case Duration::Kind::fixed: break;
    }
    return d.a;
}

}  // namespace

Nanos draw(const Duration& d, std::uint64_t seed, StreamOf of, std::uint64_t index,
           std::uint64_t count) {
    return d.fixed() ? d.a : draw_one(d, key_of(seed, of, index), count);
}

double draw_unit(std::uint64_t seed, StreamOf of, std::uint64_t index, std::uint64_t count) {
    return unit(key_of(seed, of, index), count);
}

DrawStream::DrawStream(std::uint64_t seed, StreamOf of, std::uint64_t index)
    : key_(key_of(seed, of, index)) {}

Nanos DrawStream::draw_on(const Duration& d, std::uint64_t count) {
    if (d.fixed()) return d.a;
    const bool in_order = drawn_ > 0 && count == first_ + drawn_ && d == duration_;
    duration_ = d;
    drawn_ = in_order ? std::min(2 * drawn_, kMost) : 1;
    first_ = count;
    // The usual kind has a loop of its own, in which no draw waits for the one before.
    if (d.kind == Duration::Kind::exponential) {
        const auto mean = static_cast<double>(d.a);
        for (std::uint32_t i = 0; i < drawn_; ++i)
            draws_[i] = to_nanos(-mean * log_of(unit(key_, count + i)));
    } else {
        for (std::uint32_t i = 0; i < drawn_; ++i) draws_[i] = draw_one(d, key_, count + i);
    }
    return draws_[0];
}

}  // namespace sim
