// What a trace says about its own run, for playing it again; and the model that a measurement is
// held against: the same scenario on the computer of the measurement, with its processors, its
// resolved concurrency and its seed.
#pragma once

#include <string>

#include "sim/scenario.hpp"
#include "sim/simulator.hpp"
#include "sim/trace.hpp"

namespace sim {

// The scenario that a trace carries, with its files and overrides, read as it was for this run.
[[nodiscard]] Result<Scenario> scenario_of(const TraceHeader&);
// How it was played: simulate(*scenario_of(header), options_of(header)) gives the facts of a whole
// model trace again.
[[nodiscard]] SimulateOptions options_of(const TraceHeader&);

[[nodiscard]] Trace model_of(const Scenario&, const TraceHeader& measured);

// What is not as the scenario file and the documentation say: "wake = fifo, port.P.concurrency =
// 8". Empty when everything is.
[[nodiscard]] std::string settings(const TraceHeader&);

}  // namespace sim
