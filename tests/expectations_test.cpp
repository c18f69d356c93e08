// What a scenario expects, held against runs that meet it and runs that do not: every key of
// [expect], with the sentence that a teacher reads.
#include <doctest/doctest.h>

#include "sim/simulator.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

// Four threads wait; four packets arrive one by one: T4 takes them all. T1 gives up after 5 ms.
constexpr std::string_view kLesson = R"(
format = 1
[[port]]
name = "P"
concurrency = 1
[[thread]]
name = "T1"
when = "settled"
script = [{get = "P", timeout = "5 ms"}, {exit = true}]
[[thread]]
name = "U"
count = 2
when = "settled"
every = "settled"
[[handler]]
steps = [{cpu = "1 ms"}]
[[post]]
count = 4
when = "settled"
every = "settled"
)";

Scenario lesson() {
    auto scenario = parse_scenario(kLesson, "lesson.toml");
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    return *std::move(scenario);
}

ThreadId thread(std::size_t i) {
    return make_id<ThreadId>(i);
}

Predicate predicate(const Scenario& scenario, std::string_view text) {
    std::vector<std::string> ports;
    for (const PortSpec& port : scenario.ports) ports.push_back(port.name);
    const std::vector<std::string> threads = scenario.thread_names();
    auto result = parse_predicate(text, {ports, threads, {}});
    REQUIRE(std::holds_alternative<Predicate>(result));
    return std::get<Predicate>(result);
}

std::vector<std::string> unmet(const Scenario& scenario) {
    return unmet_expectations(scenario, simulate(scenario));
}
using Sentences = std::vector<std::string>;

}  // namespace

TEST_CASE("a run that is as expected has nothing unmet") {
    Scenario s = lesson();
    s.expect.dispatch = {
        {.thread = thread(2)}, {.thread = thread(2)}, {.thread = thread(2)}, {.thread = thread(2)}};
    s.expect.max_active = 1;
    s.expect.delivered = 4;
    s.expect.left_in_queue = 0;
    s.expect.discarded = 0;
    s.expect.wakes = {thread(2)};
    s.expect.never_wakes = {thread(0), thread(1)};
    s.expect.returns = {{thread(0), Win32Error::wait_timeout},
                        {thread(2), Win32Error::success},
                        {ThreadId::none, Win32Error::success}};
    s.expect.rules = {Rule::w_lifo_1, Rule::t_timeout_1};
    s.expect.finally = {predicate(s, "P.queue == 0 and P.delivered == 4"),
                        predicate(s, "T1.ended and U1.waiting and P.top == U2"),
                        predicate(s, "fact == ended")};
    const Simulation run = simulate(s);
    CHECK(unmet_expectations(s, run) == Sentences{});
    CHECK(unchecked_expectations(s, run).empty());
}

TEST_CASE("wakes: a thread that gets no packet is named") {
    Scenario s = lesson();
    s.expect.wakes = {thread(2), thread(1)};
    CHECK(unmet(s) == Sentences{"wakes: U1 should get a packet, but it gets none"});
    s.expect.wakes = {};
    s.expect.never_wakes = {thread(1), thread(2)};
    CHECK(unmet(s) == Sentences{"never_wakes: U2 should get no packet, but it gets 4"});
}

TEST_CASE("discarded: packets of a closed port are counted") {
    Scenario s = lesson();
    s.threads.clear();
    s.thread_positions.clear();
    Stimulus close{.when = {.settled = true}, .step = {.kind = Step::Kind::close}, .position = 9};
    close.step.port = make_id<PortId>(0);
    s.stimuli.push_back(close);
    s.expect.discarded = 4;
    CHECK(unmet(s) == Sentences{});
    s.expect.discarded = 3;
    CHECK(unmet(s) == Sentences{"discarded: 3 is expected, but it is 4"});
}

TEST_CASE("returns: the errors that the calls of a thread do return are told") {
    Scenario s = lesson();
    s.expect.returns = {{thread(2), Win32Error::wait_timeout}};
    CHECK(unmet(s) == Sentences{"returns: a call of U2 should return WAIT_TIMEOUT (258), but its "
                                "calls return ERROR_SUCCESS (0)"});
    s.expect.returns = {{thread(1), Win32Error::success}};
    CHECK(unmet(s) == Sentences{"returns: a call of U1 should return ERROR_SUCCESS (0), but no "
                                "call of U1 returns at all"});
    s.expect.returns = {{ThreadId::none, Win32Error::invalid_handle}};
    CHECK(unmet(s) == Sentences{"returns: a call of main should return ERROR_INVALID_HANDLE (6), "
                                "but its calls return ERROR_SUCCESS (0)"});
    // Closing a port a second time fails.
    Stimulus close{.when = {.settled = true, .count = 2, .every_settled = true},
                   .step = {.kind = Step::Kind::close},
                   .position = 9};
    close.step.port = make_id<PortId>(0);
    s.stimuli.push_back(close);
    CHECK(unmet(s) == Sentences{});
}

TEST_CASE("returns: every kind of fact that tells what a call returned counts, and no other") {
    const Scenario s = lesson();
    const auto complains = [&](FactKind kind, ThreadId who) {
        Simulation run = simulate(s);
        run.trace.facts.push_back({.kind = kind, .error = Win32Error::not_found, .thread = who});
        Scenario expecting = s;
        expecting.expect.returns = {{thread(1), Win32Error::not_found}};
        return !unmet_expectations(expecting, run).empty();
    };
    for (const FactKind kind :
         {FactKind::get_returned, FactKind::io_returned, FactKind::posted, FactKind::port_closed,
          FactKind::bound, FactKind::opened, FactKind::duplicated, FactKind::handle_closed,
          FactKind::cancel_asked, FactKind::modes_set}) {
        INFO(info(kind).name);
        CHECK_FALSE(complains(kind, thread(1)));
        CHECK(complains(kind, thread(0)));
    }
    for (const FactKind kind :
         {FactKind::also_returned, FactKind::completed, FactKind::inserted, FactKind::wait_ended}) {
        INFO(info(kind).name);
        CHECK(complains(kind, thread(1)));
    }
}

TEST_CASE("rules: a rule that explains nothing is named, with what it says") {
    Scenario s = lesson();
    s.expect.rules = {Rule::w_lifo_1, Rule::c_limit_1};
    const Sentences got = unmet(s);
    REQUIRE(got.size() == 1);
    CHECK(got[0] ==
          "rules: C-LIMIT-1 should explain something that happens, but it explains nothing here. "
          "It says: A packet is released to a thread only while fewer threads are active than the "
          "concurrency value.");
}

TEST_CASE("finally: a condition that does not hold is told with what is so instead") {
    Scenario s = lesson();
    s.expect.finally = {predicate(s, "P.queue == 0"), predicate(s, "P.queue > 0 or T1.waiting"),
                        predicate(s, "P.top == U1"), predicate(s, "false")};
    CHECK(unmet(s) ==
          Sentences{"finally: `P.queue > 0 or T1.waiting` should hold when the run is over, but "
                    "P.queue is 0, T1.waiting is false",
                    "finally: `P.top == U1` should hold when the run is over, but P.top is U2",
                    "finally: `false` should hold when the run is over, but it does not"});
}

TEST_CASE("without a trace, what needs one is said to be unchecked and the rest is checked") {
    Scenario s = lesson();
    const Simulation quiet = simulate(s, {.keep_trace = false});
    CHECK(unchecked_expectations(s, quiet).empty());
    s.expect.dispatch = {{.thread = thread(0)}};
    s.expect.returns = {{thread(2), Win32Error::wait_timeout}};
    s.expect.rules = {Rule::c_limit_1};
    s.expect.finally = {predicate(s, "false")};
    s.expect.wakes = {thread(1)};
    CHECK(unchecked_expectations(s, quiet) ==
          std::vector<std::string_view>{"dispatch", "returns", "rules", "finally"});
    CHECK(unmet_expectations(s, quiet) ==
          Sentences{"wakes: U1 should get a packet, but it gets none"});
    CHECK(unmet(s).size() == 5);
    CHECK(unchecked_expectations(s, simulate(s)).empty());
}
