// Two runs side by side: rows by packet, dispatch and time, and the numbers of each run.
#include <doctest/doctest.h>

#include <limits>

#include "sim/dispatch_rows.hpp"
#include "sim/run_measures.hpp"
#include "tests/hand_made.hpp"

using namespace sim;  // NOLINT: a test of one namespace
using hand_made::in_order;
using hand_made::Run;
using Difference = DispatchRow::Difference;

namespace {

std::vector<Difference> differences(const DispatchRows& found) {
    std::vector<Difference> list;
    for (const DispatchRow& row : found.rows) list.push_back(row.difference);
    return list;
}

// Packets 1, 2, 3 to T1, T2, T3; the other run swaps the threads of 2 and 3, which return first.
const Trace kLeft = in_order({{1, 0}, {2, 1}, {3, 2}}, 3).trace();
const Trace kRight = in_order({{1, 0}, {3, 1}, {2, 2}}, 3).trace();

}  // namespace

TEST_CASE("by packet: who got it here and there") {
    const DispatchRows found = align(kLeft, kRight, AlignBy::packet);
    CHECK(differences(found) ==
          std::vector{Difference::none, Difference::thread, Difference::thread});
    CHECK(found.first_difference == 1);
    CHECK(found.sentence == "packet 2 goes to T2 in the first run, but to T3 in the second run");
}

TEST_CASE("by dispatch: what came first, second, third") {
    const DispatchRows found = align(kLeft, kRight, AlignBy::dispatch);
    CHECK(differences(found) ==
          std::vector{Difference::none, Difference::packet, Difference::packet});
    CHECK(found.sentence ==
          "dispatch 2 is packet 2 to T2 in the first run, but packet 3 to T2 in the second run");
    const Trace same_packets = in_order({{1, 0}, {2, 0}, {3, 2}}, 3).trace();
    CHECK(differences(align(kLeft, same_packets, AlignBy::dispatch)) ==
          std::vector{Difference::none, Difference::thread, Difference::none});
    const Trace shorter = in_order({{1, 0}, {2, 1}}, 3).trace();
    const DispatchRows less = align(kLeft, shorter, AlignBy::dispatch);
    CHECK(differences(less) ==
          std::vector{Difference::none, Difference::none, Difference::one_side});
    CHECK(less.sentence ==
          "dispatch 3 is packet 3 to T3 in the first run, but missing in the second run");
}

TEST_CASE("by time: one dispatch a row, unless both runs do the same at the same instant") {
    Run left(2), right(2);
    left.called(0, 1).returned(0, 1, 10).called(1, 2).returned(1, 2, 30);
    right.called(0, 1).returned(0, 1, 10).called(1, 2).returned(0, 2, 20);
    const DispatchRows found = align(left.trace(), right.trace(), AlignBy::time);
    REQUIRE(found.rows.size() == 3);
    CHECK(found.rows[0].left.has_value());
    CHECK(found.rows[0].right.has_value());
    CHECK(found.rows[1].at == 20);
    CHECK_FALSE(found.rows[1].left.has_value());
    CHECK(found.rows[2].at == 30);
    CHECK(differences(found) ==
          std::vector{Difference::none, Difference::thread, Difference::thread});
    CHECK(found.sentence ==
          "at 20 ns packet 2 goes to T1 in the second run; in the first run it goes to T2");
}

TEST_CASE("the first difference is another one in each order") {
    // Packet 1 is the last to come back, packet 3 the first.
    const Trace left = in_order({{3, 0}, {2, 0}, {1, 0}}, 2).trace();
    const Trace right = in_order({{3, 1}, {2, 0}, {1, 1}}, 2).trace();
    const auto first = [&](AlignBy by) {
        const DispatchRows found = align(left, right, by);
        REQUIRE(found.first_difference < found.rows.size());
        return static_cast<int>(found.rows[found.first_difference].left->packet);
    };
    CHECK(first(AlignBy::packet) == 1);
    CHECK(first(AlignBy::dispatch) == 3);
    CHECK(first(AlignBy::time) == 3);
}

TEST_CASE("runs that are the same differ in no order") {
    for (const AlignBy by : {AlignBy::packet, AlignBy::dispatch, AlignBy::time}) {
        const DispatchRows found = align(kLeft, kLeft, by);
        CHECK(found.rows.size() == 3);
        CHECK(found.first_difference == 3);
        CHECK(found.sentence.empty());
        CHECK(align(Trace{}, Trace{}, by).rows.empty());
    }
}

TEST_CASE("shares: every thread that asks, and only those") {
    Run run(4);
    run.called(0, 1).returned(0, 1, 2).called(0, 3).returned(0, 2, 4).called(2, 1);
    const RunMeasures found = measures_of(run.trace());
    CHECK(found.packets == 2);
    CHECK(found.shares ==
          std::vector<ThreadShare>{{make_id<ThreadId>(0), 2}, {make_id<ThreadId>(2), 0}});
}

TEST_CASE("switches are added up; a run that tells none has none, and not 0") {
    Run run(2);
    CHECK_FALSE(measures_of(run.trace()).switches.has_value());
    run.switched(0, 3, 1, 90).switched(1, 4, 0, 91);
    CHECK(measures_of(run.trace()).switches == Switches{8, Switches::Why{7, 1}});
    // A model knows when a thread leaves a processor, and does not say why.
    Run model(2);
    model.fact(FactKind::on_cpu, 0, 1).taken(0, 1, 2);
    CHECK(measures_of(model.trace()).switches == Switches{0, std::nullopt});
    model.fact(FactKind::off_cpu, 0, 5).fact(FactKind::on_cpu, 1, 5).fact(FactKind::off_cpu, 1, 9);
    CHECK(measures_of(model.trace()).switches == Switches{2, std::nullopt});
}

TEST_CASE("latency: from the start of the post to the return") {
    Run run(1);
    CHECK_FALSE(measures_of(run.trace()).latency.has_value());
    run.posted(1, 10, 15).called(0, 1).returned(0, 1, 40);
    run.returned(0, 9, 50);  // of an operation: nobody posted it
    run.posted(2, 60, 61);   // never returns
    CHECK(measures_of(run.trace()).latency == spread_of({30}));
}

TEST_CASE("times of a damaged trace that have no difference are no latency") {
    constexpr Nanos kFirst = std::numeric_limits<Nanos>::min();
    Run run(1);
    run.posted(1, kFirst, kFirst).called(0, 1).returned(0, 1, 40);
    CHECK_FALSE(measures_of(run.trace()).latency.has_value());
    run.posted(2, 10, 15).returned(0, 2, 60);
    CHECK(measures_of(run.trace()).latency == spread_of({50}));
}

TEST_CASE("percentiles are values, and the smallest that suffice") {
    std::vector<Nanos> values;
    for (Nanos i = 200; i > 0; --i) values.push_back(i);
    CHECK(spread_of(values) == Spread{200, 1, 100, 180, 198, 200});
    CHECK(spread_of({7}) == Spread{1, 7, 7, 7, 7, 7});
    CHECK(spread_of({1, 1000}) == Spread{2, 1, 1, 1000, 1000, 1000});
    CHECK(spread_of({}).count == 0);
}
