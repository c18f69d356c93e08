#include "cli/sweep_output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/json.hpp"
#include "sim/sweep_svg.hpp"
#include "sim/sweep_table.hpp"

namespace cli {
namespace {

void put_estimate(Json& json, std::string_view name, const sim::Estimate& estimate) {
    json.key(name).value(estimate.mean);
    json.key(fmt::format("{}_half", name)).value(estimate.half);
}

void put_point(Json& json, const sim::Sweep& sweep, std::size_t point) {
    json.begin_object();
    json.key("settings").begin_object();
    for (const auto& [key, value] : sweep.plan.overrides(point)) json.key(key).value(value);
    json.end_object();
    json.key("metrics").begin_object();
    for (const sim::MetricInfo& metric : sim::metrics()) {
        const sim::Estimate at = sweep.at(point, metric.metric);
        json.key(sim::csv_name(metric)).begin_object();
        put_estimate(json, "mean", at);
        json.key("n").value(std::uint64_t{at.n});
        put_estimate(json, "difference", sweep.difference(point, metric.metric));
        json.end_object();
    }
    json.end_object();
    json.end_object();
}

std::string sweep_json(const sim::Sweep& sweep) {
    Json json;
    json.begin_object();
    json.key("title").value(sweep.plan.title);
    json.key("scenario").value(sweep.plan.scenario);
    json.key("scenario_hash").value(sweep.plan.hash);
    json.key("policies").begin_object();
    for (const sim::PolicySwitch& each : sim::policy_switches())
        json.key(each.name).value(sim::policy_value(sweep.plan.policies, each.name));
    json.end_object();
    json.key("replications").value(std::uint64_t{sweep.plan.replications});
    json.key("seeds").begin_list();
    for (std::size_t r = 0; r < sweep.plan.replications; ++r)
        json.value(sim::replication_seed(sweep.plan.seed, r));
    json.end_list();
    json.key("points").begin_list();
    for (std::size_t point = 0; point < sweep.plan.points(); ++point) put_point(json, sweep, point);
    json.end_list();
    json.end_object();
    return json.take();
}

}  // namespace

sim::Result<std::vector<sim::Metric>> SweepOutput::chosen() const {
    std::vector<sim::Metric> chosen;
    std::vector<std::string_view> known;
    for (const sim::MetricInfo& each : sim::metrics()) {
        known.push_back(each.name);
        if (each.shown && metric_names.empty()) chosen.push_back(each.metric);
    }
    for (const std::string& name : metric_names) {
        const auto metric = sim::metric_from_name(name);
        if (metric) {
            chosen.push_back(*metric);
            continue;
        }
        if (name == "all") {
            for (const sim::MetricInfo& each : sim::metrics()) chosen.push_back(each.metric);
            continue;
        }
        const std::string_view near = sim::closest(name, known);
        return sim::Diagnostic{
            .code = "V008",
            .message = fmt::format("there is no metric `{}`", name),
            .origin = {},
            .source_line = {},
            .help = near.empty() ? fmt::format("there are: all, {}", fmt::join(known, ", "))
                                 : fmt::format("did you mean `{}`?", near)};
    }
    return chosen;
}

bool SweepOutput::standard_output_taken() const {
    return csv == "-" || svg == "-" || runs == "-";
}

std::string SweepOutput::objection() const {
    if ((csv == "-") + (svg == "-") + (runs == "-") > 1)
        return "only one of --csv, --svg and --output can go to standard output";
    for (const std::string& path : {csv, svg, runs})
        if (!path.empty() && path != "-")
            if (std::string why = why_not_writable(path); !why.empty()) return why;
    return {};
}

bool save(const std::string& path, const std::string& text) {
    const std::string failure = write_file(path, text);
    if (!failure.empty()) print_error(fmt::format("iocpscope: {}\n", failure));
    return failure.empty();
}

int put_sweep(const sim::Sweep& sweep, const std::vector<sim::Metric>& chosen,
              const SweepOutput& output) {
    const std::string words = output.json ? sweep_json(sweep) : sim::sweep_table(sweep, chosen);
    // With a file on standard output, words go to standard error.
    if (output.standard_output_taken())
        print_error(words);
    else
        print(words);
    bool good = true;
    if (!output.runs.empty())
        good = save(output.runs, sim::shard_text({.origin = {},
                                                  .plan = sweep.plan,
                                                  .name = {.number = 1, .of = 1},
                                                  .runs = sweep.runs}));
    if (!output.csv.empty()) good = save(output.csv, sim::sweep_csv(sweep)) && good;
    if (!output.svg.empty()) good = save(output.svg, sim::sweep_svg(sweep, chosen)) && good;
    return good ? kFine : kEnvironment;
}

}  // namespace cli
