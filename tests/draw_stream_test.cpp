// A stream of draws gives what draw() gives, in whatever order it is asked.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "sim/duration.hpp"
#include "sim/random.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

const std::vector<Duration> kDurations = {
    Duration::of(5'000),
    {Duration::Kind::exponential, 1'000'000, 0},
    {Duration::Kind::exponential, 2'000'000, 0},
    {Duration::Kind::uniform, 10, 2'000'000},
    {Duration::Kind::normal, 1'000'000, 700'000},
};

}  // namespace

TEST_CASE("a stream read in order gives the draws") {
    for (const Duration& duration : kDurations) {
        DrawStream stream(42, StreamOf::handler, 3);
        for (std::uint64_t count = 1; count < 1'000; ++count)
            REQUIRE(stream.draw(duration, count) ==
                    draw(duration, 42, StreamOf::handler, 3, count));
    }
}

TEST_CASE("a stream read in any order, and for several durations, gives the draws") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        DrawStream stream(seed, StreamOf::arrivals, seed);
        std::uint64_t count = 0;
        for (int i = 0; i < 5'000; ++i) {
            // Mostly the next; else one nearby, before or after, or the first of all.
            const std::uint64_t way = random.below(10);
            if (way < 7)
                ++count;
            else if (way < 9)
                count = count + random.below(20) - random.below(count < 10 ? count + 1 : 10);
            else
                count = 0;
            const Duration& duration = kDurations[random.below(4) == 0 ? random.below(5) : 1];
            REQUIRE(stream.draw(duration, count) ==
                    draw(duration, seed, StreamOf::arrivals, seed, count));
        }
    }
}
