#include "sim/metric.hpp"

#include <algorithm>

namespace sim {
namespace {

template <class Number>
double number(Number value) {
    return static_cast<double>(value);
}

double per_second(std::uint64_t count, Nanos time) {
    return time > 0 ? number(count) * 1e9 / number(time) : kNoValue;
}

// Without a packet there is no latency.
double of(const Latency& latency, Nanos time) {
    return latency.count > 0 ? number(time) : kNoValue;
}

// The mean of differences is the difference of means, if they are of the same packets.
double handling(const SimulationSummary& s) {
    if (s.in_queue.count == 0 || s.in_queue.count != s.in_system.count) return kNoValue;
    return number(s.in_system.mean - s.in_queue.mean);
}

double threads_used(const std::vector<std::uint64_t>& packets) {
    return number(std::count_if(packets.begin(), packets.end(),
                                [](std::uint64_t count) { return count > 0; }));
}

constexpr MetricInfo kInfos[] = {
#define METRIC(name, unit, shown, value, meaning) \
    {Metric::name, #name, MetricUnit::unit, shown, meaning},
#include "sim/metrics.def"
#undef METRIC
};

}  // namespace

std::span<const MetricInfo> metrics() {
    return kInfos;
}

const MetricInfo& info(Metric metric) {
    return kInfos[static_cast<std::size_t>(metric)];
}

std::optional<Metric> metric_from_name(std::string_view name) {
    const auto found = std::find_if(std::begin(kInfos), std::end(kInfos),
                                    [&](const MetricInfo& each) { return each.name == name; });
    if (found == std::end(kInfos)) return std::nullopt;
    return found->metric;
}

MetricValues measured(const SimulationSummary& s) {
    return {
#define METRIC(name, unit, shown, value, meaning) value,
#include "sim/metrics.def"
#undef METRIC
    };
}

Scale scale_for(MetricUnit unit, double largest) {
    switch (unit) {
        case MetricUnit::count: return {"", 1};
        case MetricUnit::share: return {"%", 100};
        case MetricUnit::rate: return {"1/s", 1};
        case MetricUnit::time: break;
    }
    if (largest >= 1e9) return {"s", 1e-9};
    if (largest >= 1e6) return {"ms", 1e-6};
    if (largest >= 1e3) return {"us", 1e-3};
    return {"ns", 1};
}

}  // namespace sim
