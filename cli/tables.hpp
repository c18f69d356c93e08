// Runs as text on a terminal: dispatch tables, stages, summaries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/remarks.hpp"
#include "sim/compare.hpp"
#include "sim/simulator.hpp"
#include "sim/stage.hpp"
#include "sim/trace.hpp"

namespace cli {

[[nodiscard]] std::string_view agreement_word(sim::Agreement);

// Dispatches in the order of release; measured ones by packet, for the order in which calls
// returned says nothing.
[[nodiscard]] std::vector<sim::Dispatch> listed_dispatches(const sim::Trace&);
//   packet  thread
//        1  T4
[[nodiscard]] std::string dispatch_table(const sim::Trace&);
[[nodiscard]] std::string summary_text(const sim::Simulation&);
// The five structures in words, one per line.
[[nodiscard]] std::string stage_text(const sim::TraceHeader&, const sim::Stage&);
// What is not as the scenario file and the documentation say, in lines; empty when everything is.
[[nodiscard]] std::string settings_text(const sim::TraceHeader&);
// One numbered sentence per fact, and between them what the scenario says and asks.
[[nodiscard]] std::string sentences(const sim::Trace&, const Remarks& = {});

}  // namespace cli
