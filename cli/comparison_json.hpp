// Two runs side by side as JSON.
#pragma once

#include "cli/json.hpp"
#include "sim/dispatch_rows.hpp"

namespace cli {

// {"model": {…}, "measured": {…}, "by": "packet", "rows": […], "order": {…}, "agreement": …}. Of
// two traces `model` is the first and `measured` the second. What is not known is null.
void put_two_runs(Json&, const sim::Trace& left, const sim::Trace& right, const sim::Comparison&,
                  sim::AlignBy);

}  // namespace cli
