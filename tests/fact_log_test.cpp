// A log gives back exactly the facts that were put in, whatever their fields say.
#include "sim/fact_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/random.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

// Mostly what fields usually hold, and now and then the values at the edges of what a short record
// can keep.
Fact any_fact(Random& random) {
    const auto once_in = [&](std::uint64_t n) { return random.below(n) == 0; };
    const auto pick = [&](auto... values) {
        const std::uint64_t all[] = {static_cast<std::uint64_t>(values)...};
        return all[random.below(sizeof...(values))];
    };
    constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();
    Fact fact{.kind = static_cast<FactKind>(random.below(kFactKindCount))};
    fact.t0 = fact.t1 = static_cast<Nanos>(random.below(1'000'000'000'000));
    if (once_in(8)) fact.t1 += static_cast<Nanos>(random.below(1'000));
    fact.rule = static_cast<Rule>(random.below(40));
    fact.port = static_cast<PortId>(pick(0, 1, 253, 254, 255, 256, 0xFFFFFFFF));
    fact.thread = static_cast<ThreadId>(pick(0, 7, 0xFFFFFFFF));
    fact.packet = static_cast<PacketId>(pick(0, 1, 0xFFFFFFFF));
    fact.bytes = static_cast<std::uint32_t>(pick(0, 5, 0xFFFFFFFF));
    fact.number = static_cast<std::uint32_t>(pick(0, 1, 127, 128, 0xFFFFFFFF));
    if (once_in(2)) fact.key = pick(0, 1, kLargest);
    if (once_in(2)) fact.amount = static_cast<std::int64_t>(pick(0, 1, kLargest));
    if (once_in(9)) fact.reason = Reason::io;
    if (once_in(9)) fact.outcome = Outcome::crashed;
    if (once_in(9)) fact.error = Win32Error::wait_timeout;
    if (once_in(9)) fact.event = EventId{0};
    if (once_in(9)) fact.lock = LockId{0};
    if (once_in(9)) fact.handle = HandleId{0};
    if (once_in(9)) fact.operation = static_cast<Operation>(1);
    return fact;
}

std::vector<Fact> many_facts(std::uint64_t seed) {
    Random random(seed);
    std::vector<Fact> facts;
    while (facts.size() < 20'000) facts.push_back(any_fact(random));
    return facts;
}

}  // namespace

TEST_CASE("every fact comes back as it was") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        const std::vector<Fact> facts = many_facts(seed);
        const FactLog log = facts;
        REQUIRE(log.size() == facts.size());
        for (std::size_t i = 0; i < facts.size(); ++i) REQUIRE(log[i] == facts[i]);
        CHECK(log.all() == facts);
        CHECK(log.front() == facts.front());
        CHECK(log.back() == facts.back());
        CHECK(std::equal(log.begin(), log.end(), facts.begin(), facts.end()));
    }
}

TEST_CASE("logs are equal when their facts are") {
    const std::vector<Fact> facts = many_facts(6);
    const FactLog log = facts;
    for (std::size_t i = 0; i < facts.size(); i += 97) {
        std::vector<Fact> others = facts;
        CHECK(FactLog(others) == log);
        others[i].t1 += 1;
        CHECK(FactLog(others) != log);
    }
}

TEST_CASE("what is taken from the end of a log is as if it never was there") {
    const std::vector<Fact> facts = many_facts(7);
    FactLog log;
    for (std::size_t i = 0; i < 300; ++i) {
        const FactLog before = log;
        log.push_back(facts[i]);
        log.push_back(facts[i + 300]);
        CHECK(log != before);
        log.pop_back();
        log.pop_back();
        REQUIRE(log == before);
        log.push_back(facts[i]);
    }
    log.clear();
    CHECK(log.empty());
    CHECK(log == FactLog());
}

TEST_CASE("the places of a log can be walked in both directions and searched") {
    std::vector<Fact> facts = many_facts(8);
    std::sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.t0 < b.t0; });
    const FactLog log = facts;
    const auto after = [](Nanos t, const Fact& fact) { return t < fact.t0; };
    for (std::size_t i = 0; i < facts.size(); i += 501) {
        const auto ours = std::upper_bound(log.begin(), log.end(), facts[i].t0, after);
        const auto theirs = std::upper_bound(facts.begin(), facts.end(), facts[i].t0, after);
        CHECK(ours - log.begin() == theirs - facts.begin());
    }
    auto at = log.end();
    for (std::size_t i = facts.size(); i-- > 0;) REQUIRE((--at)->packet == facts[i].packet);
    CHECK(at == log.begin());
    CHECK((at + 3)[2] == facts[5]);
}
