// How far apart two orders are: by hand, and against counting every pair.
#include "sim/order_distance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/hand_made.hpp"

using namespace sim;  // NOLINT: a test of one namespace
using hand_made::in_order;
using hand_made::Run;

namespace {

Trace of(const std::vector<std::uint32_t>& packets) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const std::uint32_t packet : packets) pairs.emplace_back(packet, 0);
    return in_order(pairs, 1).trace();
}

std::uint64_t counted_one_by_one(const std::vector<Span>& left, const std::vector<Span>& right) {
    std::uint64_t count = 0;
    for (std::size_t a = 0; a < left.size(); ++a)
        for (std::size_t b = 0; b < left.size(); ++b)
            if (left[a].to < left[b].from && right[b].to < right[a].from) ++count;
    return count;
}

}  // namespace

TEST_CASE("inversions that are known") {
    const Trace plain = of({1, 2, 3, 4, 5});
    const auto distance = [&](const std::vector<std::uint32_t>& order) {
        return order_distance(plain, of(order));
    };
    CHECK(distance({1, 2, 3, 4, 5}).contrary == 0);
    CHECK(distance({2, 1, 3, 4, 5}).contrary == 1);
    CHECK(distance({5, 1, 2, 3, 4}).contrary == 4);
    CHECK(distance({3, 1, 5, 2, 4}).contrary == 4);
    const OrderDistance reverse = distance({5, 4, 3, 2, 1});
    CHECK(reverse.contrary == 10);
    CHECK(reverse.pairs() == 10);
    CHECK(reverse.share() == 1.0);
    CHECK(reverse.certain == 10);  // no call overlaps another
    CHECK(reverse.by_returns);
}

TEST_CASE("packets that only one run has do not count") {
    const OrderDistance found = order_distance(of({1, 2, 3}), of({3, 1}));
    CHECK(found.packets == 2);
    CHECK(found.pairs() == 1);
    CHECK(found.contrary == 1);
    CHECK(order_distance(of({1}), of({1})).pairs() == 0);
    CHECK(order_distance(of({}), of({1, 2})).packets == 0);
}

TEST_CASE("a pair whose calls overlap may only have returned the other way round") {
    const Trace first = of({1, 2});
    // T2 asked before T1 returned: packet 2 may have been dispatched before or after packet 1.
    Run overlap(2);
    overlap.posted(1, 1, 1).posted(2, 2, 2).called(0, 10).called(1, 11);
    overlap.returned(1, 2, 20).returned(0, 1, 21);
    const OrderDistance found = order_distance(first, overlap.trace());
    CHECK(found.contrary == 1);
    CHECK(found.certain == 0);
    // Here packet 1 was not even posted when packet 2 returned.
    Run late(2);
    late.posted(2, 2, 2).called(0, 10).called(1, 11).returned(1, 2, 20).posted(1, 30, 31);
    late.returned(0, 1, 40);
    CHECK(order_distance(first, late.trace()).certain == 1);
}

TEST_CASE("what happens at one instant in a model has an order nevertheless") {
    Run left(2), right(2);
    left.taken(0, 1, 5).taken(1, 2, 5);
    right.taken(1, 2, 5).taken(0, 1, 5);
    const OrderDistance found = order_distance(left.trace(), right.trace());
    CHECK(found.contrary == 1);
    CHECK(found.certain == 1);
    CHECK_FALSE(found.by_returns);
}

TEST_CASE("the distance is symmetric, and 0 only for the same order") {
    std::mt19937 random(5);  // NOLINT: the same every time
    for (int round = 0; round < 300; ++round) {
        std::vector<std::uint32_t> a(1 + random() % 12);
        std::iota(a.begin(), a.end(), 1u);
        std::vector<std::uint32_t> b = a;
        std::shuffle(a.begin(), a.end(), random);
        if (round % 4 != 0) std::shuffle(b.begin(), b.end(), random);
        if (round % 5 == 0) b = a;
        const Trace left = of(a), right = of(b);
        const OrderDistance there = order_distance(left, right);
        CHECK(there == order_distance(right, left));
        CHECK((there.contrary == 0) == (a == b));
        CHECK(there.contrary <= there.pairs());
        CHECK(there.certain == there.contrary);
    }
}

TEST_CASE("contrary pairs are those that counting one by one finds") {
    std::mt19937 random(7);  // NOLINT: the same every time
    const auto spans = [&](std::size_t n) {
        std::vector<Span> list(n);
        for (Span& span : list) {
            span.from = static_cast<Nanos>(random() % 40);
            span.to = span.from + static_cast<Nanos>(random() % 8);
        }
        return list;
    };
    std::uint64_t seen = 0;
    for (int round = 0; round < 500; ++round) {
        const std::size_t n = random() % 30;
        const auto left = spans(n), right = spans(n);
        CHECK(contrary_pairs(left, right) == counted_one_by_one(left, right));
        CHECK(contrary_pairs(left, right) == contrary_pairs(right, left));
        seen += contrary_pairs(left, right);
    }
    CHECK(seen > 1000);
}
