// What becomes of a finished sweep: a table or JSON on the terminal, CSV and a picture in files.
#pragma once

#include <string>
#include <vector>

#include "sim/sweep.hpp"
#include "sim/sweep_shard.hpp"

namespace cli {

struct SweepOutput {
    std::vector<std::string> metric_names;  // as given; empty: those that are usually shown
    std::string csv, svg;                   // files; empty: not wanted
    std::string runs;                       // where all runs go, as the shard 1/1
    bool json = false;

    // The metrics by their names; "all" means all. Code V008.
    [[nodiscard]] sim::Result<std::vector<sim::Metric>> chosen() const;
    // A sentence when an output cannot be what was asked for: two on standard output, a place that
    // cannot be written. Known before the runs, which may take hours.
    [[nodiscard]] std::string objection() const;
    [[nodiscard]] bool standard_output_taken() const;
};

// Prints and writes everything that is wanted; returns an ExitCode.
int put_sweep(const sim::Sweep&, const std::vector<sim::Metric>& chosen, const SweepOutput&);
// Writes a file, or says why not. False: it could not be written.
bool save(const std::string& path, const std::string& text);

}  // namespace cli
