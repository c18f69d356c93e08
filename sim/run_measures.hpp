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

// How often threads left a processor. A recorder has it from the kernel's counters of each thread,
// which say why; a model counts its own processors, and does not.
struct Switches {
    std::uint64_t all = 0;
    struct Why {
        std::uint64_t voluntary = 0;    // the thread waited
        std::uint64_t involuntary = 0;  // another was to run
        bool operator==(const Why&) const = default;
    };
    std::optional<Why> why;
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
