// A duration that a scenario gives: fixed, or drawn from a distribution each time it is needed.
//
// Draws are made by counting, not by a generator with a state: the n-th draw of a stream is a
// function of (seed, stream, n). So the service time of packet 17 is the same whatever the policy,
// the number of workers or the order of events: runs that differ in one setting share their random
// numbers. Every system and compiler gets the same bits, because no function of libm is called.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/ids.hpp"

namespace sim {

struct Duration {
    enum class Kind : std::uint8_t {
        fixed,        // a
        exponential,  // mean a
        uniform,      // from a to b
        normal,       // mean a, standard deviation b; what would be negative is 0
    };
    Kind kind = Kind::fixed;
    Nanos a = 0;
    Nanos b = 0;

    // Takes no time, whatever is drawn.
    [[nodiscard]] constexpr bool zero() const { return a == 0 && b == 0; }
    [[nodiscard]] constexpr bool fixed() const { return kind == Kind::fixed; }
    [[nodiscard]] static constexpr Duration of(Nanos nanos) { return {Kind::fixed, nanos, 0}; }
    bool operator==(const Duration&) const = default;
};

// What a stream of draws is for. Streams do not depend on each other.
enum class StreamOf : std::uint8_t {
    arrivals,  // index: of the stimulus; count: the occurrence, from 1
    starts,    // index: of the thread group; count: the thread in the group, from 1
    handler,   // index: of the handler's step among all; count: the packet's id
    script,    // index: of the thread; count: the thread's own draws, from 1
    device,    // index: of the handle's device; count: the operation's packet id
    connects,  // index: of the client group; count: the client in the group, from 1
    sizes,     // index: of the client; count: its message, from 1
    thinks,    // index: of the client; count: the message before, from 1
};

// The count-th draw of a stream; never negative, at most 24 h.
[[nodiscard]] Nanos draw(const Duration&, std::uint64_t seed, StreamOf, std::uint64_t index,
                         std::uint64_t count);

// Uniform in (0, 1), never an end: what the count-th draw of a stream is made from.
[[nodiscard]] double draw_unit(std::uint64_t seed, StreamOf, std::uint64_t index,
                               std::uint64_t count);

// The same draws, for somebody who asks one stream for many, mostly in order. A draw takes long,
// but a processor works on several at once: whoever reads on gets the next few together, first two,
// then four, then eight.
class DrawStream {
public:
    DrawStream() = default;
    DrawStream(std::uint64_t seed, StreamOf, std::uint64_t index);

    [[nodiscard]] Nanos draw(const Duration& duration, std::uint64_t count) {
        const std::uint64_t place = count - first_;
        if (place < drawn_ && duration == duration_) return draws_[static_cast<std::size_t>(place)];
        return draw_on(duration, count);
    }

private:
    static constexpr std::uint32_t kMost = 8;
    Nanos draw_on(const Duration&, std::uint64_t count);

    std::uint64_t key_ = 0;
    Duration duration_;
    std::uint64_t first_ = 0;  // the count of draws_[0]
    std::uint32_t drawn_ = 0;
    std::array<Nanos, kMost> draws_{};
};

// The natural logarithm of x > 0 and the inverse of the standard normal distribution function for
// 0 < p < 1, the same bits everywhere.
[[nodiscard]] double portable_log(double x);
[[nodiscard]] double inverse_normal(double p);

}  // namespace sim
