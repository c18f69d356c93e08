#include <optional>

#include "sim/scenario.hpp"
#include "sim/simulator.hpp"
#include "tests/fuzz/harness.hpp"

namespace fuzz {
namespace {

// Any name is a file of arrival times; one name is missing.
std::optional<std::string> read_file(std::string_view name) {
    if (name == "missing.csv") return std::nullopt;
    return "time\n0.001\n0.002\n0.5\n";
}

// A short run must be the same when it is repeated, whatever the scenario asks for.
void play(const sim::Scenario& scenario) {
    sim::SimulateOptions options;
    options.max_facts = 500;
    const sim::Simulation run = sim::simulate(scenario, options);
    must(run.summary.packets_per_thread.size() == scenario.thread_count(), "a thread too many");
    if (run.trace.facts.size() > 1'000) return;
    must(sim::simulate(scenario, options).trace == run.trace, "two runs differ");
    (void)sim::unmet_expectations(scenario, run);
    look_at(run.trace);
}

void parse(std::string_view text, const sim::ParseOptions& options) {
    const auto scenario = sim::parse_scenario(text, "fuzz.toml", options);
    if (!scenario) return check_errors(scenario.error(), text);
    must(!scenario->ports.empty() && !scenario->threads.empty(), "a scenario without anybody");
    must(scenario->thread_names().size() == scenario->thread_count(), "threads without names");
    must(scenario->handle_names().size() == scenario->handle_count(), "handles without names");
    if (scenario->thread_count() > 100) return;
    play(*scenario);
}

}  // namespace

void scenario(std::string_view bytes) {
    sim::ParseOptions options;
    options.read_file = read_file;
    parse(bytes, options);
    options.processors = 3;
    options.overrides = {{"machine.processors", "2"}};
    const auto measured = sim::parse_scenario(bytes, "fuzz.toml", options);
    if (!measured) check_errors(measured.error(), bytes);
}

}  // namespace fuzz
