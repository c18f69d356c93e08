// The discrete-event simulator: a scenario on a simulated computer, with PortModel as the ports.
//
// The computer has `processors` CPUs, round robin with a quantum and a switch cost. A call takes no
// virtual time; a cpu step does. Events at one instant happen in the order in which they were
// scheduled. Same scenario, seed and policies: same facts, on every system.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy.hpp"
#include "sim/port_model.hpp"
#include "sim/scenario.hpp"
#include "sim/trace.hpp"

namespace sim {

struct SimulateOptions {
    Policies policies = {};
    std::optional<std::uint64_t> seed{};        // instead of the scenario's
    std::optional<std::uint32_t> processors{};  // instead of the scenario's machine
    std::vector<std::uint32_t> concurrency{};   // instead of the scenario's, by PortId, resolved
    bool keep_trace = true;
    bool statistics = true;  // an explorer copies runs and does without
    // A thread gives way after each step, so that the steps of threads at one instant can come in
    // any order; for explorers.
    bool interleave = false;
    // Durations mean nothing: what takes time may end at any time; every ready thread may run.
    bool untimed = false;
    std::uint64_t max_facts = 100'000'000;  // a limit with a message, not an out-of-memory
};

// How long something took, over all packets. Quantiles to about 3 %.
struct Latency {
    std::uint64_t count = 0;
    Nanos mean = 0, median = 0, p95 = 0, p99 = 0, max = 0;

    bool operator==(const Latency&) const = default;
};

struct SimulationSummary {
    std::uint64_t packets_posted = 0;
    std::uint64_t packets_delivered = 0;
    std::uint64_t packets_left = 0;
    std::uint64_t packets_discarded = 0;
    std::uint32_t max_active = 0;
    std::size_t max_queue = 0;
    std::uint64_t posts_failed = 0;
    std::uint64_t operations = 0;  // started on handles
    std::uint64_t context_switches = 0;
    Nanos end = 0;
    double cpu_use = 0;     // share of the processors' time, 0 … 1, switches included
    double mean_queue = 0;  // queued packets of all ports, averaged over time
    Latency in_queue;       // from a packet's insertion until a thread has it
    Latency in_system;      // … until its handler has ended
    Outcome outcome = Outcome::complete;
    std::vector<std::uint64_t> packets_per_thread;

    bool operator==(const SimulationSummary&) const = default;
};

struct Simulation {
    Trace trace;  // without facts when keep_trace is false
    SimulationSummary summary;
};

[[nodiscard]] Simulation simulate(const Scenario&, const SimulateOptions& = {});

// The expectations of the scenario that this run does not meet, one sentence each.
[[nodiscard]] std::vector<std::string> unmet_expectations(const Scenario&, const Simulation&);
// The keys of [expect] that could not be held against this run, because it has no trace. Whoever
// reports on expectations says so.
[[nodiscard]] std::vector<std::string_view> unchecked_expectations(const Scenario&,
                                                                   const Simulation&);
// Does a fact of this kind say what a call returned? `also_returned` does not: its error belongs
// to a packet of a call that succeeded (G-EX-1).
[[nodiscard]] bool tells_return(FactKind);

}  // namespace sim
