#include "sim/model_of.hpp"

#include "sim/simulator.hpp"

namespace sim {

Result<Scenario> scenario_of(const TraceHeader& header) {
    return parse_scenario(header.scenario, header.scenario_name,
                          {.processors = header.processors, .read_file = reader_of(header.files)});
}

Trace model_of(const Scenario& scenario, const TraceHeader& measured) {
    SimulateOptions options;
    options.seed = measured.seed;
    options.processors = measured.processors;
    options.concurrency = measured.concurrency;
    return simulate(scenario, options).trace;
}

}  // namespace sim
