// Runs of a sweep on several threads. The answers come in the order of the runs, so they do not
// depend on the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/sweep.hpp"

namespace cli {

// One run; each thread makes one for itself, which may remember what the last run needed.
using SweepRun = std::function<sim::MetricValues(std::size_t run)>;

struct SweepWork {
    std::vector<std::size_t> runs;
    std::function<SweepRun()> worker;
    std::uint32_t threads = 1;
    // Called by the calling thread now and then; false: take no further run.
    std::function<bool(std::size_t done)> go_on;
};

struct SweepAnswers {
    std::vector<sim::MetricValues> values;  // one per run, in order; incomplete when stopped
    std::size_t done = 0;
    bool stopped = false;
    std::string failure;  // a sentence when a run could not be made (memory, threads)
};
[[nodiscard]] SweepAnswers run_all(const SweepWork&);

}  // namespace cli
