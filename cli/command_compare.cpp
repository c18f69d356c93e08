// iocpscope compare SCENARIO, compare TRACE, compare TRACE TRACE
#include <fmt/format.h>

#include <map>
#include <memory>

#include "cli/command.hpp"
#include "cli/compare_runs.hpp"
#include "cli/comparison_json.hpp"
#include "cli/comparison_text.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/schedule_on_port.hpp"
#include "sim/model_of.hpp"

namespace cli {
namespace {

struct Options {
    std::vector<std::string> files;
    RunsOptions runs;
};

// What a trace is about, when it says so.
std::string heading_of(const sim::Trace& trace) {
    const auto scenario = sim::scenario_of(trace.header);
    return scenario ? heading(*scenario) : std::string();
}

int compare_two(const Options& options, const sim::Trace& left, const sim::Trace& right) {
    const sim::Comparison comparison = sim::compare(left, right);
    if (options.runs.json) {
        Json json;
        put_two_runs(json, left, right, comparison, options.runs.by);
        print(json.take());
    } else {
        print(heading_of(right) + comparison_text(left, right, comparison, options.runs.by));
    }
    return exit_code_of(comparison.agreement);
}

// Two traces of different scenarios agree or differ about nothing.
int check_same_scenario(const sim::Trace& left, const sim::Trace& right) {
    if (left.header.scenario == right.header.scenario) return kFine;
    const std::string which =
        left.header.scenario_name == right.header.scenario_name
            ? fmt::format("two versions of {}", left.header.scenario_name)
            : fmt::format("{} and {}", left.header.scenario_name, right.header.scenario_name);
    print_error(
        fmt::format("iocpscope: the traces are of different scenarios ({}); comparing them would "
                    "say nothing\n",
                    which));
    return kBadInput;
}

// What only a measurement that is made now can have; empty when the flags go with traces.
std::string only_when_measured(const Options& options) {
    if (!options.runs.output.path.empty())
        return "-o keeps the trace of a measurement, and of traces none is made";
    if (options.runs.runs > 1) return "--runs measures a scenario again, and this is a trace";
    return {};
}

int compare_schedule(const Options& options, const sim::Schedule& schedule) {
    const bool plain = options.files.size() == 1 && options.runs.runs == 1 &&
                       options.runs.output.path.empty() && options.runs.by == sim::AlignBy::packet;
    if (plain) return compare_schedule(schedule, options.runs.measured, options.runs.json);
    print_error(
        "iocpscope: a schedule is compared alone and once, line by line; `record -o` "
        "keeps its trace\n");
    return kBadInput;
}

int compare(const Options& options) {
    if (options.files.size() == 2 && options.files[0] == "-" && options.files[1] == "-") {
        print_error("iocpscope: standard input can be only one of the two traces\n");
        return kBadInput;
    }
    auto first = read_input(options.files[0]);
    if (!first) return report(first.error());
    if (const auto* scenario = std::get_if<sim::Scenario>(&*first); scenario != nullptr) {
        if (options.files.size() == 1) return compare_runs(*scenario, options.runs);
        print_error("iocpscope: compare takes one scenario, one trace or two traces\n");
        return kBadInput;
    }
    if (const auto* schedule = std::get_if<sim::Schedule>(&*first); schedule != nullptr)
        return compare_schedule(options, *schedule);
    if (const std::string why = only_when_measured(options); !why.empty()) {
        print_error(fmt::format("iocpscope: {}\n", why));
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
    add_measure_options(*command, options->runs.measured);
    command
        ->add_option("--by", options->runs.by,
                     "what a row of the table is: packet, dispatch (the first of each run, the "
                     "second, …) or time")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, sim::AlignBy>{{"packet", sim::AlignBy::packet},
                                                {"dispatch", sim::AlignBy::dispatch},
                                                {"time", sim::AlignBy::time}}));
    command
        ->add_option("--runs", options->runs.runs,
                     "how many times to record the scenario; tells who got a packet in how many of "
                     "them")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option("-o,--output", options->runs.output.path,
                        "write the trace here; with --runs the name of a folder, for one trace of "
                        "each outcome");
    command->add_flag("--json", options->runs.json, "print JSON");
    command->callback([options, &run] {
        options->runs.output.folder = options->runs.runs > 1;
        run = [options] { return compare(*options); };
    });
}

}  // namespace cli
