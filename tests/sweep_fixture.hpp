// A queue with random arrivals and services, and a stand-in for the scenario parser that knows a
// few keys, so that the tests of sweeps depend on nothing but the sweep and the simulator.
#pragma once

#include <string>
#include <vector>

#include "sim/sweep.hpp"
#include "sim/sweep_shard.hpp"
#include "tests/files.hpp"

namespace test {

// Packets arrive every 1 ms on average, a worker computes 1.5 ms on average for each.
inline sim::Scenario random_queue(std::uint64_t packets) {
    using namespace sim;
    const auto exponential = [](Nanos mean) {
        return Duration{.kind = Duration::Kind::exponential, .a = mean, .b = 0};
    };
    Scenario s;
    s.origin = "lessons/queue.toml";
    s.text = "the text of the scenario";
    s.title = "A queue";
    s.seed = 7;
    s.machine = {.processors = 4, .quantum = 20'000'000, .switch_cost = 0};
    s.ports = {{.name = "P", .concurrency = 4}};
    Step get, repeat;
    get.kind = Step::Kind::get;
    get.port = make_id<PortId>(0);
    repeat.kind = Step::Kind::repeat;
    repeat.count = 0;
    ThreadSpec workers;
    workers.name = "T";
    workers.when.count = 4;
    workers.script = {get, repeat};
    workers.first = make_id<ThreadId>(0);
    s.threads = {workers};
    s.thread_positions = {0};
    Step cpu;
    cpu.kind = Step::Kind::cpu;
    cpu.duration = exponential(1'500'000);
    cpu.stream = 1;
    Handler handler;
    handler.steps = {cpu};
    s.handlers = {handler};
    Stimulus posts;
    posts.when.count = packets;
    posts.when.every = exponential(1'000'000);
    posts.step.kind = Step::Kind::post;
    posts.step.port = make_id<PortId>(0);
    posts.position = 1;
    if (packets > 0) s.stimuli = {posts};
    s.limit = 86'400'000'000'000;
    return s;
}

// "port.P.concurrency", "machine.processors", "machine.quantum" (ms) and "thread.T.count"; anything
// else is an error, as is a concurrency value of 13.
inline sim::Result<sim::Scenario> with_overrides(sim::Scenario scenario,
                                                 const sim::Overrides& overrides) {
    for (const auto& [key, value] : overrides) {
        if (key == "port.P.concurrency" && value != "13")
            scenario.ports[0].concurrency = static_cast<std::uint32_t>(std::stoul(value));
        else if (key == "machine.processors")
            scenario.machine.processors = static_cast<std::uint32_t>(std::stoul(value));
        else if (key == "machine.quantum")
            scenario.machine.quantum = std::stol(value) * 1'000'000;
        else if (key == "thread.T.count")
            scenario.threads[0].when.count = std::stoul(value);
        else if (key == "seed")
            scenario.seed = std::stoul(value);
        else
            return sim::Diagnostic{
                .code = "S999",
                .message = "`" + key + "` cannot be " + (value == "13" ? std::string("13") : "set"),
                .origin = {},
                .source_line = {},
                .help = {}};
    }
    return scenario;
}

inline sim::ScenarioFor scenario_for(const sim::Scenario& scenario) {
    return
        [scenario](const sim::Overrides& overrides) { return with_overrides(scenario, overrides); };
}

// A file of the tree, read by the parser itself at each point.
inline sim::ScenarioFor scenario_file(const std::string& path) {
    return [path, text = read(source_dir() / path)](const sim::Overrides& overrides) {
        sim::ParseOptions options;
        options.overrides = overrides;
        return sim::parse_scenario(text, path, options);
    };
}

inline sim::SweepRequest request(const std::vector<std::string>& arguments,
                                 std::uint32_t replications) {
    sim::SweepRequest request;
    for (const std::string& each : arguments)
        request.varied.push_back(sim::parse_vary(each).value());
    request.replications = replications;
    return request;
}

inline sim::MetricValues one_run(const sim::SweepPlan& plan, const sim::ScenarioFor& scenarios,
                                 std::size_t run) {
    const auto at_point = scenarios(plan.overrides(sim::point_of(plan, run))).value();
    return sim::replicate(plan, at_point, run);
}

inline sim::Sweep run_sweep(const sim::ScenarioFor& scenarios, const sim::SweepRequest& request) {
    sim::Sweep sweep{.plan = sim::plan_sweep(request, scenarios).value(), .runs = {}};
    for (std::size_t run = 0; run < sweep.plan.runs(); ++run)
        sweep.runs.push_back(one_run(sweep.plan, scenarios, run));
    return sweep;
}

inline sim::Sweep run_sweep(const sim::Scenario& scenario, const sim::SweepRequest& request) {
    return run_sweep(scenario_for(scenario), request);
}

inline sim::Shard shard_of(const sim::Sweep& sweep, sim::ShardName name, std::string origin) {
    sim::Shard shard{.origin = std::move(origin), .plan = sweep.plan, .name = name, .runs = {}};
    for (const std::size_t run : sim::runs_of_shard(sweep.runs.size(), name))
        shard.runs.push_back(sweep.runs[run]);
    return shard;
}

}  // namespace test
