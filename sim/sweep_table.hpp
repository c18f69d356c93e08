// A sweep as text: a table for people and CSV for programs.
#pragma once

#include <string>
#include <vector>

#include "sim/sweep.hpp"

namespace sim {

// "12.3 ± 0.4" in the units of a scale, with as many digits as the interval makes sense of.
struct Written {
    std::string mean;
    std::string half;  // empty when there is no interval
};
[[nodiscard]] Written written(const Estimate&, const Scale&);

// The points with the chosen metrics, the differences from the first point, and what that means.
[[nodiscard]] std::string sweep_table(const Sweep&, const std::vector<Metric>& chosen);
// One row per point with all metrics, times in nanoseconds (docs/sweep.md).
[[nodiscard]] std::string sweep_csv(const Sweep&);
// The name of a metric in CSV, its unit last: "end_ns".
[[nodiscard]] std::string csv_name(const MetricInfo&);

// "3 replications, seed 7"; "model of another port than the documented one: wake = fifo"
[[nodiscard]] std::string sweep_origin(const SweepPlan&);

}  // namespace sim
