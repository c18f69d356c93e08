// The most threads that were active at once: exact in a model, a lower bound elsewhere.
#include "sim/most_active.hpp"

#include <doctest/doctest.h>

#include "sim/simulator.hpp"
#include "tests/hand_made.hpp"
#include "tests/random_scenario.hpp"

using namespace sim;  // NOLINT: a test of one namespace
using hand_made::Run;

namespace {

std::uint32_t most(const Run& run) {
    const auto found = most_active(run.trace());
    REQUIRE(found.size() == 1);
    CHECK_FALSE(found[0].exact);
    return found[0].most;
}

// T1 and T2 have a packet each, from 10 and 20 on.
Run two() {
    Run run(3);
    run.called(0, 1).called(1, 2).called(2, 3).returned(0, 1, 10).returned(1, 2, 20);
    return run;
}

}  // namespace

TEST_CASE("threads with a packet in hand are counted, and the excess over the limit") {
    CHECK(most(two()) == 2);
    const MostActive found = most_active(two().trace()).front();
    CHECK(found.limit == 1);
    CHECK(found.excess() == 1);
    CHECK(most(Run(3)) == 0);
    Run three = two();
    CHECK(most(three.returned(2, 3, 30)) == 3);
}

TEST_CASE("a thread that asks again, waits, is suspended or has exited does not count") {
    for (const FactKind kind : {FactKind::get_called, FactKind::block_began, FactKind::suspended,
                                FactKind::thread_exited, FactKind::io_called}) {
        CAPTURE(static_cast<int>(kind));
        Run before = two(), after = two();
        CHECK(most(before.fact(kind, 0, 15)) == 1);
        CHECK(most(after.fact(kind, 0, 25)) == 2);
        // It may have begun when the other packet came back, so nothing is certain.
        Run meanwhile = two();
        CHECK(most(meanwhile.fact(kind, 0, 20, 25)) == 1);
    }
}

TEST_CASE("a wait that is over counts from its end on, whatever the limit (C-EXCESS-1)") {
    Run run = two();
    run.fact(FactKind::block_began, 0, 12).fact(FactKind::block_ended, 0, 30, 35);
    Run longer = run;
    CHECK(most(longer) == 2);
    CHECK(most(run.called(1, 35)) == 1);  // at one instant: no overlap
    // Out of a wait while no packet is handled: it is no thread of the port.
    Run idle(3);
    idle.called(0, 1).returned(0, 1, 10).called(1, 2).returned(1, 0, 11);
    CHECK(most(idle.fact(FactKind::block_ended, 1, 12)) == 1);
}

TEST_CASE("a suspended thread counts again when it has come back with a packet") {
    Run run = two();
    run.fact(FactKind::suspended, 0, 12).fact(FactKind::resumed, 0, 30);
    CHECK(most(run) == 1);
    CHECK(most(run.called(0, 40).returned(0, 3, 50)) == 2);
}

TEST_CASE("a second handle is no port of its own") {
    Run run = two();
    run.header.ports = {"P", "Q"};
    run.header.concurrency = {1, 1};
    run.header.port_same_as = {PortId::none, make_id<PortId>(0)};
    CHECK(most(run) == 2);
}

TEST_CASE("a limit that the trace does not tell is missing") {
    Run run = two();
    run.header.concurrency.clear();
    const MostActive found = most_active(run.trace()).front();
    CHECK(found.limit == 0);
    CHECK(found.excess() == 0);
}

TEST_CASE("what calls prove is never more than what the model counts, and often as much") {
    std::uint64_t runs = 0, equal = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        const test::RandomScenario random = test::random_scenario(seed);
        const auto scenario = random.parse();
        REQUIRE(scenario.has_value());
        SimulateOptions options;
        options.policies = random.policies;
        options.max_facts = 3'000;
        const Trace trace = simulate(*scenario, options).trace;
        const auto counted = most_active(trace), proven = most_active(observable(trace));
        if (!has_hidden_facts(trace)) continue;
        REQUIRE(counted.size() == proven.size());
        for (std::size_t p = 0; p < counted.size(); ++p) {
            CHECK(counted[p].port == proven[p].port);
            CHECK(counted[p].exact);
            CHECK_FALSE(proven[p].exact);
            CHECK(proven[p].most <= counted[p].most);
            if (counted[p].most == 0) continue;
            ++runs;
            if (proven[p].most == counted[p].most) ++equal;
        }
    }
    CHECK(runs > 100);
    CHECK(equal * 10 > runs);  // a bound that says nothing would be sound, too
}
