#include "sim/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <set>

#include "sim/random.hpp"
#include "sim/trace.hpp"

namespace sim {
namespace {

// More different errors than a reader wants to see at once.
constexpr std::size_t kMostErrors = 20;

Diagnostic problem(std::string code, std::string message, std::string help = {}) {
    return {.code = std::move(code),
            .message = std::move(message),
            .origin = {},
            .source_line = {},
            .help = std::move(help)};
}

std::string file_name(std::string_view origin) {
    const std::size_t slash = origin.find_last_of("/\\");
    return std::string(slash == std::string_view::npos ? origin : origin.substr(slash + 1));
}

bool varies(const SweepRequest& request, std::string_view key) {
    return std::any_of(request.varied.begin(), request.varied.end(),
                       [&](const Vary& each) { return each.key == key; });
}

Diagnostics check(const SweepRequest& request) {
    Diagnostics problems;
    std::set<std::string_view> keys;
    std::size_t points = 1;
    for (const Vary& each : request.varied) {
        if (!keys.insert(each.key).second)
            problems.push_back(problem("V004", fmt::format("`{}` is varied twice", each.key),
                                       "write all its values behind one --vary"));
        points = std::min(points * each.values.size(), kMaxRuns + 1);
    }
    if (request.seed && varies(request, "seed"))
        problems.push_back(problem("V004", "the seed is given by --seed and varied too"));
    if (points > kMaxPoints)
        problems.push_back(problem(
            "V005",
            fmt::format("the values make {} points; {} are the limit",
                        points > kMaxRuns ? "more than a million" : fmt::format("{}", points),
                        kMaxPoints),
            "give a range a larger step, or vary fewer keys"));
    else if (request.replications < 1 || request.replications > kMaxReplications)
        problems.push_back(problem("V005", fmt::format("there must be 1 to {} replications, not {}",
                                                       kMaxReplications, request.replications)));
    else if (points * request.replications > kMaxRuns)
        problems.push_back(problem(
            "V005",
            fmt::format("{} points with {} replications are {} runs; {} are the limit", points,
                        request.replications, points * request.replications, kMaxRuns),
            "take fewer replications or points"));
    return problems;
}

// The same for one error at several points, where only the value in question differs.
std::string identity(const Diagnostic& d) {
    return fmt::format("{} {}:{} {}", d.code, d.line, d.column, d.message);
}

// What a point's scenario was read from: its own text is the same at all points, files that it
// names may differ.
std::string sources(const Scenario& scenario) {
    std::string text = fingerprint(scenario.text);
    for (const auto& [name, content] : scenario.files) text += name + "\n" + fingerprint(content);
    return text;
}

}  // namespace

std::size_t SweepPlan::points() const {
    std::size_t points = 1;
    for (const Vary& each : varied) points *= each.values.size();
    return points;
}

Overrides SweepPlan::overrides(std::size_t point) const {
    Overrides result(varied.size());
    for (std::size_t i = varied.size(); i-- > 0;) {
        const Vary& vary = varied[i];
        result[i] = {vary.key, vary.values[point % vary.values.size()]};
        point /= vary.values.size();
    }
    return result;
}

std::string SweepPlan::point_name(std::size_t point) const {
    std::string text;
    for (const auto& [key, value] : overrides(point))
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, value);
    return text.empty() ? "as written" : text;
}

Result<SweepPlan> plan_sweep(const SweepRequest& request, const ScenarioFor& scenario_for) {
    Diagnostics problems = check(request);
    if (!problems.empty()) return problems;
    // Without overrides first: what is wrong with the file itself is not the fault of a point.
    const Result<Scenario> base = scenario_for({});
    if (!base) return base.error();
    SweepPlan plan{.scenario = file_name(base->origin),
                   .title = base->title,
                   .hash = sources(*base),
                   .seed = request.seed.value_or(base->seed),
                   .replications = request.replications,
                   .policies = request.policies,
                   .varied = request.varied};
    std::set<std::string> known;
    for (std::size_t point = 0; point < plan.points() && problems.size() < kMostErrors; ++point) {
        const Result<Scenario> scenario = scenario_for(plan.overrides(point));
        if (scenario) {
            plan.hash += sources(*scenario);
            continue;
        }
        bool named = false;
        for (const Diagnostic& each : scenario.error()) {
            if (!known.insert(identity(each)).second) continue;
            if (!named)
                problems.push_back(problem(
                    "V007",
                    fmt::format("the scenario cannot be used with {}:", plan.point_name(point))));
            named = true;
            problems.push_back(each);
        }
    }
    if (!problems.empty()) return problems;
    plan.hash = fingerprint(plan.hash);
    return plan;
}

std::uint64_t replication_seed(std::uint64_t seed, std::size_t replication) {
    if (replication == 0) return seed;
    // An odd multiple, so that seeds 1 and 2 do not share all but one replication.
    return Random(seed + replication * 0xA0761D6478BD642Full).next();
}

MetricValues replicate(const SweepPlan& plan, const Scenario& at_point, std::size_t run) {
    const bool own_seed = std::any_of(plan.varied.begin(), plan.varied.end(),
                                      [](const Vary& each) { return each.key == "seed"; });
    SimulateOptions options;
    options.policies = plan.policies;
    options.seed = replication_seed(own_seed ? at_point.seed : plan.seed, run % plan.replications);
    options.keep_trace = false;
    return measured(simulate(at_point, options).summary);
}

std::vector<double> Sweep::values(std::size_t point, Metric metric) const {
    std::vector<double> values(plan.replications);
    for (std::size_t r = 0; r < values.size(); ++r)
        values[r] = runs[point * plan.replications + r][static_cast<std::size_t>(metric)];
    return values;
}

Estimate Sweep::at(std::size_t point, Metric metric) const {
    return estimate(values(point, metric));
}

Estimate Sweep::difference(std::size_t point, Metric metric) const {
    return estimate_difference(values(0, metric), values(point, metric));
}

bool all_replications_equal(const Sweep& sweep) {
    const auto same = [](double a, double b) { return a == b || !(has_value(a) || has_value(b)); };
    for (std::size_t run = 0; run < sweep.runs.size(); ++run) {
        const std::size_t first = run - run % sweep.plan.replications;
        for (std::size_t m = 0; m < kMetrics; ++m)
            if (!same(sweep.runs[run][m], sweep.runs[first][m])) return false;
    }
    return true;
}

std::size_t points_cut_off(const Sweep& sweep) {
    std::size_t cut = 0;
    for (std::size_t point = 0; point < sweep.plan.points(); ++point)
        if (sweep.at(point, Metric::complete).mean < 1) ++cut;
    return cut;
}

}  // namespace sim
