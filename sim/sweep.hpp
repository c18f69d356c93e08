// A sweep: a scenario simulated at every point of a grid of settings, several times at each.
//
// Replication r has the same seed at every point, so what is drawn for packet 17 of replication r
// is the same everywhere (common random numbers, sim/duration.hpp): points differ by their
// settings and not by luck, and differences are taken replication by replication.
//
// Here is one run as a function and everything that follows from all runs. Whoever runs them (cli:
// on all processors, or spread over computers as shards) gives the values in the order of the runs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/diagnostic.hpp"
#include "sim/estimate.hpp"
#include "sim/metric.hpp"
#include "sim/policy.hpp"
#include "sim/scenario.hpp"
#include "sim/vary.hpp"

namespace sim {

inline constexpr std::uint32_t kMaxReplications = 10'000;
inline constexpr std::size_t kMaxRuns = 1'000'000;  // points × replications

using Overrides = std::vector<std::pair<std::string, std::string>>;
// The scenario with these values instead of its own.
using ScenarioFor = std::function<Result<Scenario>(const Overrides&)>;

// What is to be run, complete: two equal plans give equal results.
struct SweepPlan {
    std::string scenario;  // name of the file, without folders
    std::string title;
    std::string hash;        // of the scenario and of the files that it names
    std::uint64_t seed = 1;  // of replication 1
    std::uint32_t replications = 1;
    Policies policies;
    std::vector<Vary> varied;  // the first varies slowest

    [[nodiscard]] std::size_t points() const;
    [[nodiscard]] std::size_t runs() const { return points() * replications; }
    [[nodiscard]] Overrides overrides(std::size_t point) const;
    // "port.P.concurrency = 4, thread.T.count = 8"; "as written" when nothing is varied.
    [[nodiscard]] std::string point_name(std::size_t point) const;
    bool operator==(const SweepPlan&) const = default;
};

struct SweepRequest {
    std::vector<Vary> varied;
    std::uint32_t replications = 1;
    std::optional<std::uint64_t> seed;  // instead of the scenario's
    Policies policies;
};
// The scenario is read once per point, so that a plan that is made can be run. Codes V004 to V007
// and those of scenarios; the same error at several points is given once, with its first point.
[[nodiscard]] Result<SweepPlan> plan_sweep(const SweepRequest&, const ScenarioFor&);

// Run number `run` is replication run % replications of point run / replications, from 0.
[[nodiscard]] inline std::size_t point_of(const SweepPlan& plan, std::size_t run) {
    return run / plan.replications;
}
// Replication 0 has the seed of the plan itself, so `simulate` shows the same run.
[[nodiscard]] std::uint64_t replication_seed(std::uint64_t seed, std::size_t replication);
// One run. `at_point` is the scenario with the overrides of its point.
[[nodiscard]] MetricValues replicate(const SweepPlan&, const Scenario& at_point, std::size_t run);

// A finished sweep: one entry per run, in order.
struct Sweep {
    SweepPlan plan;
    std::vector<MetricValues> runs;

    [[nodiscard]] Estimate at(std::size_t point, Metric) const;
    // Of this point minus the first one, replication by replication.
    [[nodiscard]] Estimate difference(std::size_t point, Metric) const;

private:
    [[nodiscard]] std::vector<double> values(std::size_t point, Metric) const;
};

// Metrics of which every replication of a point has the same value: nothing is random there.
[[nodiscard]] bool all_replications_equal(const Sweep&);
// Points where a run was ended by a limit.
[[nodiscard]] std::size_t points_cut_off(const Sweep&);

}  // namespace sim
