// What many runs of one scenario ended with, as text and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/json.hpp"
#include "cli/run_spread.hpp"
#include "sim/run_tally.hpp"

namespace cli {

struct RunsSummary {
    struct Reason {
        sim::Agreement agreement = sim::Agreement::agree;
        std::string reason;
        std::uint64_t runs = 0;
    };
    sim::TraceHeader header;  // of the last run: what they are runs of
    sim::RunTally tally;
    std::vector<std::string> traces;  // of outcome 1, 2, …: its file; empty when nothing was kept
    std::vector<Reason> reasons;
    sim::Agreement worst = sim::Agreement::agree;
    std::string badge;  // of the worst run
    RunSpread spread;

    [[nodiscard]] std::uint64_t runs_that(sim::Agreement) const;
};
// The last line is "18 agree, 2 differ, 0 not decided".
[[nodiscard]] std::string runs_text(const RunsSummary&);
// Members of the object that is open: counts, packets, outcomes and spread.
void put_runs(Json&, const RunsSummary&);

}  // namespace cli
