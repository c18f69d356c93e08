#include "sim/model_of.hpp"

#include "sim/simulator.hpp"

namespace sim {

Trace model_of(const Scenario& scenario, const TraceHeader& measured) {
    SimulateOptions options;
    options.seed = measured.seed;
    options.processors = measured.processors;
    options.concurrency = measured.concurrency;
    return simulate(scenario, options).trace;
}

}  // namespace sim
