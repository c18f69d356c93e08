// What a file on the command line is: a scenario, a schedule or a trace.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sim/scenario.hpp"
#include "sim/schedule.hpp"
#include "sim/simulator.hpp"
#include "sim/trace.hpp"

namespace cli {

using Input = std::variant<sim::Scenario, sim::Schedule, sim::Trace>;

// Told apart by what is in the file, then by its name: a trace begins with {, a schedule ends in
// .schedule or is a transcript.
[[nodiscard]] sim::Result<Input> read_input(const std::string& path);
// Reads the files that a scenario names, in its folder: for sim::ParseOptions::read_file. None for
// standard input, which has no folder.
[[nodiscard]] std::function<std::optional<std::string>(std::string_view name)> reader_beside(
    const std::string& path);
// Prints the errors to standard error and returns the exit code for bad input.
int report(const sim::Diagnostics&);

// The scenario that a trace carries, as it was on the computer of the trace; nothing for the trace
// of a schedule.
[[nodiscard]] sim::Result<std::optional<sim::Scenario>> scenario_of(const sim::TraceHeader&);
// The model of the scenario that a measured trace carries, on the computer of the measurement:
// its processors and resolved concurrency.
[[nodiscard]] sim::Result<sim::Trace> model_for(const sim::Trace& measured);

}  // namespace cli
