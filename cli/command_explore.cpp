// iocpscope explore SCENARIO
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/explore_text.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/policy_flags.hpp"
#include "sim/trace_io.hpp"

namespace cli {
namespace {

struct Options {
    std::string file;
    std::string witness;
    std::uint64_t max_memory = 4096;  // MiB
    bool json = false;
    sim::ExploreOptions explore;
    PolicyFlags policies;
};

// More files than this are no help to anybody; the output says so.
constexpr std::size_t kMaxWitnesses = 1000;

void show_progress(std::uint64_t states, std::uint64_t open) {
    print_error(
        fmt::format("\r{:>14} states, {:>12} to go on from ", grouped(states), grouped(open)));
}

int write_trace(const Options& options, const sim::Scenario& scenario, const std::string& name,
                const sim::ExplorePath& path, bool whole) {
    const sim::Simulation run = sim::replay(scenario, options.explore, path, whole);
    const std::string file = (std::filesystem::path(options.witness) / name).string();
    const std::string failure = write_file(file, sim::to_ndjson(run.trace));
    if (failure.empty()) return kFine;
    print_error(fmt::format("iocpscope: {}\n", failure));
    return kEnvironment;
}

int make_folder(const std::string& folder) {
    if (folder.empty()) return kFine;
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (std::filesystem::is_directory(folder)) return kFine;
    print_error(fmt::format("iocpscope: cannot make the folder {}: {}\n", folder,
                            code ? code.message() : "a file of that name is there"));
    return kEnvironment;
}

int write_witnesses(const Options& options, const sim::Scenario& scenario,
                    const sim::Exploration& found) {
    if (options.witness.empty()) return kFine;
    const std::size_t outcomes = std::min(found.outcomes.size(), kMaxWitnesses);
    for (std::size_t i = 0; i < outcomes; ++i) {
        const sim::ExploredOutcome& outcome = found.outcomes[i];
        const bool whole = outcome.ending != sim::ExploredOutcome::Ending::endless;
        if (const int failed = write_trace(
                options, scenario, fmt::format("outcome-{}.trace", i + 1), outcome.path, whole);
            failed != kFine)
            return failed;
    }
    for (std::size_t i = 0; i < found.failures.size(); ++i)
        if (const int failed =
                write_trace(options, scenario, fmt::format("failure-{}.trace", i + 1),
                            found.failures[i].path, found.failures[i].ended);
            failed != kFine)
            return failed;
    std::string text = fmt::format("\n{}: {} of outcomes", options.witness, outcomes);
    if (outcomes < found.outcomes.size())
        text += fmt::format(" (the first of {})", grouped(found.outcomes.size()));
    text += fmt::format(", {} of what is wrong; `iocpscope show FILE` tells them\n",
                        found.failures.size());
    if (!options.json) print(text);
    return kFine;
}

int explore_scenario(Options& options, const sim::Scenario& scenario) {
    options.explore.policies = options.policies.policies();
    options.explore.max_memory = options.max_memory << 20;
    if (const int failed = make_folder(options.witness); failed != kFine) return failed;
    if (on_terminal()) options.explore.progress = show_progress;
    const sim::Exploration found = sim::explore(scenario, options.explore);
    if (on_terminal()) print_error(fmt::format("\r{:60}\r", ""));
    print(options.json ? exploration_json(scenario, found)
                       : exploration_text(scenario, options.explore, found));
    if (const int failed = write_witnesses(options, scenario, found); failed != kFine)
        return failed;
    if (!found.failures.empty()) return kVerdictFailed;
    return found.exhaustive() ? kFine : kInconclusive;
}

int explore(Options& options) {
    auto input = read_input(options.file);
    if (!input) return report(input.error());
    if (const auto* scenario = std::get_if<sim::Scenario>(&*input))
        return explore_scenario(options, *scenario);
    print_error(
        fmt::format("iocpscope: {} is no scenario; explore takes a scenario\n", options.file));
    return kBadInput;
}

}  // namespace

void add_explore(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("explore", "Play a scenario in the model in every possible order");
    command->add_option("file", options->file, "a scenario (.toml)")->required();
    command->add_flag("--untimed", options->explore.untimed,
                      "durations mean nothing: whatever can happen next may be next");
    command->add_option("--witness", options->witness,
                        "write a trace of each outcome into this folder");
    command
        ->add_option("--max-states", options->explore.max_states, "give up beyond so many states")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{4'000'000'000}))
        ->capture_default_str();
    command->add_option("--max-memory", options->max_memory, "… or so many MiB")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 30))
        ->capture_default_str();
    command->add_option("--seed", options->explore.seed, "instead of the scenario's seed");
    command
        ->add_option("--processors", options->explore.processors,
                     "instead of the scenario's machine")
        ->check(CLI::Range(1, 1024));
    command->add_flag("--json", options->json, "print JSON");
    options->policies.add_to(*command);
    command->callback([options, &run] { run = [options] { return explore(*options); }; });
}

}  // namespace cli
