// A schedule on a real port: `record x.schedule` and `compare x.schedule`.
#pragma once

#include <string>

#include "cli/measure.hpp"
#include "sim/compare.hpp"
#include "sim/schedule.hpp"

namespace cli {

// What a transcript that was measured is worth beside the model.
struct ScheduleVerdict {
    sim::Agreement agreement = sim::Agreement::agree;
    std::string reason;  // the first difference, with the line of its command; or why undecided
};
// Holds it against the model under the default policies. The measured transcript may end early.
[[nodiscard]] ScheduleVerdict judge(const sim::Schedule&, const Measured&);

// Print what was seen, and how it compares. Return the exit code.
int record_schedule(const sim::Schedule&, const MeasureOptions& options, const std::string& output,
                    bool json);
int compare_schedule(const sim::Schedule&, const MeasureOptions& options, bool json);

}  // namespace cli
