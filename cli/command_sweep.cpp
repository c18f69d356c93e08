// iocpscope sweep SCENARIO --vary KEY=VALUES
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/policy_flags.hpp"
#include "cli/sweep_output.hpp"
#include "cli/sweep_workers.hpp"
#include "real/clock.hpp"
#include "real/files_beside.hpp"
#include "real/thread_wrapper.hpp"

namespace cli {
namespace {

struct Options {
    std::string file;
    std::vector<std::string> vary;
    std::uint32_t replications = 10;
    std::optional<std::uint64_t> seed;
    std::string shard;
    std::vector<std::string> merge;
    std::uint32_t threads = 0;  // 0: one per processor
    SweepOutput output;
    PolicyFlags policies;
    std::string misplaced;  // an option that does not go with --merge or --shard
};

int refuse(std::string_view why, int exit_code = kBadInput) {
    print_error(fmt::format("iocpscope: {}\n", why));
    return exit_code;
}

// -- the scenario at a point ----------------------------------------------------------------------

// Files that the scenario names, as they were when the sweep was planned: later changes would mix
// two scenarios.
using Files = std::map<std::string, std::optional<std::string>, std::less<>>;

sim::Result<sim::Scenario> scenario_at(const sim::Scenario& scenario,
                                       const sim::Overrides& overrides, const Files& files) {
    sim::ParseOptions options;
    options.overrides = overrides;
    options.read_file = [&files](std::string_view name) -> std::optional<std::string> {
        const auto found = files.find(name);
        return found == files.end() ? std::nullopt : found->second;
    };
    return sim::parse_scenario(scenario.text, scenario.origin, options);
}

sim::Result<sim::SweepPlan> plan(const sim::SweepRequest& request, const sim::Scenario& scenario,
                                 Files& files) {
    const auto read = real::files_beside(scenario.origin);
    return sim::plan_sweep(request, [&](const sim::Overrides& overrides) {
        sim::ParseOptions options;
        options.overrides = overrides;
        options.read_file = [&](std::string_view name) {
            const auto found = files.find(name);
            if (found != files.end()) return found->second;
            return files.emplace(name, read(name)).first->second;
        };
        return sim::parse_scenario(scenario.text, scenario.origin, options);
    });
}

// Runs of one point follow each other, so the scenario of the last one usually serves again.
SweepRun worker(const sim::SweepPlan& plan, const sim::Scenario& scenario, const Files& files) {
    auto kept = std::make_shared<std::optional<sim::Scenario>>();
    auto kept_point = std::make_shared<std::size_t>(0);
    return [&plan, &scenario, &files, kept, kept_point](std::size_t run) {
        const std::size_t point = sim::point_of(plan, run);
        if (!*kept || *kept_point != point) {
            auto read = scenario_at(scenario, plan.overrides(point), files);
            if (!read) throw std::runtime_error("a scenario that was fine is not any more");
            *kept = std::move(read).value();
            *kept_point = point;
        }
        return sim::replicate(plan, **kept, run);
    };
}

// -- running --------------------------------------------------------------------------------------

// A bar on a terminal: [########------------] 120 of 480 runs, 12 s left
std::string progress(std::size_t done, std::size_t runs, sim::Nanos passed) {
    constexpr std::size_t cells = 30;
    const std::size_t full = done * cells / runs;
    std::string text = fmt::format("\r[{}{}] {} of {} runs", std::string(full, '#'),
                                   std::string(cells - full, '-'), done, runs);
    if (done > 0) {
        const double left = static_cast<double>(passed) * static_cast<double>(runs - done) /
                            static_cast<double>(done);
        text += fmt::format(", {} s left (Ctrl-C stops)", static_cast<sim::Nanos>(left / 1e9) + 1);
    }
    return text + "\033[K";
}

SweepAnswers run_on_all_processors(SweepWork work, const Options& options) {
    const InterruptGuard guard;
    const bool on_screen = on_terminal();
    const sim::Nanos began = real::clock_now();
    const std::size_t runs = std::max<std::size_t>(work.runs.size(), 1);
    work.threads = options.threads > 0 ? options.threads : real::available_processors();
    work.go_on = [&](std::size_t done) {
        if (InterruptGuard::interrupted()) {
            InterruptGuard::let_the_next_one_end();
            print_error(
                fmt::format("{}stopping when the current runs have ended; Ctrl-C again "
                            "stops at once\n",
                            on_screen ? "\r\033[K" : ""));
            return false;
        }
        if (on_screen) print_error(progress(done, runs, real::clock_now() - began));
        return true;
    };
    SweepAnswers answers = run_all(work);
    if (on_screen) print_error("\r\033[K");
    return answers;
}

sim::Result<sim::SweepRequest> request_of(const Options& options) {
    sim::SweepRequest request{.varied = {},
                              .replications = options.replications,
                              .seed = options.seed,
                              .policies = options.policies.policies()};
    sim::Diagnostics problems;
    for (const std::string& argument : options.vary) {
        auto vary = sim::parse_vary(argument);
        if (vary)
            request.varied.push_back(std::move(vary).value());
        else
            problems.insert(problems.end(), vary.error().begin(), vary.error().end());
    }
    if (!problems.empty()) return problems;
    return request;
}

int run_sweep(const Options& options, const std::vector<sim::Metric>& chosen) {
    sim::ShardName part;
    if (!options.shard.empty()) {
        const auto parsed = sim::parse_shard(options.shard);
        if (!parsed) return report(parsed.error());
        part = *parsed;
    }
    const auto request = request_of(options);
    if (!request) return report(request.error());
    const auto input = read_input(options.file);
    if (!input) return report(input.error());
    const auto* scenario = std::get_if<sim::Scenario>(&*input);
    if (scenario == nullptr)
        return refuse(fmt::format("{} is no scenario; only scenarios can be swept", options.file));
    Files files;
    const auto planned = plan(*request, *scenario, files);
    if (!planned) return report(planned.error());
    const SweepWork work{.runs = sim::runs_of_shard(planned->runs(), part),
                         .worker = [&] { return worker(*planned, *scenario, files); },
                         .threads = 1,
                         .go_on = {}};
    SweepAnswers answers = run_on_all_processors(work, options);
    if (!answers.failure.empty()) return refuse(answers.failure, kEnvironment);
    if (answers.stopped)
        return refuse(fmt::format("stopped after {} of {} runs; nothing was written", answers.done,
                                  work.runs.size()),
                      kInconclusive);
    if (options.shard.empty())
        return put_sweep({.plan = *planned, .runs = std::move(answers.values)}, chosen,
                         options.output);
    const std::string path = options.output.runs.empty() ? "-" : options.output.runs;
    const bool good = save(
        path,
        sim::shard_text(
            {.origin = {}, .plan = *planned, .name = part, .runs = std::move(answers.values)}));
    return good ? kFine : kEnvironment;
}

int merge(const Options& options, const std::vector<sim::Metric>& chosen) {
    std::vector<sim::Shard> shards;
    sim::Diagnostics problems;
    for (const std::string& path : options.merge) {
        const auto text = read_file(path);
        auto shard = text ? sim::read_shard(*text, path) : sim::Result<sim::Shard>(text.error());
        if (shard)
            shards.push_back(std::move(shard).value());
        else
            problems.insert(problems.end(), shard.error().begin(), shard.error().end());
    }
    if (!problems.empty()) return report(problems);
    const auto merged = sim::merge_shards(shards);
    if (!merged) return report(merged.error());
    return put_sweep(*merged, chosen, options.output);
}

int sweep(const Options& options) {
    if (!options.misplaced.empty()) return refuse(options.misplaced);
    const auto chosen = options.output.chosen();
    if (!chosen) return report(chosen.error());
    if (const std::string why = options.output.objection(); !why.empty())
        return refuse(why, why.starts_with("cannot") ? kEnvironment : kBadInput);
    return options.merge.empty() ? run_sweep(options, *chosen) : merge(options, *chosen);
}

// -- the command line -----------------------------------------------------------------------------

// What was given although it does not go with --merge or --shard, as a sentence.
std::string misplaced(const CLI::App& command) {
    const auto given = [&](const std::string& name) {
        const CLI::Option* option = command.get_option_no_throw(name);
        return option != nullptr && option->count() > 0;
    };
    std::vector<std::string> wrong;
    if (given("--merge")) {
        wrong = {"file", "--vary", "--replications", "--seed", "--shard", "--threads"};
        for (const sim::PolicySwitch& each : sim::policy_switches()) {
            wrong.push_back(fmt::format("--{}", each.name));
            std::replace(wrong.back().begin(), wrong.back().end(), '_', '-');
        }
        for (const std::string& name : wrong)
            if (given(name))
                return fmt::format("with --merge, {} is already in the shards; leave it out",
                                   name == "file" ? "the scenario" : name);
    } else if (!given("file")) {
        return "sweep needs a scenario: iocpscope sweep SCENARIO --vary KEY=VALUES";
    } else if (given("--shard")) {
        for (const char* name : {"--csv", "--svg", "--json", "--metric"})
            if (given(name)) return fmt::format("{} needs all shards: give it with --merge", name);
    }
    return {};
}

std::string metric_help() {
    std::string text = "Metrics (* shown without --metric):\n";
    for (const sim::MetricInfo& each : sim::metrics())
        text += fmt::format("  {} {:<18} {}\n", each.shown ? '*' : ' ', each.name, each.meaning);
    return text +
           "\nValues: 1..16, 1..16..5 (with a step), 1,2,4,8, 1ms,2ms. Several --vary make a grid."
           "\nA batch: parallel iocpscope sweep S.toml --vary K=1..9 --shard {}/4 -o {}.shard ::: "
           "1 2 3 4"
           "\n         iocpscope sweep --merge *.shard --svg plot.svg";
}

void add_output(CLI::App& command, Options& options) {
    command.add_option("--metric", options.output.metric_names, "what table and plot show")
        ->delimiter(',')
        ->allow_extra_args(false);
    command.add_option("--csv", options.output.csv, "write all metrics of all points here");
    command.add_option("--svg", options.output.svg, "draw the metrics here");
    command.add_flag("--json", options.output.json, "print JSON");
    command.add_option("-o,--output", options.output.runs,
                       "write all runs here, to be merged or shown again; - for standard output");
}

}  // namespace

void add_sweep(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("sweep", "Simulate a scenario at many settings, several times at each");
    command->footer(metric_help());
    command->add_option("file", options->file, "a scenario (.toml)");
    command->add_option("--vary", options->vary, "a key and its values: port.P.concurrency=1..16")
        ->allow_extra_args(false);
    command->add_option("--replications", options->replications, "runs of each point")
        ->check(CLI::Range(1u, sim::kMaxReplications))
        ->capture_default_str();
    command->add_option("--seed", options->seed, "instead of the scenario's seed");
    command->add_option("--shard", options->shard, "only part I of N: I/N");
    command->add_option("--merge", options->merge, "shards, instead of a scenario");
    command->add_option("--threads", options->threads, "instead of one per processor")
        ->check(CLI::Range(1, 1024));
    add_output(*command, *options);
    options->policies.add_to(*command);
    command->callback([options, command, &run] {
        options->misplaced = misplaced(*command);
        run = [options] { return sweep(*options); };
    });
}

}  // namespace cli
