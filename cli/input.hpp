// What a file on the command line is: a scenario, a schedule or a trace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/schedule.hpp"
#include "sim/simulator.hpp"
#include "sim/trace.hpp"

namespace cli {

using Input = std::variant<sim::Scenario, sim::Schedule, sim::Trace>;

// Values that replace those of a scenario: "port.P.concurrency" and "8".
using Overrides = std::vector<std::pair<std::string, std::string>>;

// Told apart by what is in the file, then by its name: a trace begins with {, a schedule ends in
// .schedule or is a transcript.
// `processors`: what the word means in `count` and `concurrency`, instead of the scenario's
// machine.
[[nodiscard]] sim::Result<Input> read_input(const std::string& path,
                                            std::optional<std::uint32_t> processors = {},
                                            const Overrides& overrides = {});
// What `--set KEY=VALUE` says, each time that it comes.
[[nodiscard]] sim::Result<Overrides> overrides_of(const std::vector<std::string>& set);
// Prints the errors to standard error and returns the exit code for bad input.
int report(const sim::Diagnostics&);

// The scenario that a trace carries, as it was on the computer of the trace; nothing for the trace
// of a schedule.
[[nodiscard]] sim::Result<std::optional<sim::Scenario>> scenario_in(const sim::TraceHeader&);
// The model of the scenario that a measured trace carries, on the computer of the measurement:
// its processors and resolved concurrency.
[[nodiscard]] sim::Result<sim::Trace> model_for(const sim::Trace& measured);

}  // namespace cli
