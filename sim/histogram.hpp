// A histogram of durations in fixed memory: 32 buckets per power of two, so a quantile is known to
// about 3 %. What it counts may be millions of packets.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/ids.hpp"

namespace sim {

class Histogram {
public:
    void add(Nanos duration) {
        const std::uint64_t value = duration < 0 ? 0 : static_cast<std::uint64_t>(duration);
        ++buckets_[bucket(value)];
        ++count_;
        sum_ += static_cast<double>(value);
        if (value > max_) max_ = value;
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] double mean() const {
        return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
    }
    [[nodiscard]] Nanos max() const { return static_cast<Nanos>(max_); }
    // The duration that `share` (0 … 1) of all do not exceed, to the width of a bucket.
    [[nodiscard]] Nanos quantile(double share) const {
        const double wanted = share * static_cast<double>(count_);
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < kBuckets; ++i) {
            below += buckets_[i];
            if (below > 0 && static_cast<double>(below) >= wanted) {
                const std::uint64_t end = last_of(i);
                return static_cast<Nanos>(end < max_ ? end : max_);
            }
        }
        return max();
    }
    bool operator==(const Histogram&) const = default;

private:
    static constexpr int kFine = 5;  // 2^5 buckets per power of two
    static constexpr std::size_t kBuckets = (64 - kFine + 1) << kFine;

    static std::size_t bucket(std::uint64_t value) {
        if (value < (1u << kFine)) return static_cast<std::size_t>(value);
        const int shift = static_cast<int>(std::bit_width(value)) - 1 - kFine;
        return (static_cast<std::size_t>(shift + 1) << kFine) +
               static_cast<std::size_t>((value >> shift) & ((1u << kFine) - 1));
    }
    // The largest value of a bucket.
    static std::uint64_t last_of(std::size_t i) {
        if (i < (1u << kFine)) return i;
        const int shift = static_cast<int>(i >> kFine) - 1;
        const std::uint64_t low = (std::uint64_t{1} << kFine) + (i & ((1u << kFine) - 1));
        return ((low + 1) << shift) - 1;
    }

    std::array<std::uint64_t, kBuckets> buckets_{};
    std::uint64_t count_ = 0;
    double sum_ = 0;
    std::uint64_t max_ = 0;
};

}  // namespace sim
