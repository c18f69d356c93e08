// Numbers of one run that are worth seeing beside those of another. What a trace does not tell is
// missing here, never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/most_active.hpp"
#include "sim/spread.hpp"
#include "sim/trace.hpp"

namespace sim {

struct ThreadShare {
    ThreadId thread = ThreadId::none;
    std::uint64_t packets = 0;
    bool operator==(const ThreadShare&) const = default;
};

// How often the kernel switched threads out, as their own counters say: all that told it, together.
struct Switches {
    std::uint64_t threads = 0;      // that told it
    std::uint64_t voluntary = 0;    // because they waited
    std::uint64_t involuntary = 0;  // because another was to run
    bool operator==(const Switches&) const = default;
};

struct RunMeasures {
    std::vector<ThreadShare> shares;  // of every thread that asked a port, by id
    std::uint64_t packets = 0;        // that reached a thread
    std::vector<MostActive> most_active;
    std::optional<Switches> switches;
    // From when the post of a packet began until the call that brought it had returned. Packets of
    // operations on handles have no post. Missing when no posted packet came back.
    std::optional<Spread> latency;
};
[[nodiscard]] RunMeasures measures_of(const Trace&);

}  // namespace sim
