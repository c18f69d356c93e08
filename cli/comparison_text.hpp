// Two runs side by side, and many runs beside the model, as text on a terminal.
#pragma once

#include <string>
#include <vector>

#include "sim/compare.hpp"
#include "sim/dispatch_rows.hpp"
#include "sim/trace.hpp"

namespace cli {

//   packet  Model  Our Linux port, not Windows
//        1  T4     T4
//        2  T4     T1        ◆ other thread
[[nodiscard]] std::string rows_text(const sim::Trace& left, const sim::Trace& right,
                                    const sim::DispatchRows&);
// Shares of threads, most active, switches, latency; and how far apart the orders are.
[[nodiscard]] std::string measures_text(const sim::Trace& left, const sim::Trace& right);
// What results differ, what was set, the verdict and what it proves.
[[nodiscard]] std::string verdict_text(const sim::Trace& left, const sim::Trace& right,
                                       const sim::Comparison&);
// All of these.
[[nodiscard]] std::string comparison_text(const sim::Trace& left, const sim::Trace& right,
                                          const sim::Comparison&, sim::AlignBy);

// What the two runs are called at the head of a column, and a line that says more where the names
// of their lanes are alike or too long for that.
struct ColumnNames {
    std::string left, right, legend;
};
[[nodiscard]] ColumnNames column_names(const sim::TraceHeader& left, const sim::TraceHeader& right);

}  // namespace cli
