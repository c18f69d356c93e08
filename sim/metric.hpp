// The numbers that a sweep takes from each run (sim/metrics.def).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/simulator.hpp"

namespace sim {

enum class MetricUnit : std::uint8_t { count, share, rate, time };

enum class Metric : std::uint8_t {
#define METRIC(name, unit, shown, value, meaning) name,
#include "sim/metrics.def"
#undef METRIC
};

inline constexpr std::size_t kMetrics = 0
#define METRIC(name, unit, shown, value, meaning) +1
#include "sim/metrics.def"
#undef METRIC
    ;

struct MetricInfo {
    Metric metric{};
    std::string_view name;
    MetricUnit unit{};
    bool shown = false;
    std::string_view meaning;
};
[[nodiscard]] std::span<const MetricInfo> metrics();
[[nodiscard]] const MetricInfo& info(Metric);
[[nodiscard]] std::optional<Metric> metric_from_name(std::string_view);

// One run in numbers, by Metric. Counts and nanoseconds are whole and below 2^53, so that a double
// holds them exactly.
using MetricValues = std::array<double, kMetrics>;
inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
[[nodiscard]] constexpr bool has_value(double value) {
    return value == value;
}
[[nodiscard]] MetricValues measured(const SimulationSummary&);

// How the values of a metric are written for people: "ms" and 1e-6 for times of milliseconds.
struct Scale {
    std::string_view unit;  // "ms", "%", "1/s"; empty for counts
    double factor = 1;      // shown = value × factor
};
[[nodiscard]] Scale scale_for(MetricUnit, double largest);

}  // namespace sim
