// compare SCENARIO --runs N: many measurements of one scenario, each beside the model.
#pragma once

#include <string>
#include <vector>

#include "cli/json.hpp"
#include "cli/measure.hpp"
#include "cli/output_folder.hpp"
#include "sim/dispatch_rows.hpp"
#include "sim/scenario.hpp"

namespace cli {

struct RunsOptions {
    MeasureOptions measured;
    TraceOutput output;  // of one run its trace, of several one trace for each outcome
    int runs = 1;
    sim::AlignBy by = sim::AlignBy::packet;
    bool json = false;
};
// Prints how they compare and returns the exit code: 1 when one differs, else 3 when one is not
// decided.
int compare_runs(const sim::Scenario&, const RunsOptions&);

[[nodiscard]] int exit_code_of(sim::Agreement);
// The title of a lesson and what it teaches.
[[nodiscard]] std::string heading(const sim::Scenario&);

}  // namespace cli
