// Random scenarios for tests: a seed gives the text of a scenario file, so that everything goes
// through the parser, and the policies to play it under. The same seed and features give the same
// text on every system. A scenario is small, but may use anything that its features permit.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/policy.hpp"
#include "sim/scenario.hpp"

namespace test {

// What a scenario may contain; what is false never comes.
struct Features {
    bool several_ports = true;
    bool late_ports = true;       // created and duplicated by steps
    bool close_ports = true;      // by main and by workers
    bool capacity = true;         // posts that fail
    bool timeouts = true;         // finite ones, and polls
    bool batches = true;          // GetQueuedCompletionStatusEx, ulCount = 0 included
    bool apcs = true;             // alertable calls, QueueUserAPC
    bool suspends = true;         // suspend and resume
    bool exits = true;            // threads that end before the run does
    bool blocks = true;           // sleeps
    bool computes = true;         // cpu steps and yields
    bool locks = true;            // and spin budgets
    bool events = true;           // set, reset, wait, with time-outs
    bool joins = true;            // wait for the end of a thread
    bool port_waits = true;       // waits for the handle of a port, depths
    bool worker_posts = true;     // posts by threads
    bool handles = true;          // handles, devices and operations; else packets are posted only
    bool cancels = true;          // and closed handles: operations that are aborted
    bool duplicate_files = true;  // second handles of a file
    bool templates = true;        // handles opened at run time, accepted connections
    bool modes = true;            // notification modes
    bool random_times = true;     // distributions, arrival files
    bool timed = true;            // what happens at instants; else when the run has settled
    bool policies = true;         // other ones than the documented port
    bool predicates = true;       // narrations

    // What a recorder can measure of the port alone, and a checker of measured traces judges.
    [[nodiscard]] static Features posted_only();
};

struct RandomScenario {
    std::string toml;
    std::vector<std::pair<std::string, std::string>> files;  // that it refers to
    sim::Policies policies;

    [[nodiscard]] sim::Result<sim::Scenario> parse() const;
};

[[nodiscard]] RandomScenario random_scenario(std::uint64_t seed, const Features& = {});

}  // namespace test
