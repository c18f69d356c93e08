// iocpscope compare SCENARIO, compare TRACE, compare TRACE TRACE
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/measure.hpp"
#include "cli/run_spread.hpp"
#include "cli/schedule_on_port.hpp"
#include "cli/tables.hpp"
#include "sim/model_of.hpp"

namespace cli {
namespace {

struct Options {
    std::vector<std::string> files;
    MeasureOptions measured;
    int runs = 1;
    bool json = false;
};

struct Counts {
    int agree = 0, differ = 0, undecided = 0;
    void add(sim::Agreement agreement) {
        if (agreement == sim::Agreement::agree)
            ++agree;
        else if (agreement == sim::Agreement::differ)
            ++differ;
        else
            ++undecided;
    }
    [[nodiscard]] int exit_code() const {
        if (differ > 0) return kVerdictFailed;
        return undecided > 0 ? kInconclusive : kFine;
    }
};

std::string words(const sim::Trace& model, const sim::Trace& measured,
                  const sim::Comparison& comparison) {
    static constexpr std::string_view marks[] = {"AGREE", "DIFFER", "NOT DECIDED"};
    std::string reason = comparison.reason;
    if (!reason.empty() && reason[0] >= 'a' && reason[0] <= 'z')
        reason[0] = static_cast<char>(reason[0] - 'a' + 'A');
    std::string set;
    for (const sim::Trace* run : {&model, &measured})
        if (const std::string said = sim::settings(run->header); !said.empty())
            set += fmt::format("  The {} run was made with {}.\n",
                               run == &model ? "first" : "second", said);
    std::string results;
    for (const std::string& sentence : comparison.results)
        results += fmt::format("    {}\n", sentence);
    if (!results.empty()) results = "\n  Results differ:\n" + results;
    return comparison_table(model, measured, comparison) + results +
           (set.empty() ? "" : "\n" + set) +
           fmt::format("\n  {}: {}.\n  {}\n", marks[static_cast<int>(comparison.agreement)], reason,
                       comparison.badge);
}

std::string heading(const sim::Scenario& scenario) {
    std::string text = scenario.title + "\n";
    if (!scenario.teaches.empty()) text += scenario.teaches + "\n";
    return text + "\n";
}

void put_run(Json& json, const sim::Trace& model, const sim::Trace& measured,
             const sim::Comparison& comparison) {
    json.begin_object();
    json.key("model").begin_object().key("lane").value(model.header.lane);
    json.key("dispatches");
    put_dispatches(json, model);
    json.key("max_active").value(std::uint64_t{sim::max_active(model)});
    json.end_object();
    json.key("measured").begin_object().key("lane").value(measured.header.lane);
    json.key("backend").value(measured.header.backend);
    json.key("windows_evidence").value(measured.header.windows_evidence);
    put_probe_cost(json, measured.header);
    json.key("dispatches");
    put_dispatches(json, measured);
    json.end_object();
    put_comparison(json, comparison);
    json.end_object();
}

// What a trace is about, when it says so.
std::string heading(const sim::Trace& trace) {
    const auto scenario = sim::scenario_of(trace.header);
    return scenario ? heading(*scenario) : std::string();
}

int compare_two(const Options& options, const sim::Trace& left, const sim::Trace& right) {
    const sim::Comparison comparison = sim::compare(left, right);
    if (options.json) {
        Json json;
        put_run(json, left, right, comparison);
        print(json.take());
    } else {
        print(heading(right) + words(left, right, comparison));
    }
    Counts counts;
    counts.add(comparison.agreement);
    return counts.exit_code();
}

// Two traces of different scenarios agree or differ about nothing.
int check_same_scenario(const sim::Trace& left, const sim::Trace& right) {
    if (left.header.scenario == right.header.scenario) return kFine;
    print_error(
        fmt::format("iocpscope: the traces are of different scenarios ({} and {}); "
                    "comparing them would say nothing\n",
                    left.header.scenario_name, right.header.scenario_name));
    return kBadInput;
}

int compare_scenario(const Options& options, const sim::Scenario& scenario) {
    Counts counts;
    RunSpread spread;
    Json json;
    json.begin_object().key("title").value(scenario.title).key("runs").begin_list();
    for (int i = 0; i < options.runs; ++i) {
        const Measured measured = measure(scenario, options.measured);
        if (measured.exit_code != kFine) return measured.exit_code;
        const auto model = model_for(measured.trace);
        if (!model) return report(model.error());
        const sim::Comparison comparison = sim::compare(*model, measured.trace);
        counts.add(comparison.agreement);
        if (options.json) {
            put_run(json, *model, measured.trace, comparison);
        } else if (options.runs == 1) {
            print(heading(scenario) + words(*model, measured.trace, comparison));
        } else {
            print(fmt::format("run {:>3}: {}: {}\n", i + 1, agreement_word(comparison.agreement),
                              comparison.reason));
        }
        if (measured.stopped) break;
        spread.add(measured.trace);
    }
    json.end_list();
    json.key("agree").value(static_cast<std::uint64_t>(counts.agree));
    json.key("differ").value(static_cast<std::uint64_t>(counts.differ));
    json.key("undecided").value(static_cast<std::uint64_t>(counts.undecided));
    json.key("spread");
    spread.put(json);
    json.end_object();
    if (options.json)
        print(json.take());
    else if (options.runs > 1)
        print(fmt::format("{} agree, {} differ, {} not decided\n{}", counts.agree, counts.differ,
                          counts.undecided, spread.text()));
    return counts.exit_code();
}

int compare(const Options& options) {
    if (options.files.size() == 2 && options.files[0] == "-" && options.files[1] == "-") {
        print_error("iocpscope: standard input can be only one of the two traces\n");
        return kBadInput;
    }
    auto first = read_input(options.files[0]);
    if (!first) return report(first.error());
    if (const auto* scenario = std::get_if<sim::Scenario>(&*first); scenario != nullptr) {
        if (options.files.size() == 1) return compare_scenario(options, *scenario);
        print_error("iocpscope: compare takes one scenario, one trace or two traces\n");
        return kBadInput;
    }
    if (const auto* schedule = std::get_if<sim::Schedule>(&*first); schedule != nullptr) {
        if (options.files.size() == 1 && options.runs == 1)
            return compare_schedule(*schedule, options.measured, options.json);
        print_error("iocpscope: a schedule is compared alone and once\n");
        return kBadInput;
    }
    const auto* left = std::get_if<sim::Trace>(&*first);
    if (left == nullptr) {
        print_error("iocpscope: compare takes a scenario, a schedule or traces\n");
        return kBadInput;
    }
    if (options.files.size() == 1) {
        const auto model = model_for(*left);
        if (!model) return report(model.error());
        return compare_two(options, *model, *left);
    }
    auto second = read_input(options.files[1]);
    if (!second) return report(second.error());
    const auto* right = std::get_if<sim::Trace>(&*second);
    if (right == nullptr) {
        print_error(fmt::format("iocpscope: {} is no trace\n", options.files[1]));
        return kBadInput;
    }
    if (const int failed = check_same_scenario(*left, *right); failed != kFine) return failed;
    return compare_two(options, *left, *right);
}

}  // namespace

void add_compare(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "compare", "Hold a measurement against the model, or one trace against another");
    command
        ->add_option(
            "files", options->files,
            "a scenario or schedule (it is recorded now), a trace (held against the model), or two "
            "traces")
        ->required()
        ->expected(1, 2);
    add_measure_options(*command, options->measured);
    command->add_option("--runs", options->runs, "how many times to record the scenario")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_flag("--json", options->json, "print JSON");
    command->callback([options, &run] { run = [options] { return compare(*options); }; });
}

}  // namespace cli
