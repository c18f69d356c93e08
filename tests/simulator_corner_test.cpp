// Corners of the simulator in which random scenarios (tests/random_scenario_test.cpp), or the
// thoughts that went into them, found something wrong: each test was red before its repair.
#include <doctest/doctest.h>

#include "sim/lane_state.hpp"
#include "sim/model_of.hpp"
#include "sim/predicate.hpp"
#include "sim/simulation_run.hpp"
#include "sim/trace_io.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

Scenario parse(std::string_view body) {
    auto scenario = parse_scenario("format = 1\n" + std::string(body), "test.toml");
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    return *std::move(scenario);
}

// What the calls of a thread return, in order.
std::string returns(const Simulation& run, std::string_view thread) {
    std::string text;
    for (const Fact& fact : run.trace.facts) {
        if (fact.kind != FactKind::get_returned) continue;
        if (thread_name(run.trace.header, fact.thread) != thread) continue;
        text += (text.empty() ? "" : " ") + std::string(name(fact.error));
    }
    return text;
}

}  // namespace

TEST_CASE(
    "a thread that is suspended on its way to fetch a packet waits again when it was stolen") {
    // With handoff = refetch T is woken for packet 1. Before it runs it is suspended, and the
    // thief takes the packet. T must then wait like before: packet 2 is for it.
    const Scenario scenario = parse(R"(
[machine]
processors = 1
[[port]]
name = "P"
concurrency = 2
[[thread]]
name = "T"
script = [{get = "P"}, {exit = true}]
[[thread]]
name = "busy"
at = "900 us"
script = [{cpu = "300 us"}]
[[thread]]
name = "thief"
at = "1100 us"
script = [{get = "P"}, {exit = true}]
[[post]]
at = "1 ms"
[[do]]
at = "1010 us"
step = {suspend = "T"}
[[do]]
at = "2 ms"
step = {resume = "T"}
[[post]]
at = "3 ms"
)");
    SimulateOptions options;
    options.policies.handoff = Handoff::refetch;
    SimulationRun run(scenario, options);
    const Simulation result = run.run();
    CHECK(returns(result, "thief") == "ERROR_SUCCESS");
    CHECK(returns(result, "T") == "ERROR_SUCCESS");
    CHECK(result.summary.packets_per_thread == std::vector<std::uint64_t>{1, 0, 1});
    CHECK_FALSE(run.model().broken_invariant());
}

TEST_CASE(
    "an APC that came while a thread was suspended ends its alertable wait once it is resumed") {
    const std::string port = "[[port]]\nname = \"P\"\nconcurrency = 1\n";
    const std::string apc = R"(
[[do]]
at = "1 ms"
step = {suspend = "T"}
[[do]]
at = "2 ms"
step = {apc = "T"}
[[do]]
at = "3 ms"
step = {resume = "T"}
)";
    const Simulation get = simulate(parse(port + R"(
[[thread]]
name = "T"
script = [{get = "P", alertable = true}, {exit = true}]
)" + apc));
    CHECK(returns(get, "T") == "WAIT_IO_COMPLETION");
    CHECK(get.summary.end < 4'000'000);
    const Simulation sleep = simulate(parse(port + R"(
[[thread]]
name = "T"
script = [{block = "1 s", alertable = true}, {exit = true}]
)" + apc));
    CHECK(sleep.summary.end < 4'000'000);
}

TEST_CASE("an immediate operation on a synchronous handle neither waits nor keeps its device") {
    const Simulation run = simulate(parse(R"(
time_limit = "1 s"
[[port]]
name = "P"
concurrency = 1
[[device]]
name = "disk"
service = "1 ms"
[[handle]]
name = "plain"
overlapped = false
device = "disk"
[[thread]]
name = "T"
script = [{read = "plain", immediate = true}, {read = "plain"}, {read = "plain"}, {exit = true}]
)"));
    std::string ends;
    for (const Fact& fact : run.trace.facts)
        if (fact.kind == FactKind::io_returned) ends += std::to_string(fact.t0 / 1'000'000) + " ";
    CHECK(ends == "0 1 2 ");
    CHECK(run.summary.outcome == Outcome::complete);
}

TEST_CASE("a duplicate of a duplicate is another handle of the first port and file") {
    const Scenario scenario = parse(R"(
port = [
  {name = "P", concurrency = 2},
  {name = "P2", duplicate_of = "P"},
  {name = "P3", duplicate_of = "P2"},
]
handle = [
  {name = "F", port = "P"},
  {name = "F2", duplicate_of = "F"},
  {name = "F3", duplicate_of = "F2"},
]
[[thread]]
name = "T"
port = "P3"
[[do]]
when = "settled"
step = {close = "F"}
[[do]]
when = "settled"
step = {close = "F2"}
[[do]]
when = "settled"
step = {read = "F3"}
[[close]]
port = "P"
when = "settled"
[[close]]
port = "P2"
when = "settled"
[[post]]
port = "P3"
when = "settled"
)");
    CHECK(scenario.ports[2].duplicate_of == PortId{0});
    CHECK(scenario.handles[2].duplicate_of == HandleId{0});
    const Simulation run = simulate(scenario);
    CHECK(run.summary.packets_delivered == 2);
    CHECK(static_cast<bool>(trace_from_ndjson(to_ndjson(run.trace), "t")));
}

TEST_CASE("the key of a packet in hand is known from the fact that gives it, also from a file") {
    const Simulation run = simulate(parse(R"(
[[port]]
name = "P"
concurrency = 1
[[handle]]
name = "F"
port = "P"
key = 7
[[thread]]
name = "T"
when = "settled"
[[post]]
when = "settled"
key = 3
count = 2
[[do]]
when = "settled"
step = {read = "F"}
)"));
    const auto read = trace_from_ndjson(to_ndjson(run.trace), "t");
    REQUIRE(read);
    ModelState state(read->header);
    std::string keys;
    for (const Fact& fact : read->facts) {
        state.apply(fact);
        if (fact.kind != FactKind::handed_off && fact.kind != FactKind::taken) continue;
        const Stage stage = state.stage();
        REQUIRE(stage.ports[0].released.size() == 1);
        keys += std::to_string(stage.ports[0].released[0].key) + " ";
    }
    CHECK(keys == "3 3 7 ");
}

TEST_CASE(
    "a handle is closed from its close on, and pending operations count for duplicates, too") {
    const Simulation run = simulate(parse(R"(
[[port]]
name = "P"
concurrency = 1
[[port]]
name = "P2"
duplicate_of = "P"
[[handle]]
name = "F"
port = "P"
[[handle]]
name = "F2"
duplicate_of = "F"
[[handle]]
name = "free"
[[thread]]
name = "T"
script = [
  {read = "F", service = "1 ms"}, {read = "free", service = "1 ms"},
  {close = "F"}, {block = "3 ms"}, {close = "F2"}, {block = "1 ms"},
]
)"));
    const auto read = trace_from_ndjson(to_ndjson(run.trace), "t");
    REQUIRE(read);
    const TraceHeader& header = read->header;
    const PredicateNames names{
        .ports = header.ports, .threads = header.threads, .handles = header.handles};
    const auto at = [&](std::string_view moment, std::string_view text) {
        auto when = parse_predicate(moment, names), asked = parse_predicate(text, names);
        REQUIRE(std::holds_alternative<Predicate>(when));
        REQUIRE(std::holds_alternative<Predicate>(asked));
        ModelState state(header);
        for (const Fact& fact : read->facts) {
            state.apply(fact);
            const Stage stage = state.stage();
            if (holds(std::get<Predicate>(when), stage, &fact))
                return holds(std::get<Predicate>(asked), stage, &fact);
        }
        FAIL(std::string(moment) << " never comes");
        return false;
    };
    CHECK(at("fact == io_called", "F.pending == 1 and F2.pending == 1"));
    CHECK(at("handle == free and fact == io_called", "free.pending == 1 and free.port == none"));
    CHECK(at("fact == handle_closed", "F.closed and not F2.closed and F.pending == 1"));
    CHECK(
        at("fact == handle_closed and handle == F2", "F.closed and F2.closed and F.pending == 0"));
    CHECK(at("fact == ended", "F.closed and F2.closed and not free.closed"));
    CHECK(at("fact == settled", "P2.limit == P.limit and P2.inserted == P.inserted"));
    CHECK(at("fact == completed", "P2.limit == 1 and F2.port == P"));
}

TEST_CASE(
    "a run can be played again from its header, with overrides, policies, seed and processors") {
    const std::string text = R"toml(format = 1
seed = 5
[machine]
processors = 4
[[port]]
name = "P"
concurrency = 0
[[thread]]
name = "T"
count = "2 * processors"
[[post]]
count = 40
every = "exponential(100 us)"
[[handler]]
steps = [{cpu = "exponential(150 us)"}]
)toml";
    const auto scenario = parse_scenario(
        text, "t.toml",
        {.processors = 2, .overrides = {{"post.1.count", "30"}, {"port.P.concurrency", "1"}}});
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    SimulateOptions options;
    options.policies.wake = Wake::fifo;
    options.processors = 2;
    options.seed = 77;
    const std::string written = to_ndjson(simulate(*scenario, options).trace);
    const auto read = trace_from_ndjson(written, "t.trace");
    REQUIRE(read);
    CHECK(settings(read->header) == "wake = fifo, post.1.count = 30, port.P.concurrency = 1");
    const auto again = scenario_of(read->header);
    REQUIRE_MESSAGE(again, render(again.error()));
    CHECK(fingerprint(to_ndjson(simulate(*again, options_of(read->header)).trace)) ==
          fingerprint(written));
    CHECK(again->thread_count() == 4);
}
