// The simulated computer: processors, quantum, time-outs, settled stimuli, policies, limits.
#include "sim/simulator.hpp"

#include <doctest/doctest.h>

#include "sim/compare.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

Scenario parse(std::string_view body) {
    const auto scenario = parse_scenario("format = 1\n" + std::string(body), "test.toml");
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    return *scenario;
}

std::string threads(const Simulation& run) {
    std::string text;
    for (const Dispatch& d : dispatches(run.trace)) {
        if (!text.empty()) text += ' ';
        text += thread_name(run.trace.header, d.thread);
    }
    return text;
}

std::size_t count(const Simulation& run, FactKind kind, Win32Error error = Win32Error::success) {
    std::size_t n = 0;
    for (const Fact& fact : run.trace.facts) n += fact.kind == kind && fact.error == error ? 1 : 0;
    return n;
}

constexpr std::string_view kLifo = R"(
title = "t"
teaches = "t"
rules = []
[[port]]
name = "P"
concurrency = 4
[[thread]]
name = "T"
count = 4
when = "settled"
every = "settled"
[[post]]
when = "settled"
count = 4
key = 1
[[handler]]
key = 1
steps = [{ wait = "go" }]
[[set]]
event = "go"
when = "settled"
)";

}  // namespace

TEST_CASE("settled stimuli come one at a time, and the last thread to wait wakes first") {
    const Simulation run = simulate(parse(kLifo));
    CHECK(threads(run) == "T4 T3 T2 T1");
    CHECK(run.summary.max_active == 4);
    CHECK(run.summary.packets_left == 0);
    CHECK(run.trace.facts.back().kind == FactKind::ended);
    // `settled` stands before each of the six settled things and at the end.
    CHECK(count(run, FactKind::settled) == 7);
}

TEST_CASE("policies turn it into another port") {
    const Scenario scenario = parse(kLifo);
    const auto with = [&](std::string_view name, std::string_view value) {
        SimulateOptions options;
        REQUIRE(set_policy(options.policies, name, value));
        return simulate(scenario, options);
    };
    CHECK(threads(with("wake", "fifo")) == "T1 T2 T3 T4");
    CHECK(with("limit", "-1").summary.max_active == 4);  // all four run at the end, over the limit
    CHECK(threads(with("handoff", "refetch")) == "T4 T3 T2 T1");
    const Simulation random = with("wake", "random");
    CHECK(threads(random) == threads(with("wake", "random")));  // seeded: the same every time
    CHECK(random.summary.packets_delivered == 4);
}

TEST_CASE("a computing thread keeps its slot even while another thread has the processor") {
    const Simulation run = simulate(parse(R"(
title = "t"
teaches = "t"
rules = []
[machine]
processors = 1
quantum = "1 ms"
switch_cost = "0 ns"
[[port]]
name = "P"
concurrency = 2
[[thread]]
name = "T"
count = 3
when = "settled"
every = "settled"
[[handler]]
steps = [{ cpu = "10 ms" }]
[[post]]
when = "settled"
count = 3
)"));
    CHECK(run.summary.max_active == 2);
    // Two threads share one processor: both need twice as long, and switch at every quantum.
    CHECK(run.summary.context_switches > 15);
    CHECK(run.summary.end == 30'000'000);
}

TEST_CASE("a finite time-out ends the wait at its time, and the loop goes on") {
    const Simulation run = simulate(parse(R"(
title = "t"
teaches = "t"
rules = []
time_limit = "95 ms"
[[port]]
name = "P"
concurrency = 1
[[thread]]
name = "T"
timeout = "10 ms"
)"));
    CHECK(count(run, FactKind::get_returned, Win32Error::wait_timeout) == 9);
    CHECK(run.summary.outcome == Outcome::time_limit);
    CHECK(run.summary.end == 95'000'000);
}

TEST_CASE("a packet that comes before the time-out cancels it") {
    const Simulation run = simulate(parse(R"(
title = "t"
teaches = "t"
rules = []
[[port]]
name = "P"
concurrency = 1
[[thread]]
name = "T"
script = [{ get = "P", timeout = "10 ms" }, { exit = true }]
[[handler]]
steps = [{ cpu = "50 ms" }]
[[post]]
at = "5 ms"
)"));
    CHECK(run.summary.packets_delivered == 1);
    CHECK(count(run, FactKind::get_returned, Win32Error::wait_timeout) == 0);
    CHECK(run.summary.outcome == Outcome::complete);
}

TEST_CASE("a loop that takes no time lets time pass all the same") {
    // The parser refuses such a script; a scenario made by a program may still have one.
    Scenario scenario = parse(kLifo);
    scenario.threads[0].script = {{.kind = Step::Kind::poll, .port = make_id<PortId>(0)},
                                  {.kind = Step::Kind::repeat, .count = 0}};
    scenario.limit = 1'000'000;
    CHECK(simulate(scenario).summary.outcome == Outcome::time_limit);
}

TEST_CASE("a worker whose port is closed gets ERROR_ABANDONED_WAIT_0 and exits") {
    const Simulation run = simulate(parse(R"(
title = "t"
teaches = "t"
rules = []
[[port]]
name = "P"
concurrency = 1
[[thread]]
name = "T"
count = 3
[[close]]
port = "P"
when = "settled"
[[post]]
at = "10 s"
)"));
    CHECK(count(run, FactKind::get_returned, Win32Error::abandoned_wait_0) == 3);
    CHECK(count(run, FactKind::thread_exited) == 3);
    CHECK(count(run, FactKind::posted, Win32Error::invalid_handle) == 1);
}

TEST_CASE("with handoff = refetch a waiter whose port closes on its way is abandoned") {
    const Scenario scenario = parse(R"(
title = "t"
teaches = "t"
rules = []
[[port]]
name = "P"
concurrency = 1
[[thread]]
name = "T"
[[post]]
at = "1 ms"
[[close]]
at = "1 ms"
)");
    SimulateOptions options;
    options.policies.handoff = Handoff::refetch;
    const Simulation run = simulate(scenario, options);
    CHECK(count(run, FactKind::get_returned, Win32Error::abandoned_wait_0) == 1);
    CHECK(run.summary.packets_discarded == 1);
}

TEST_CASE("a run without a trace cannot check the dispatch order, and does not pretend to") {
    Scenario scenario = parse(kLifo);
    scenario.expect.dispatch = {{.thread = make_id<ThreadId>(0)}};
    CHECK_FALSE(unmet_expectations(scenario, simulate(scenario)).empty());
    CHECK(unmet_expectations(scenario, simulate(scenario, {.keep_trace = false})).empty());
}

TEST_CASE("concurrency 0 means the number of processors") {
    Scenario scenario = parse(kLifo);
    scenario.ports[0].concurrency = 0;
    SimulateOptions options;
    options.processors = 3;
    CHECK(simulate(scenario, options).trace.header.concurrency[0] == 3);
}

TEST_CASE("a run without trace has the same summary and keeps no facts") {
    const Scenario scenario = parse(kLifo);
    const Simulation quiet = simulate(scenario, {.keep_trace = false});
    CHECK(quiet.trace.facts.empty());
    CHECK(quiet.summary == simulate(scenario).summary);
}

TEST_CASE(
    "two runs agree when the same packets go to the same threads, else the first one that differs "
    "is named") {
    const Scenario scenario = parse(kLifo);
    const Trace model = simulate(scenario).trace;
    Trace measured = observable(model);
    measured.header.backend = "linux";
    measured.header.lane = "Our Linux port, not Windows";
    Comparison comparison = compare(model, measured);
    CHECK(comparison.agreement == Agreement::agree);
    CHECK(comparison.badge.find("no evidence about Windows") != std::string::npos);
    SimulateOptions fifo;
    fifo.policies.wake = Wake::fifo;
    Trace other = observable(simulate(scenario, fifo).trace);
    other.header = measured.header;
    comparison = compare(model, other);
    CHECK(comparison.agreement == Agreement::differ);
    CHECK(comparison.pairs[comparison.first_difference].packet == static_cast<PacketId>(1));
    CHECK(comparison.reason.find("T4 in the model") != std::string::npos);
}

TEST_CASE("what cannot be decided is not decided: cut, empty, unsettled or lossy measurements") {
    const Trace model = simulate(parse(kLifo)).trace;
    Trace good = observable(model);
    good.header.backend = "linux";
    CHECK(compare(model, Trace{}).agreement == Agreement::undecided);
    Trace cut = good;
    cut.truncated = true;
    CHECK(compare(model, cut).agreement == Agreement::undecided);
    Trace lossy = good;
    lossy.header.dropped = 1;
    CHECK(compare(model, lossy).agreement == Agreement::undecided);
    Trace unsettled = good;
    unsettled.facts = FactLog{Fact{.kind = FactKind::not_settled}};
    unsettled.facts.append(good.facts.begin(), good.facts.end());
    CHECK(compare(model, unsettled).agreement == Agreement::undecided);
    Trace stopped = good;
    Fact last = stopped.facts.back();
    last.outcome = Outcome::stopped;
    stopped.facts.pop_back();
    stopped.facts.push_back(last);
    CHECK(compare(model, stopped).agreement == Agreement::undecided);
}

TEST_CASE("a real run of a scenario that goes by times is never said to differ") {
    const Trace model = simulate(parse(kLifo)).trace;
    Trace measured = observable(model);
    measured.header.backend = "linux";
    std::vector<Fact> facts = measured.facts.all();
    for (Fact& fact : facts)
        if (fact.packet == static_cast<PacketId>(1) && fact.kind == FactKind::get_returned)
            fact.thread = static_cast<ThreadId>(0);
    measured.facts = facts;
    CHECK(compare(model, measured).agreement == Agreement::differ);
    measured.header.scenario += "\n[[post]]\nat = \"1 s\"\n";
    CHECK(compare(model, measured).agreement == Agreement::undecided);
    // Two runs of the model are exact, whatever the scenario.
    measured.header.backend = "model";
    CHECK(compare(model, measured).agreement == Agreement::differ);
}
