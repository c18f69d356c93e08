#include "cli/compare_runs.hpp"

#include <fmt/format.h>

#include "cli/comparison_json.hpp"
#include "cli/comparison_text.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/outcomes_text.hpp"
#include "cli/wrap.hpp"

namespace cli {
namespace {

constexpr std::string_view kOutcome = "outcome";

std::string save(const std::string& path, const sim::Trace& trace) {
    if (path.empty()) return {};
    return save_trace(path, trace, FileWriter::WhenItFails::keep).failure;
}

void add_reason(std::vector<RunsSummary::Reason>& reasons, const sim::Comparison& comparison) {
    for (auto& each : reasons)
        if (each.agreement == comparison.agreement && each.reason == comparison.reason) {
            ++each.runs;
            return;
        }
    reasons.push_back({comparison.agreement, comparison.reason, 1});
}

// The verdict on all runs is that of the worst.
bool worse(sim::Agreement a, sim::Agreement b) {
    const auto rank = [](sim::Agreement each) {
        return each == sim::Agreement::differ ? 2 : each == sim::Agreement::undecided ? 1 : 0;
    };
    return rank(a) > rank(b);
}

void add(RunsSummary& summary, const sim::Comparison& comparison) {
    add_reason(summary.reasons, comparison);
    if (summary.badge.empty() || worse(comparison.agreement, summary.worst)) {
        summary.worst = comparison.agreement;
        summary.badge = comparison.badge;
    }
}

int print_one(const sim::Scenario& scenario, const sim::Trace& model, const sim::Trace& measured,
              const sim::Comparison& comparison, const RunsOptions& options) {
    // Where the trace is the output, everything else goes beside it.
    const auto out = options.output.path == "-" ? print_error : print;
    out(heading(scenario) + comparison_text(model, measured, comparison, options.by));
    return exit_code_of(comparison.agreement);
}

}  // namespace

int exit_code_of(sim::Agreement agreement) {
    if (agreement == sim::Agreement::agree) return kFine;
    return agreement == sim::Agreement::differ ? kVerdictFailed : kInconclusive;
}

std::string heading(const sim::Scenario& scenario) {
    std::string text = wrapped(scenario.title, 0, 0);
    if (!scenario.teaches.empty()) text += wrapped(scenario.teaches, 0, 0);
    return text + "\n";
}

int compare_runs(const sim::Scenario& scenario, const RunsOptions& options) {
    if (const int failed = prepare(options.output, kOutcome); failed != kFine) return failed;
    RunsSummary summary;
    Json json;
    json.begin_object().key("title").value(scenario.title).key("runs").begin_list();
    for (int i = 0; i < options.runs; ++i) {
        const Measured measured = measure(scenario, options.measured);
        if (measured.exit_code != kFine) return measured.exit_code;
        const auto model = model_for(measured.trace);
        if (!model) return report(model.error());
        const sim::Comparison comparison = sim::compare(*model, measured.trace);
        summary.header = measured.trace.header;
        add(summary, comparison);
        const auto outcome = summary.tally.add(comparison);
        const bool is_new = outcome && *outcome > summary.traces.size();
        std::string path;
        if (options.runs == 1) path = options.output.path;
        if (options.runs > 1 && is_new) path = file_for(options.output, kOutcome, *outcome);
        if (const std::string failure = save(path, measured.trace); !failure.empty()) {
            print_error(fmt::format("iocpscope: {}\n", failure));
            return kEnvironment;
        }
        if (is_new) summary.traces.push_back(path);
        if (options.json) put_two_runs(json, *model, measured.trace, comparison, options.by);
        if (options.runs == 1 && !options.json)
            return print_one(scenario, *model, measured.trace, comparison, options);
        if (measured.stopped) break;
        summary.spread.add(measured.trace);
    }
    json.end_list();
    if (options.json) {
        put_runs(json, summary);
        json.end_object();
        (options.output.path == "-" ? print_error : print)(json.take());
    } else {
        print(heading(scenario) + runs_text(summary));
    }
    return exit_code_of(summary.worst);
}

}  // namespace cli
