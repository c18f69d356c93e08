// Our own random generator, so that a seed means the same run with every compiler, system and
// standard library. SplitMix64 seeds xoshiro256**; both are public-domain algorithms by Blackman
// and Vigna, written here from their published description.
#pragma once

#include <array>
#include <cstdint>

namespace sim {

class Random {
public:
    explicit constexpr Random(std::uint64_t seed = 1) {
        for (auto& word : state_) {
            seed += 0x9E3779B97F4A7C15ull;
            std::uint64_t z = seed;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
            word = z ^ (z >> 31);
        }
    }
    constexpr std::uint64_t next() {
        const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
        const std::uint64_t t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotate(state_[3], 45);
        return result;
    }
    // Uniform in [0, bound), without the bias of a plain remainder. bound must not be 0.
    constexpr std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t threshold = (0 - bound) % bound;
        for (;;) {
            const std::uint64_t r = next();
            if (r >= threshold) return r % bound;
        }
    }
    [[nodiscard]] constexpr const std::array<std::uint64_t, 4>& state() const { return state_; }
    bool operator==(const Random&) const = default;

private:
    static constexpr std::uint64_t rotate(std::uint64_t x, int k) {
        return (x << k) | (x >> (64 - k));
    }
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace sim
