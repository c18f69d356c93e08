// iocpscope record SCENARIO, and the hidden child in which a recording runs
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/blocking_summary.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/measure.hpp"
#include "cli/output_folder.hpp"
#include "cli/run_spread.hpp"
#include "cli/schedule_on_port.hpp"
#include "cli/stepper.hpp"
#include "cli/tables.hpp"
#include "real/probe_cost.hpp"
#include "real/recorder.hpp"
#include "sim/explain.hpp"
#include "sim/scenario_parse_time.hpp"

namespace cli {
namespace {

struct Options {
    std::string file;
    std::string output;
    MeasureOptions measured;
    int runs = 1;
    bool json = false;
    bool gated = false;
    std::string open;
};

std::string words(const sim::Trace& trace) {
    std::string text = fmt::format("Recorded on: {}\n", trace.header.lane);
    text += dispatch_table(trace);
    const auto settled = std::count_if(trace.facts.begin(), trace.facts.end(), [](const auto& f) {
        return f.kind == sim::FactKind::not_settled;
    });
    text += fmt::format("  {} facts", trace.facts.size());
    if (trace.header.dropped > 0) text += fmt::format(", {} lost", trace.header.dropped);
    if (settled > 0) text += fmt::format(", {} times not confirmed to have settled", settled);
    text += "\n";
    if (const auto cost = real::probe_cost_of(trace.header))
        text += fmt::format("  writing a fact costs a worker about {} ns\n", *cost);
    text += blocking_text(trace);
    // A run that did not reach its end says nothing about what would have come.
    if (!trace.facts.empty() && trace.facts.back().outcome != sim::Outcome::complete)
        text += fmt::format("  {}\n", sim::sentence(trace.header, trace.facts.back()));
    return text;
}

std::string as_json(const sim::Trace& trace) {
    Json json;
    json.begin_object();
    json.key("backend").value(trace.header.backend);
    json.key("lane").value(trace.header.lane);
    json.key("windows_evidence").value(trace.header.windows_evidence);
    json.key("dispatches");
    put_dispatches(json, trace);
    json.key("blocking");
    put_blocking(json, trace);
    json.key("facts").value(static_cast<std::uint64_t>(trace.facts.size()));
    json.key("dropped").value(trace.header.dropped);
    put_probe_cost(json, trace.header);
    json.key("outcome").value(trace.facts.empty() ? "crashed"
                                                  : sim::name(trace.facts.back().outcome));
    json.end_object();
    return json.take();
}

constexpr std::string_view kRun = "run";

TraceOutput output_of(const Options& options) {
    return {.path = options.output, .folder = options.runs > 1};
}

// Why the flags do not go together; empty when they do.
std::string contradiction(const Options& options) {
    if (options.gated && !options.open.empty())
        return "--open lets time pass, and in a gated run none does";
    if (!options.gated) return {};
    if (options.runs > 1) return "--gated is for one run";
    if (options.file == "-")
        return "--gated reads from standard input when to go on, so the scenario must be a file";
    return {};
}

// Why it cannot be kept open; empty when it can, or need not. Without a scenario: a schedule.
std::string keep_open(Options& options, const sim::Scenario* scenario) {
    if (options.open.empty()) return {};
    const sim::parse::Time time = sim::parse::read_time(options.open);
    if (time.fault != sim::parse::Time::Fault::none || time.value <= 0)
        return fmt::format("--open {}: this is no time; write, for example, --open \"30 s\"",
                           options.open);
    if (scenario == nullptr || scenario->clients.empty())
        return "--open is for scenarios with clients, whose ends it puts off; this one has none";
    options.measured.open_for = time.value;
    return {};
}

// Why the file cannot be recorded as it was asked for; empty when it can.
std::string refusal(Options& options, const Input& input) {
    const auto* scenario = std::get_if<sim::Scenario>(&input);
    const bool schedule = std::holds_alternative<sim::Schedule>(input);
    if (scenario == nullptr && !schedule)
        return fmt::format("{} is a trace; record takes a scenario or a schedule", options.file);
    if (schedule && options.runs > 1) return "--runs is for scenarios";
    return keep_open(options, scenario);
}

// Of run 1, 2, … The exit code: kFine, or that of a trace that could not be saved.
int save_run(const Options& options, int number, const sim::Trace& trace) {
    const std::string path = file_for(output_of(options), kRun, static_cast<std::size_t>(number));
    if (path.empty()) return kFine;
    const std::string failure = save_trace(path, trace, FileWriter::WhenItFails::keep).failure;
    if (failure.empty()) return kFine;
    print_error(fmt::format("iocpscope: {}\n", failure));
    return kEnvironment;
}

std::string as_json(const RunSpread& spread) {
    Json json;
    json.begin_object().key("spread");
    spread.put(json);
    json.end_object();
    return json.take();
}

int record_runs(const Options& options, const sim::Scenario& scenario) {
    const auto say = options.output == "-" ? print_error : print;
    RunSpread spread;
    for (int i = 0; i < options.runs; ++i) {
        const Measured measured = measure(scenario, options.measured);
        if (measured.exit_code != kFine) return measured.exit_code;
        if (const int failed = save_run(options, i + 1, measured.trace); failed != kFine)
            return failed;
        say(options.json    ? as_json(measured.trace)
            : options.gated ? how_it_ended(measured.trace)
                            : words(measured.trace));
        if (measured.trace.facts.back().outcome == sim::Outcome::crashed) return kEnvironment;
        if (measured.stopped) break;
        spread.add(measured.trace);
    }
    if (spread.runs() > 1) say(options.json ? as_json(spread) : "\n" + spread.text());
    return kFine;
}

int record(Options options) {
    if (const std::string why = contradiction(options); !why.empty()) {
        print_error(fmt::format("iocpscope: {}\n", why));
        return kBadInput;
    }
    std::optional<Stepper> stepper;
    if (options.gated) stepper.emplace(options.output == "-" || options.json ? print_error : print);
    options.measured.stepper = stepper ? &*stepper : nullptr;
    const auto input = read_input(options.file);
    if (!input) return report(input.error());
    if (const std::string why = refusal(options, *input); !why.empty()) {
        print_error(fmt::format("iocpscope: {}\n", why));
        return kBadInput;
    }
    if (const int failed = prepare(output_of(options), kRun); failed != kFine) return failed;
    if (const auto* schedule = std::get_if<sim::Schedule>(&*input))
        return record_schedule(*schedule, options.measured, options.output, options.json);
    return record_runs(options, std::get<sim::Scenario>(*input));
}

}  // namespace

void add_record(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "record", "Run a scenario or a schedule on a real completion port and record it");
    command->add_option("file", options->file, "a scenario (.toml) or a schedule (.schedule)")
        ->required();
    command->add_option("-o,--output", options->output,
                        "write the trace here; with --runs the name of a folder");
    add_measure_options(*command, options->measured);
    command->add_option("--runs", options->runs, "how many times")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option(
        "--open", options->open,
        "keep a run with clients open so long for others, `nc` say; Ctrl-C ends it");
    command->add_flag("--gated", options->gated,
                      "one step at a time: `next`, `next N`, `run` and `stop` on standard input");
    command->add_flag("--json", options->json, "print JSON");
    command->callback([options, &run] { run = [options] { return record(*options); }; });
}

void add_record_child(CLI::App& app, Run& run) {
    auto backend = std::make_shared<std::string>();
    auto blocking = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("__record", "");
    command->group("");  // not shown
    command->add_option("--backend", *backend)->required();
    command->add_option("--blocking", *blocking);
    command->callback([backend, blocking, &run] {
        run = [backend, blocking] { return real::run_record_child(*backend, *blocking); };
    });
}

}  // namespace cli
