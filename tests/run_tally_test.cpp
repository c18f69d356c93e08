// Many runs of one scenario: who gets a packet in how many of them, and which outcomes there are.
#include "sim/run_tally.hpp"

#include <doctest/doctest.h>

#include "tests/hand_made.hpp"

using namespace sim;  // NOLINT: a test of one namespace
using hand_made::in_order;

namespace {

constexpr auto kT1 = static_cast<ThreadId>(0), kT2 = static_cast<ThreadId>(1);

// The model gives packets 1 and 2 to T1.
Comparison run(std::uint32_t first, std::uint32_t second) {
    return compare(in_order({{1, 0}, {2, 0}}, 2).trace(),
                   in_order({{1, first}, {2, second}}, 2).trace());
}

}  // namespace

TEST_CASE("outcomes are counted, the most frequent first, and numbered as they were found") {
    RunTally tally;
    CHECK(tally.add(run(0, 1)) == 1);
    CHECK(tally.add(run(0, 0)) == 2);
    CHECK(tally.add(run(0, 0)) == 2);
    CHECK(tally.add(run(1, 1)) == 3);
    CHECK(tally.add(run(0, 0)) == 2);
    const auto outcomes = tally.outcomes();
    REQUIRE(outcomes.size() == 3);
    CHECK(outcomes[0].number == 2);
    CHECK(outcomes[0].runs == 3);
    CHECK(outcomes[0].first_run == 2);
    CHECK(outcomes[0].as_expected());
    CHECK(outcomes[1].number == 1);
    CHECK_FALSE(outcomes[1].as_expected());
    CHECK(tally.runs() == 5);
    CHECK(tally.whole() == 5);
}

TEST_CASE("who got a packet, in how many runs") {
    RunTally tally;
    for (const std::uint32_t second : {1u, 0u, 1u}) tally.add(run(0, second));
    const auto packets = tally.packets();
    REQUIRE(packets.size() == 2);
    CHECK(packets[0].votes == std::vector<PacketVotes::Vote>{{kT1, 3}});
    CHECK(packets[0].all_as_expected());
    CHECK(packets[1].expected == kT1);
    CHECK(packets[1].votes == std::vector<PacketVotes::Vote>{{kT2, 2}, {kT1, 1}});
    CHECK_FALSE(packets[1].all_as_expected());
}

TEST_CASE("neither order nor time makes another outcome, results do") {
    RunTally tally;
    const Trace model = in_order({{1, 0}, {2, 1}}, 2).trace();
    tally.add(compare(model, in_order({{1, 0}, {2, 1}}, 2).trace()));
    tally.add(compare(model, in_order({{2, 1}, {1, 0}}, 2).trace()));
    CHECK(tally.outcomes().size() == 1);
    hand_made::Run timed_out = in_order({{1, 0}, {2, 1}}, 2);
    timed_out.called(0, 5000).returned(0, 0, 6000);
    tally.add(compare(model, timed_out.trace()));
    REQUIRE(tally.outcomes().size() == 2);
    CHECK_FALSE(tally.outcomes()[1].as_expected());
}

TEST_CASE("a run that is not whole is no outcome, but is counted") {
    RunTally tally;
    Trace cut = in_order({{1, 0}, {2, 0}}, 2).trace();
    cut.truncated = true;
    CHECK_FALSE(tally.add(compare(in_order({{1, 0}, {2, 0}}, 2).trace(), cut)).has_value());
    CHECK(tally.runs() == 1);
    CHECK(tally.whole() == 0);
    CHECK(tally.outcomes().empty());
    CHECK(tally.packets().empty());
}

TEST_CASE("a packet that only some runs have reached nobody in the others") {
    RunTally tally;
    tally.add(run(0, 0));
    tally.add(compare(in_order({{1, 0}, {2, 0}}, 2).trace(),
                      in_order({{1, 0}, {2, 0}, {3, 1}}, 2).trace()));
    const auto packets = tally.packets();
    REQUIRE(packets.size() == 3);
    CHECK(packets[2].expected == ThreadId::none);
    CHECK(packets[2].votes.size() == 2);
    CHECK(packets[2].votes[0].runs == 1);
    CHECK(packets[2].votes[1].runs == 1);
}
