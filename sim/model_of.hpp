// The model that a measurement is held against: the same scenario on the computer of the
// measurement, with its processors, its resolved concurrency and its seed.
#pragma once

#include "sim/scenario.hpp"
#include "sim/trace.hpp"

namespace sim {

// The scenario that a trace carries, with its files, read as it was read for this run.
[[nodiscard]] Result<Scenario> scenario_of(const TraceHeader&);

[[nodiscard]] Trace model_of(const Scenario&, const TraceHeader& measured);

}  // namespace sim
