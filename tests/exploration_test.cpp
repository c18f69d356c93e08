// Every order of a scenario: numbers of states counted by hand, outcomes, failures and bounds, and
// that what is timed is one of the things that can happen untimed.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

#include "sim/compare.hpp"
#include "sim/explore.hpp"
#include "sim/explore_history.hpp"
#include "sim/lane_state.hpp"
#include "sim/random.hpp"
#include "tests/files.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

Scenario parse(const std::string& body) {
    const auto scenario =
        parse_scenario("format = 1\ntitle = \"t\"\nteaches = \"t\"\nrules = []\n" + body, "t.toml");
    REQUIRE_MESSAGE(scenario, render(scenario.error()) << "\n" << body);
    return *scenario;
}

Scenario lesson(const std::string& name) {
    const auto path = test::source_dir() / "scenarios" / name;
    const auto scenario = parse_scenario(test::read(path), path.string());
    REQUIRE(scenario);
    return *scenario;
}

constexpr std::string_view kPort = "[[port]]\nname = \"P\"\nconcurrency = 1\n";

Exploration untimed(const Scenario& scenario) {
    return explore(scenario, {.untimed = true});
}

ExploreOptions with_policy(std::string_view name, std::string_view value) {
    ExploreOptions options;
    REQUIRE(set_policy(options.policies, name, value));
    return options;
}

// What threads were told and where packets are left, in words that are equal for equal outcomes of
// one scenario, however it was played. Not how often something was told again and again.
std::string text_of(const std::vector<std::vector<ToldCall>>& calls,
                    const std::vector<std::vector<PacketId>>& left) {
    std::string text;
    for (const auto& thread : calls) {
        for (const ToldCall& call : thread)
            text += fmt::format("{}:{}/{}:{} ", info(call.fact.kind).name,
                                static_cast<std::uint32_t>(call.fact.packet), call.fact.key,
                                static_cast<std::uint32_t>(call.fact.error));
        text += "| ";
    }
    for (const auto& port : left) {
        for (const PacketId packet : port) text += fmt::format("{} ", index(packet));
        text += "| ";
    }
    return text;
}

// "T1:1 T3:2": who got which packet.
std::string dispatches_in(const Trace& trace) {
    std::string text;
    for (const Dispatch& each : dispatches(trace))
        text +=
            fmt::format("{}{}:{}", text.empty() ? "" : " ", thread_name(trace.header, each.thread),
                        static_cast<std::uint32_t>(each.packet));
    return text;
}

std::set<std::string> outcomes_of(const Exploration& found) {
    std::set<std::string> texts;
    for (const ExploredOutcome& each : found.outcomes) texts.insert(text_of(each.calls, each.left));
    return texts;
}

// The outcome of the one order that the simulator plays.
std::string simulated_outcome(const Scenario& scenario) {
    const Simulation run = simulate(scenario);
    std::vector<std::vector<ToldCall>> calls(scenario.thread_count() + 1);
    for (const Fact& fact : run.trace.facts) {
        const auto news = told(fact);
        if (!news) continue;
        auto& own = fact.thread == ThreadId::none ? calls.back() : calls[index(fact.thread)];
        const bool again =
            news->packet == PacketId::none && !own.empty() && own.back().fact == *news;
        if (!again) own.push_back({.fact = *news});
    }
    ModelState end(run.trace.header);
    for (const Fact& fact : run.trace.facts) end.apply(fact);
    std::vector<std::vector<PacketId>> left(scenario.ports.size());
    for (std::size_t p = 0; p < left.size(); ++p)
        for (const Packet& packet : end.model().ports()[p].queue.oldest(1000))
            left[p].push_back(packet.id);
    return text_of(calls, left);
}

bool fails(const Exploration& found, ExploreFailure::Kind kind, std::string_view what) {
    return std::any_of(found.failures.begin(), found.failures.end(),
                       [&](const ExploreFailure& each) {
                           return each.kind == kind && each.what.find(what) != std::string::npos;
                       });
}

}  // namespace

// -- counted by hand ------------------------------------------------------------------------------

TEST_CASE("one thread and no packet: three states in a row") {
    // Not started, about to ask, waiting.
    const Exploration found = untimed(parse(std::string(kPort) + "[[thread]]\nname = \"T\"\n"));
    CHECK(found.states == 3);
    CHECK(found.transitions == 2);
    CHECK(found.final_states == 1);
    REQUIRE(found.outcomes.size() == 1);
    CHECK(found.outcomes[0].threads[0].kind == ThreadEnd::Kind::waiting);
    CHECK(found.exhaustive());
    CHECK(found.failures.empty());
}

TEST_CASE("two threads and no packet: ten states, because the order on the stack is one") {
    // Each thread is in one of three places, which makes nine; where both wait, either may be on
    // top. Each of the two can move in six of the nine: twelve transitions. Who is on top is no
    // outcome as long as no packet comes.
    const Exploration found =
        untimed(parse(std::string(kPort) + "[[thread]]\nname = \"T\"\ncount = 2\n"));
    CHECK(found.states == 10);
    CHECK(found.transitions == 12);
    CHECK(found.final_states == 2);
    CHECK(found.outcomes.size() == 1);
}

TEST_CASE("one thread and one packet: eight states and one end") {
    // The thread is not started (N), about to ask (S) or waiting (W), and the packet is not posted
    // or is queued: N, S, W, Nq, Sq. A packet that comes when it waits is handed to it: R, it is
    // about to return. Taken from the queue: G, it is about to ask again. Then it waits: F.
    //   N-S N-Nq S-W S-Sq Nq-Sq W-R R-F Sq-G G-F
    const Exploration found =
        untimed(parse(std::string(kPort) + "[[thread]]\nname = \"T\"\n[[post]]\nat = \"0 s\"\n"));
    CHECK(found.states == 8);
    CHECK(found.transitions == 9);
    CHECK(found.final_states == 1);
    CHECK(found.outcomes.size() == 1);
}

TEST_CASE("two threads and one packet: either may get it, but not at two instants") {
    const std::string body = std::string(kPort) + "[[thread]]\nname = \"A\"\n[[thread]]\n" +
                             "name = \"B\"\nat = \"1 ms\"\n[[post]]\nat = \"2 ms\"\n";
    // Untimed A or B. Timed B waits last and gets it, for sure.
    CHECK(untimed(parse(body)).outcomes.size() == 2);
    const Exploration timed = explore(parse(body));
    REQUIRE(timed.outcomes.size() == 1);
    CHECK(timed.outcomes[0].calls[1].size() == 1);
    // All at one instant: either, again.
    const std::string same = std::string(kPort) +
                             "[[thread]]\nname = \"A\"\n[[thread]]\nname = \"B\"\n" +
                             "[[post]]\nat = \"1 ms\"\n";
    CHECK(explore(parse(same)).outcomes.size() == 2);
}

TEST_CASE("of five packets each goes to whoever is free: two to the power of five outcomes") {
    // The lesson says that T4 is busy for long; untimed it may be done at any time. Packets 2 to 6
    // go to T3 or T4.
    const Exploration found = untimed(lesson("concurrency-limit.toml"));
    CHECK(found.outcomes.size() == 32);
    CHECK(found.max_active == 2);
    CHECK(fails(found, ExploreFailure::Kind::expectation, "dispatch"));
}

// -- lessons and mutants --------------------------------------------------------------------------

TEST_CASE("the verdict of no lesson depends on the order of what happens at one instant") {
    for (const auto& path : test::files("scenarios", ".toml")) {
        INFO(path.string());
        const auto scenario = parse_scenario(test::read(path), path.string());
        REQUIRE(scenario);
        const Exploration found = explore(*scenario);
        CHECK(found.exhaustive());
        // A lesson that does not say who gets which packet is about something else.
        if (!scenario->expect.dispatch.empty()) CHECK(found.outcomes.size() == 1);
        CHECK(found.failures.empty());
        CHECK(outcomes_of(found).count(simulated_outcome(*scenario)) == 1);
    }
}

TEST_CASE("the first six lessons end in one way, whatever the order") {
    for (const char* name :
         {"blocking-frees-a-slot.toml", "concurrency-limit.toml", "excess-and-drain.toml",
          "fifo-packets.toml", "lifo-wake.toml", "one-hot-thread.toml"}) {
        INFO(name);
        CHECK(explore(lesson(name)).outcomes.size() == 1);
    }
}

TEST_CASE("another port than the documented one is caught in some order") {
    const Exploration fifo = explore(lesson("lifo-wake.toml"), with_policy("wake", "fifo"));
    CHECK(fails(fifo, ExploreFailure::Kind::expectation, "T4 is expected"));
    const Exploration more = explore(lesson("concurrency-limit.toml"), with_policy("limit", "+1"));
    CHECK(fails(more, ExploreFailure::Kind::expectation, "max_active: 2 is expected"));
    CHECK(fails(more, ExploreFailure::Kind::invariant, "INV-4"));
    // A woken thread must fetch its packet itself: the poster may be faster. It polls afterwards,
    // so only in some orders; then T1 gets nothing.
    const Scenario steal = parse(R"(
[machine]
switch_cost = "0 s"
[[port]]
name = "P"
concurrency = 2
[[thread]]
name = "T"
when = "settled"
[[thread]]
name = "poster"
when = "settled"
script = [{post = "P"}, {poll = "P"}, {exit = true}]
[expect]
dispatch = ["T:1"]
)");
    CHECK(explore(steal).failures.empty());
    const Exploration refetch = explore(steal, with_policy("handoff", "refetch"));
    CHECK(refetch.outcomes.size() == 2);
    REQUIRE(fails(refetch, ExploreFailure::Kind::expectation, "dispatch 1"));
    CHECK(refetch.failures[0].times < refetch.final_states);
}

TEST_CASE("an order that fails is told so that it can be played again") {
    const Scenario scenario = lesson("excess-and-drain.toml");
    const ExploreOptions options{.untimed = true};
    const Exploration found = explore(scenario, options);
    REQUIRE(fails(found, ExploreFailure::Kind::expectation, "dispatch 3"));
    const ExploreFailure& failure = found.failures.front();
    const Simulation again = replay(scenario, options, failure.path, true);
    const auto unmet = unmet_expectations(scenario, again);
    CHECK(std::find(unmet.begin(), unmet.end(), failure.what) != unmet.end());
}

TEST_CASE("a witness of each outcome is a run of the model") {
    const Scenario scenario = lesson("concurrency-limit.toml");
    const ExploreOptions options{.untimed = true};
    for (const ExploredOutcome& outcome : explore(scenario, options).outcomes) {
        const Simulation run = replay(scenario, options, outcome.path, true);
        ModelState state(run.trace.header);
        for (const Fact& fact : run.trace.facts) state.apply(fact);
        CHECK(state.refused() == 0);
        std::size_t got = 0;
        for (const auto& calls : outcome.calls)
            for (const ToldCall& call : calls)
                if (call.fact.packet != PacketId::none) ++got;
        CHECK(dispatches(run.trace).size() == got);
    }
}

// -- what else can be wrong -----------------------------------------------------------------------

TEST_CASE("two locks that are taken in opposite orders are a deadlock in some orders only") {
    const Scenario scenario = parse(R"(
[[port]]
name = "P"
concurrency = 2
[[thread]]
name = "A"
script = [{lock = "x"}, {lock = "y"}, {unlock = "y"}, {unlock = "x"}, {exit = true}]
[[thread]]
name = "B"
script = [{lock = "y"}, {lock = "x"}, {unlock = "x"}, {unlock = "y"}, {exit = true}]
)");
    const Exploration found = untimed(scenario);
    CHECK(found.outcomes.size() == 2);
    CHECK(found.always_stuck.empty());
    REQUIRE(fails(found, ExploreFailure::Kind::stuck, "A is blocked for ever"));
    CHECK(fails(found, ExploreFailure::Kind::stuck, "nobody leaves the lock x"));
    CHECK(found.failures[0].times == 1);
}

TEST_CASE("what is stuck in every order is told, but is no failure") {
    const Exploration found = untimed(parse(std::string(kPort) + R"(
[[thread]]
name = "V"
when = "settled"
script = [{lock = "l"}, {exit = true}]
[[thread]]
name = "W"
when = "settled"
script = [{lock = "l"}, {set = "e"}, {exit = true}]
[[thread]]
name = "X"
when = "settled"
script = [{wait = "e"}, {exit = true}]
)"));
    // V exits with its lock: W waits for it in every order, and X for W.
    CHECK(found.failures.empty());
    REQUIRE(found.always_stuck.size() == 2);
    CHECK(found.always_stuck[0] == "W is blocked for ever: nobody leaves the lock l any more");
    CHECK(found.always_stuck[1] == "X is blocked for ever: nobody sets the event e any more");
}

TEST_CASE("a run that never ends is an outcome of its own") {
    const Exploration found =
        untimed(parse(std::string(kPort) + "[[thread]]\nname = \"T\"\ntimeout = \"1 ms\"\n"));
    CHECK(found.final_states == 0);
    REQUIRE(found.outcomes.size() == 1);
    CHECK(found.outcomes[0].ending == ExploredOutcome::Ending::endless);
    CHECK(found.exhaustive());
    // It may be closed, but need not be: no order leaves it alone for ever.
    const Exploration closed =
        untimed(parse(std::string(kPort) + "[[thread]]\nname = \"T\"\ntimeout = \"1 ms\"\n"
                                           "[[close]]\nat = \"1 ms\"\n"));
    for (const ExploredOutcome& each : closed.outcomes)
        CHECK(each.ending == ExploredOutcome::Ending::complete);
    // Its last call fails, or the one before does: with or without a time-out in either case.
    CHECK(closed.outcomes.size() == 4);
}

TEST_CASE("the time limit ends runs, whenever they have begun") {
    const Exploration found = explore(parse("time_limit = \"10 ms\"\n" + std::string(kPort) +
                                            "[[thread]]\nname = \"T\"\n"
                                            "[[post]]\ncount = 100\nevery = \"1 ms\"\n"));
    REQUIRE(found.outcomes.size() == 1);
    CHECK(found.outcomes[0].ending == ExploredOutcome::Ending::time_limit);
    // At 0, 1, … 10 ms.
    CHECK(found.outcomes[0].calls[0].size() == 11);
}

TEST_CASE("operations of a device may end in any order, in time only as long as they take") {
    const std::string body = R"(
[[port]]
name = "P"
concurrency = 1
[[handle]]
name = "h"
kind = "file"
port = "P"
[[thread]]
name = "T"
[[thread]]
name = "io"
script = [{read = "h", service = "1 ms"}, {write = "h", service = "2 ms"}, {exit = true}]
)";
    const Scenario scenario = parse(body);
    CHECK(explore(scenario).outcomes.size() == 1);
    CHECK(untimed(scenario).outcomes.size() == 2);
}

TEST_CASE("with wake = random every waiting thread may be the one that wakes") {
    const std::string body = R"(
[[port]]
name = "P"
concurrency = 3
[[thread]]
name = "T"
count = 3
when = "settled"
every = "settled"
script = [{get = "P"}, {exit = true}]
[[post]]
when = "settled"
count = 2
)";
    const Scenario scenario = parse(body);
    ExploreOptions options;
    CHECK(explore(scenario, options).outcomes.size() == 1);
    options.policies.wake = Wake::random;
    // The first packet to one of three, the second to one of the two that are left.
    const Exploration all = explore(scenario, options);
    CHECK(all.exhaustive());
    CHECK(all.outcomes.size() == 6);
    CHECK(all.failures.empty());
    // The seed draws nothing; what a simulation with some seed does is among them.
    std::set<std::string> explored, simulated;
    for (const ExploredOutcome& each : all.outcomes)
        explored.insert(dispatches_in(replay(scenario, options, each.path, true).trace));
    CHECK(explored.size() == 6);
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SimulateOptions how;
        how.policies.wake = Wake::random;
        how.seed = seed;
        simulated.insert(dispatches_in(simulate(scenario, how).trace));
    }
    CHECK(simulated == explored);
}

// -- the search itself ----------------------------------------------------------------------------

TEST_CASE("a bound ends the search, and it is said which") {
    const Scenario scenario = lesson("concurrency-limit.toml");
    const Exploration few = explore(scenario, {.untimed = true, .max_states = 100});
    CHECK_FALSE(few.exhaustive());
    CHECK(few.bound.find("100 states") != std::string::npos);
    const Exploration small =
        explore(scenario, {.untimed = true, .max_memory = std::uint64_t{1} << 20});
    CHECK(small.bound.find("1 MiB") != std::string::npos);
    CHECK(small.states > 0);
}

TEST_CASE("hashes of 128 bits find the states that whole keys find") {
    for (const char* name : {"concurrency-limit.toml", "lifo-wake.toml", "excess-and-drain.toml"})
        for (const bool any_time : {false, true}) {
            const Exploration hashed = explore(lesson(name), {.untimed = any_time});
            const Exploration exact =
                explore(lesson(name), {.untimed = any_time, .exact_keys = true});
            CHECK(hashed.states == exact.states);
            CHECK(hashed.transitions == exact.transitions);
            CHECK(outcomes_of(hashed) == outcomes_of(exact));
        }
}

TEST_CASE("the same search finds the same, in the same order") {
    const Scenario scenario = lesson("concurrency-limit.toml");
    const Exploration one = untimed(scenario);
    const Exploration two = untimed(Scenario(scenario));  // at another place in memory
    CHECK(one.states == two.states);
    CHECK(one.transitions == two.transitions);
    REQUIRE(one.outcomes.size() == two.outcomes.size());
    for (std::size_t i = 0; i < one.outcomes.size(); ++i) {
        CHECK(one.outcomes[i].path == two.outcomes[i].path);
        CHECK(text_of(one.outcomes[i].calls, one.outcomes[i].left) ==
              text_of(two.outcomes[i].calls, two.outcomes[i].left));
    }
    REQUIRE(one.failures.size() == two.failures.size());
    for (std::size_t i = 0; i < one.failures.size(); ++i)
        CHECK(one.failures[i].what == two.failures[i].what);
}

// -- random scenarios -----------------------------------------------------------------------------

namespace {

std::string random_scenario(Random& random) {
    const auto ms = [&] { return fmt::format("\"{} ms\"", random.below(3)); };
    const auto some_ms = [&] { return fmt::format("\"{} ms\"", 1 + random.below(2)); };
    std::string text = fmt::format(
        "[machine]\nprocessors = {}\nswitch_cost = \"{} us\"\n[[port]]\nname = \"P\"\n"
        "concurrency = {}\n",
        1 + random.below(2), random.below(2) * 5, 1 + random.below(2));
    for (int t = 0; t < 2; ++t) {
        text += fmt::format("[[thread]]\nname = \"T{}\"\nat = {}\n", t, ms());
        if (random.below(3) == 0)
            text += fmt::format(
                "script = [{{get = \"P\", timeout = {}}}, {{get = \"P\", timeout = {}}},"
                " {{exit = true}}]\n",
                some_ms(), some_ms());
    }
    text += fmt::format("[[thread]]\nname = \"poster\"\nat = {}\nscript = [", ms());
    for (int p = 0; p < 2; ++p)
        text +=
            fmt::format("{{post = \"P\", key = {}}}, {{cpu = {}}}, ", random.below(3), some_ms());
    text += "{exit = true}]\n";
    text += fmt::format("[[handler]]\nkey = 1\nsteps = [{{block = {}}}]\n", some_ms());
    text += fmt::format("[[handler]]\nkey = 2\nsteps = [{{cpu = {}}}]\n", some_ms());
    text += fmt::format("[[post]]\nkey = {}\nat = {}\n", random.below(3), ms());
    if (random.below(2) == 0) text += fmt::format("[[close]]\nat = \"{} ms\"\n", random.below(5));
    return text;
}

}  // namespace

TEST_CASE("untimed includes whatever happens in time, and time includes what is simulated") {
    const std::uint64_t count = std::getenv("IOCPSCOPE_LONG") != nullptr ? 500 : 60;
    std::uint64_t more = 0;
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        Random random(seed);
        const std::string body = random_scenario(random);
        INFO("seed " << seed << "\n" << body);
        const Scenario scenario = parse(body);
        const Exploration timed = explore(scenario);
        const Exploration any = untimed(scenario);
        REQUIRE(timed.exhaustive());
        REQUIRE(any.exhaustive());
        REQUIRE_FALSE(timed.outcomes.empty());
        CHECK_FALSE(fails(timed, ExploreFailure::Kind::invariant, ""));
        CHECK_FALSE(fails(any, ExploreFailure::Kind::invariant, ""));
        const auto in_time = outcomes_of(timed), ever = outcomes_of(any);
        CHECK(in_time.count(simulated_outcome(scenario)) == 1);
        CHECK(std::includes(ever.begin(), ever.end(), in_time.begin(), in_time.end()));
        more += ever.size() > in_time.size() ? 1 : 0;
    }
    CHECK(more > count / 2);  // else the property would say little
}
