// Recording from the command line: choose the back end, start the child, show progress, stop on
// Ctrl-C and keep what was recorded.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cli/json.hpp"
#include "cli/stepper.hpp"
#include "sim/scenario.hpp"
#include "sim/schedule.hpp"
#include "sim/trace.hpp"

namespace cli {

struct Measured {
    sim::Trace trace;
    std::string transcript{};  // of a schedule
    int exit_code = 0;         // not 0: there is no trace, and the reason has been printed
    bool stopped = false;      // by Ctrl-C
};

struct MeasureOptions {
    std::string backend;         // empty: the first that can run here
    std::string blocking;        // how our Linux port learns that a worker blocks; empty: the best
    Stepper* stepper = nullptr;  // with one the run is gated
    sim::Nanos open_for = 0;     // how long a run with clients is kept open for others
};
// The two flags, for a command that measures.
void add_measure_options(CLI::App& command, MeasureOptions&);

[[nodiscard]] Measured measure(const sim::Scenario&, const MeasureOptions&);
[[nodiscard]] Measured measure(const sim::Schedule&, const MeasureOptions&);

// "probe_ns_per_fact": what it cost a worker of this run to write a fact; null in a trace that does
// not say.
void put_probe_cost(Json&, const sim::TraceHeader&);

}  // namespace cli
