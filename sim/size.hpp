// A number of bytes that a scenario gives: fixed, or drawn from a distribution each time it is
// needed. Draws are made by counting, as those of durations are (sim/duration.hpp), and are the
// same bits everywhere: no function of libm is called.
#pragma once

#include <cstdint>

#include "sim/duration.hpp"

namespace sim {

struct Size {
    enum class Kind : std::uint8_t {
        fixed,        // a
        uniform,      // from a to b, all equally likely
        log_uniform,  // from a to b, each doubling equally likely: many are small, some are large
    };
    Kind kind = Kind::fixed;
    std::uint32_t a = 0;
    std::uint32_t b = 0;

    [[nodiscard]] static constexpr Size of(std::uint32_t bytes) { return {Kind::fixed, bytes, 0}; }
    bool operator==(const Size&) const = default;
};

// The count-th draw of a stream; both ends are possible.
[[nodiscard]] std::uint32_t draw(const Size&, std::uint64_t seed, StreamOf, std::uint64_t index,
                                 std::uint64_t count);

// e to the power of x, the same bits everywhere; |x| at most 700.
[[nodiscard]] double portable_exp(double x);

}  // namespace sim
