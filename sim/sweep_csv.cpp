// A sweep as CSV: one row per point, every metric (docs/sweep.md, "CSV").
#include <fmt/format.h>

#include "sim/sweep_table.hpp"

namespace sim {

std::string csv_name(const MetricInfo& metric) {
    switch (metric.unit) {
        case MetricUnit::time: return fmt::format("{}_ns", metric.name);
        case MetricUnit::rate: return fmt::format("{}_per_s", metric.name);
        case MetricUnit::count:
        case MetricUnit::share: break;
    }
    return std::string(metric.name);
}

namespace {

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

std::string csv_number(double value) {
    return has_value(value) ? fmt::format("{}", value) : "";
}

}  // namespace

std::string sweep_csv(const Sweep& sweep) {
    std::string text;
    for (const Vary& vary : sweep.plan.varied) text += csv_field(vary.key) + ",";
    text += "replications";
    for (const MetricInfo& metric : metrics()) {
        const std::string name = csv_name(metric);
        text += fmt::format(",{0}_mean,{0}_half,{0}_n,{0}_diff,{0}_diff_half", name);
    }
    text += "\n";
    for (std::size_t point = 0; point < sweep.plan.points(); ++point) {
        for (const auto& [key, value] : sweep.plan.overrides(point)) text += csv_field(value) + ",";
        text += fmt::format("{}", sweep.plan.replications);
        for (const MetricInfo& metric : metrics()) {
            const Estimate at = sweep.at(point, metric.metric);
            const Estimate difference = sweep.difference(point, metric.metric);
            text += fmt::format(",{},{},{},{},{}", csv_number(at.mean), csv_number(at.half), at.n,
                                csv_number(difference.mean), csv_number(difference.half));
        }
        text += "\n";
    }
    return text;
}

}  // namespace sim
