#include "sim/model_of.hpp"

namespace sim {

Result<Scenario> scenario_of(const TraceHeader& header) {
    return parse_scenario(header.scenario, header.scenario_name,
                          {.processors = header.processors,
                           .overrides = header.overrides,
                           .read_file = reader_of(header.files)});
}

SimulateOptions options_of(const TraceHeader& header) {
    SimulateOptions options;
    options.policies = header.policies;
    options.seed = header.seed;
    options.processors = header.processors;
    options.concurrency = header.concurrency;
    return options;
}

Trace model_of(const Scenario& scenario, const TraceHeader& measured) {
    SimulateOptions options = options_of(measured);
    options.policies = {};  // a measurement is held against the documented port
    return simulate(scenario, options).trace;
}

std::string settings(const TraceHeader& header) {
    std::string text = describe(header.policies);
    for (const auto& [key, value] : header.overrides)
        text += (text.empty() ? "" : ", ") + key + " = " + value;
    return text;
}

}  // namespace sim
