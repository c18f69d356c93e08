#include "cli/input.hpp"

#include <fmt/format.h>

#include <utility>

#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "real/files_beside.hpp"
#include "sim/model_of.hpp"
#include "sim/trace_io.hpp"
#include "sim/vary.hpp"

namespace cli {
namespace {

sim::Diagnostic several_values(const std::string& argument) {
    sim::Diagnostic problem;
    problem.code = "V001";
    problem.message = "`" + argument + "` gives several values to one run";
    problem.help = "`iocpscope sweep --vary` runs with each of them";
    return problem;
}

}  // namespace

sim::Result<Overrides> overrides_of(const std::vector<std::string>& set) {
    Overrides overrides;
    for (const std::string& argument : set) {
        auto one = sim::parse_vary(argument);
        if (!one) return one.error();
        if (one->values.size() > 1) return several_values(argument);
        overrides.emplace_back(std::move(one->key), std::move(one->values.front()));
    }
    return overrides;
}

sim::Result<Input> read_input(const std::string& path, std::optional<std::uint32_t> processors,
                              const Overrides& overrides) {
    const auto text = read_file(path);
    if (!text) return text.error();
    // A trace may be empty, when its disk was full for example; that is no empty scenario.
    if (text->starts_with('{') || path.ends_with(".trace")) {
        auto trace = sim::trace_from_ndjson(*text, path);
        if (!trace) return trace.error();
        if (trace->truncated)
            print_error(fmt::format("{}: the trace was cut off; {} facts up to there are used\n",
                                    path, trace->facts.size()));
        return Input(std::move(*trace));
    }
    if (sim::is_schedule(*text, path)) {
        auto schedule = sim::parse_schedule(*text, path);
        if (!schedule) return schedule.error();
        return Input(std::move(*schedule));
    }
    auto scenario = sim::parse_scenario(
        *text, path,
        {.processors = processors, .overrides = overrides, .read_file = real::files_beside(path)});
    if (!scenario) return scenario.error();
    return Input(std::move(*scenario));
}

int report(const sim::Diagnostics& errors) {
    print_error(sim::render(errors));
    return kBadInput;
}

sim::Result<std::optional<sim::Scenario>> scenario_in(const sim::TraceHeader& header) {
    using Found = std::optional<sim::Scenario>;
    if (header.scenario.empty() || sim::is_schedule(header.scenario, header.scenario_name))
        return Found();
    auto scenario = sim::scenario_of(header);
    if (!scenario) return scenario.error();
    return Found(std::move(*scenario));
}

sim::Result<sim::Trace> model_for(const sim::Trace& measured) {
    const auto scenario = sim::scenario_of(measured.header);
    if (!scenario) return scenario.error();
    return sim::model_of(*scenario, measured.header);
}

}  // namespace cli
