// What it costs a worker to write down a fact.
#pragma once

#include <cstdint>
#include <optional>

#include "real/port.hpp"
#include "sim/trace.hpp"

namespace real {

// Nanoseconds for stamping a fact and putting it into a notebook, on this computer now: the middle
// of several rounds, at least 1. Takes about a millisecond.
[[nodiscard]] Nanos probe_cost();

// The key of a trace header's host facts that holds it.
inline constexpr const char* kProbeCost = "nanoseconds to write a fact";
// What it says there; nothing in a trace without.
[[nodiscard]] std::optional<std::uint64_t> probe_cost_of(const sim::TraceHeader&);

}  // namespace real
