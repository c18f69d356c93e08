// iocpscope simulate SCENARIO|SCHEDULE
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <memory>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/policy_flags.hpp"
#include "cli/remarks.hpp"
#include "cli/tables.hpp"
#include "sim/explain.hpp"

namespace cli {
namespace {

struct Options {
    std::string file;
    std::string output;
    std::optional<std::uint64_t> seed;
    std::optional<std::uint32_t> processors;
    std::vector<std::string> set;  // KEY=VALUE
    bool no_trace = false;
    bool json = false;
    std::string format = "text";
    PolicyFlags policies;
};

// With the trace on standard output, words go to standard error.
void say(const Options& options, std::string_view text) {
    if (options.output == "-")
        print_error(text);
    else
        print(text);
}

int report_failure(const SavedTrace& saved) {
    if (saved.failure.empty()) return kFine;
    print_error(fmt::format("iocpscope: {}\n", saved.failure));
    return kEnvironment;
}

void put_latency(Json& json, std::string_view name, const sim::Latency& latency) {
    json.key(name).begin_object();
    json.key("count").value(latency.count);
    json.key("mean").value(static_cast<std::uint64_t>(latency.mean));
    json.key("median").value(static_cast<std::uint64_t>(latency.median));
    json.key("p95").value(static_cast<std::uint64_t>(latency.p95));
    json.key("p99").value(static_cast<std::uint64_t>(latency.p99));
    json.key("max").value(static_cast<std::uint64_t>(latency.max));
    json.end_object();
}

std::string scenario_json(const sim::Scenario& scenario, const sim::Simulation& run,
                          const std::vector<std::string>& unmet, const Remarks& remarks,
                          const std::string& print) {
    const sim::SimulationSummary& s = run.summary;
    Json json;
    json.begin_object();
    json.key("title").value(scenario.title);
    json.key("fingerprint").value(print);
    json.key("policies").begin_object();
    for (const sim::PolicySwitch& each : sim::policy_switches())
        json.key(each.name).value(sim::policy_value(run.trace.header.policies, each.name));
    json.end_object();
    json.key("dispatches");
    put_dispatches(json, run.trace);
    json.key("max_active").value(std::uint64_t{s.max_active});
    json.key("max_queue").value(std::uint64_t{s.max_queue});
    json.key("posted").value(s.packets_posted);
    json.key("delivered").value(s.packets_delivered);
    json.key("left_in_queue").value(s.packets_left);
    json.key("discarded").value(s.packets_discarded);
    json.key("context_switches").value(s.context_switches);
    json.key("posts_failed").value(s.posts_failed);
    json.key("operations").value(s.operations);
    json.key("cpu_use").value(s.cpu_use);
    json.key("mean_queue").value(s.mean_queue);
    put_latency(json, "in_queue_ns", s.in_queue);
    put_latency(json, "in_system_ns", s.in_system);
    json.key("packets_per_thread").begin_object();
    for (std::size_t i = 0; i < s.packets_per_thread.size(); ++i)
        json.key(run.trace.header.threads[i]).value(s.packets_per_thread[i]);
    json.end_object();
    json.key("end_ns").value(static_cast<std::uint64_t>(s.end));
    json.key("outcome").value(sim::name(s.outcome));
    json.key("unmet").begin_list();
    for (const std::string& each : unmet) json.value(each);
    json.end_list();
    json.key("unchecked").begin_list();
    for (const std::string_view each : sim::unchecked_expectations(scenario, run)) json.value(each);
    json.end_list();
    json.key("remarks");
    remarks.put(json);
    json.end_object();
    return json.take();
}

std::string scenario_words(const sim::Scenario& scenario, const sim::Simulation& run,
                           const std::vector<std::string>& unmet, const Remarks& remarks,
                           const std::string& print, bool no_trace) {
    std::string text = scenario.title + "\n";
    if (!scenario.teaches.empty()) text += scenario.teaches + "\n";
    text += settings_text(run.trace.header);
    text += "\n";
    if (!no_trace) text += dispatch_table(run.trace) + "\n";
    if (const std::string said = remarks.text(run.trace); !said.empty()) text += said + "\n";
    text += summary_text(run);
    for (const std::string& each : unmet) text += fmt::format("  not as expected: {}\n", each);
    const auto unchecked = sim::unchecked_expectations(scenario, run);
    if (unmet.empty() && unchecked.empty()) text += "  all expectations of the scenario are met\n";
    if (!unchecked.empty())
        text += fmt::format("  not checked, because it needs the trace: {} of [expect]\n",
                            fmt::join(unchecked, ", "));
    if (no_trace && !(scenario.narrations.empty() && scenario.questions.empty()))
        text += "  narration and questions are not shown: they need the trace\n";
    if (!no_trace) text += fmt::format("  fingerprint {}\n", print);
    return text;
}

int simulate_scenario(const Options& options, const sim::Scenario& scenario) {
    if (options.format != "text") {
        print_error("iocpscope: --format transcript is for schedules; this is a scenario\n");
        return kBadInput;
    }
    sim::SimulateOptions how;
    how.policies = options.policies.policies();
    how.seed = options.seed;
    how.processors = options.processors;
    how.keep_trace = !options.no_trace;
    const sim::Simulation run = sim::simulate(scenario, how);
    std::vector<std::string> unmet = sim::unmet_expectations(scenario, run);
    SavedTrace saved;
    if (!options.no_trace || !options.output.empty()) saved = save_trace(options.output, run.trace);
    const std::string print = options.no_trace ? "" : saved.fingerprint;
    const Remarks remarks = options.no_trace ? Remarks() : Remarks(scenario, run.trace);
    say(options, options.json
                     ? scenario_json(scenario, run, unmet, remarks, print)
                     : scenario_words(scenario, run, unmet, remarks, print, options.no_trace));
    if (const int failed = report_failure(saved); failed != kFine) return failed;
    return unmet.empty() ? kFine : kVerdictFailed;
}

int simulate_schedule(const Options& options, const sim::Schedule& schedule) {
    // One processor unless told otherwise: the machine on which the stored transcripts were made.
    const sim::ScheduleRun run =
        sim::run_schedule(schedule, options.policies.policies(), options.processors.value_or(1));
    if (options.json) {
        Json json;
        json.begin_object();
        json.key("dispatches");
        put_dispatches(json, run.trace);
        json.key("max_active").value(std::uint64_t{sim::max_active(run.trace)});
        json.key("expectations_met").value(run.first_difference.empty());
        json.key("first_difference").value(run.first_difference);
        json.end_object();
        say(options, json.take());
    } else if (options.format == "transcript") {
        say(options, run.transcript);
    } else {
        say(options, sentences(run.trace));
    }
    if (!options.output.empty()) {
        const SavedTrace saved = save_trace(options.output, run.trace);
        if (const int failed = report_failure(saved); failed != kFine) return failed;
    }
    if (run.first_difference.empty()) return kFine;
    print_error(run.first_difference);
    return kVerdictFailed;
}

int simulate(const Options& options) {
    const auto overrides = overrides_of(options.set);
    if (!overrides) return report(overrides.error());
    auto input = read_input(options.file, options.processors, *overrides);
    if (!input) return report(input.error());
    if (!overrides->empty() && !std::holds_alternative<sim::Scenario>(*input)) {
        print_error("iocpscope: --set is for scenarios\n");
        return kBadInput;
    }
    if (const auto* scenario = std::get_if<sim::Scenario>(&*input))
        return simulate_scenario(options, *scenario);
    if (const auto* schedule = std::get_if<sim::Schedule>(&*input))
        return simulate_schedule(options, *schedule);
    print_error(
        fmt::format("iocpscope: {} is a trace; simulate takes a scenario or a schedule. "
                    "To read a trace: iocpscope show {}\n",
                    options.file, options.file));
    return kBadInput;
}

}  // namespace

void add_simulate(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("simulate", "Play a scenario or a schedule in the model");
    command->add_option("file", options->file, "a scenario (.toml) or a schedule (.schedule)")
        ->required();
    command->add_option("-o,--output", options->output,
                        "write the trace here; - for standard output");
    command->add_option("--seed", options->seed, "instead of the scenario's seed")
        ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
    command->add_option("--processors", options->processors, "instead of the scenario's machine")
        ->check(CLI::Range(1, 1024));
    command->add_option("--set", options->set,
                        "KEY=VALUE instead of the scenario's value, as sweep --vary names keys; "
                        "may come several times");
    command->add_flag("--no-trace", options->no_trace, "keep only the summary");
    command->add_flag("--json", options->json, "print JSON");
    command->add_option("--format", options->format, "of a schedule's output")
        ->check(CLI::IsMember({"text", "transcript"}))
        ->capture_default_str();
    options->policies.add_to(*command);
    command->callback([options, &run] { run = [options] { return simulate(*options); }; });
}

}  // namespace cli
