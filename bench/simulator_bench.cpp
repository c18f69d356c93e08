// How many packets a second the simulator plays: a queue with two servers, exponential arrivals and
// services, a million packets. Here each is a full run of a port: worker threads, processors, the
// stack of waiting threads, the limit. bench/simulator_peer.py plays the same queue in SimPy, whose
// servers are a plain counter; bench/simulator.sh runs both and prints the ratio.
//
// Usage: simulator_bench [packets [repeats [bare | traced]]]. Prints one line per measurement;
// `bare` and `traced` make only one of them, for a profiler.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <vector>

#include "sim/simulator.hpp"
#include "sim/trace_io.hpp"

namespace {

using namespace sim;

constexpr Nanos kUnit = 1'000'000;  // one unit of time of the queue is a millisecond
constexpr PortId kPort{0};

Step step(Step::Kind kind) {
    Step result;
    result.kind = kind;
    result.port = kPort;
    return result;
}

// Two processors, two workers, a concurrency value of two; arrivals at rate 1.8, services at
// rate 1.
Scenario two_servers(std::uint64_t packets) {
    Scenario scenario;
    scenario.limit = 9'000'000'000'000'000'000;
    scenario.machine = {.processors = 2, .quantum = 3'600'000'000'000, .switch_cost = 0};
    scenario.ports = {{.name = "P", .concurrency = 2}};
    Step repeat = step(Step::Kind::repeat);
    repeat.count = 0;
    ThreadSpec workers;
    workers.name = "T";
    workers.when.count = 2;
    workers.script = {step(Step::Kind::get), repeat};
    workers.first = ThreadId{0};
    scenario.threads.push_back(workers);
    scenario.thread_positions = {0};
    Step cpu = step(Step::Kind::cpu);
    cpu.duration = {Duration::Kind::exponential, kUnit, 0};
    scenario.handlers.push_back({.steps = {cpu}});
    const Nanos gap = kUnit * 10 / 18;
    Stimulus arrivals;
    arrivals.when.count = packets;
    arrivals.when.every = {Duration::Kind::exponential, gap, 0};
    arrivals.step = step(Step::Kind::post);
    arrivals.position = 1;
    scenario.stimuli.push_back(arrivals);
    return scenario;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Processor time, as the peer measures it: other programs on the machine do not count.
double processor_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

void print_figures(const SimulationSummary& summary) {
    std::printf("# mean time in system %.3f ms, processors busy %.3f, queue %.2f on average\n",
                static_cast<double>(summary.in_system.mean) / 1e6, summary.cpu_use,
                summary.mean_queue);
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t packets = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const int repeats = argc > 2 ? std::atoi(argv[2]) : 5;
    const std::string_view only = argc > 3 ? argv[3] : "";
    const Scenario scenario = two_servers(packets);
    std::vector<double> bare, full;
    double facts_per_packet = 0;
    for (int i = 0; i < repeats; ++i) {
        if (only != "traced") {
            const double start = processor_seconds();
            const Simulation run = simulate(scenario, {.keep_trace = false});
            bare.push_back(static_cast<double>(run.summary.packets_delivered) /
                           (processor_seconds() - start));
            if (i == 0) print_figures(run.summary);
        }
        if (only != "bare") {
            const double start = processor_seconds();
            const Simulation run = simulate(scenario);
            full.push_back(static_cast<double>(run.summary.packets_delivered) /
                           (processor_seconds() - start));
            facts_per_packet =
                static_cast<double>(run.trace.facts.size()) / static_cast<double>(packets);
        }
    }
    if (!bare.empty()) std::printf("without_trace %.0f packets/s\n", median(bare));
    if (!full.empty())
        std::printf("with_trace %.0f packets/s (%.2f facts per packet)\n", median(full),
                    facts_per_packet);
}
