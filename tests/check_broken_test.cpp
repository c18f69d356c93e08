// What the checker makes of traces that are no history at all, and of the place where one fails.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/check_window.hpp"
#include "sim/trace_io.hpp"
#include "tests/check_fixture.hpp"
#include "tests/random_history.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

constexpr std::uint64_t kEffort = 50'000;

CheckReport judge(const Trace& like, std::vector<Fact> facts, bool truncated = false) {
    Trace trace;
    trace.header = like.header;
    trace.facts = FactLog(facts);
    trace.truncated = truncated;
    return check(trace, {.effort = kEffort, .explain = false, .progress = {}});
}

}  // namespace

TEST_CASE("a trace without facts, or with its end only, is inconclusive") {
    const Trace trace = test::random_history(1).trace;
    CHECK(judge(trace, {}).verdict == Verdict::inconclusive);
    CHECK(judge(trace, {trace.facts.back()}).verdict == Verdict::inconclusive);
    CHECK(check(Trace{}).verdict == Verdict::inconclusive);
}

TEST_CASE("a trace that is cut is inconclusive, wherever it is cut") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const Trace trace = test::random_history(seed).trace;
        const std::vector<Fact> facts = trace.facts.all();
        for (std::size_t n = 0; n < facts.size(); n += 3) {
            CAPTURE(seed);
            CAPTURE(n);
            const auto end = facts.begin() + static_cast<std::ptrdiff_t>(n);
            const CheckReport report = judge(trace, {facts.begin(), end}, true);
            CHECK_MESSAGE(report.verdict == Verdict::inconclusive, test::summary(report));
        }
    }
}

TEST_CASE("facts that changed places never conform, and a file without some is refused") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        const Trace trace = test::random_history(seed).trace;
        for (std::size_t i = 0; i + 1 < trace.facts.size(); i += 5) {
            std::vector<Fact> facts = trace.facts.all();
            if (facts[i].t0 == facts[i + 1].t0) continue;
            std::swap(facts[i], facts[i + 1]);
            CHECK(judge(trace, facts).verdict == Verdict::inconclusive);
        }
        std::string text = to_ndjson(trace);
        const std::size_t line = text.find("{\"seq\":7,");
        text.erase(line, text.find('\n', line) + 1 - line);
        CHECK_FALSE(trace_from_ndjson(text, "less.trace"));
    }
}

// What a call was, and who did it, are changed at random: ids beyond those of the header too.
TEST_CASE("whatever facts say, the checker comes to an end") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Trace trace = test::random_history(seed).trace;
        std::vector<Fact> facts = trace.facts.all();
        for (int change = 0; change < 3; ++change) {
            Fact& fact = facts[random.below(facts.size())];
            switch (random.below(6)) {
                case 0: fact.thread = make_id<ThreadId>(random.below(9)); break;
                case 1: fact.port = make_id<PortId>(random.below(4)); break;
                case 2: fact.packet = static_cast<PacketId>(random.below(30)); break;
                case 3: fact.number = static_cast<std::uint32_t>(random.below(4)); break;
                case 4: fact.kind = static_cast<FactKind>(random.below(kFactKindCount)); break;
                default: fact.error = Win32Error::invalid_handle; break;
            }
        }
        const CheckReport report = judge(trace, facts);
        CHECK(report.explained <= facts.size());
    }
}

TEST_CASE("the facts of a call that is contradicted never conform") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        const Trace trace = test::random_history(seed).trace;
        const std::vector<Fact> facts = trace.facts.all();
        const auto returned = std::find_if(facts.begin(), facts.end(), [](const Fact& fact) {
            return fact.kind == FactKind::get_returned && fact.packet != PacketId::none;
        });
        if (returned == facts.end()) continue;
        const auto place = returned - facts.begin();
        std::vector<Fact> twice = facts;
        twice.insert(twice.begin() + place, *returned);
        CHECK(judge(trace, twice).verdict != Verdict::conforms);
        std::vector<Fact> unasked = facts;
        std::erase_if(unasked, [&](const Fact& fact) {
            return fact.kind == FactKind::get_called && fact.thread == returned->thread;
        });
        CHECK(judge(trace, unasked).verdict == Verdict::inconclusive);
        std::vector<Fact> unsent = facts;
        std::erase_if(unsent, [&](const Fact& fact) {
            return fact.kind == FactKind::posted && fact.packet == returned->packet;
        });
        CHECK(judge(trace, unsent).verdict != Verdict::conforms);
    }
}

TEST_CASE("the failing window can be explained without its first or its last fact") {
    std::uint64_t windows = 0, failures = 0;
    for (std::size_t m = 1; m < test::kMutations; ++m)
        for (std::uint64_t seed = 1; seed <= 12; ++seed) {
            const auto mutation = static_cast<test::Mutation>(m);
            const test::History history = test::random_history(seed, {.mutation = mutation});
            if (!history.exercised) continue;
            const CheckReport report =
                check(history.trace, {.effort = kEffort, .explain = false, .progress = {}});
            // One that a clock alone contradicts has no such place.
            if (report.verdict != Verdict::violates || report.steps == 0) continue;
            if (mutation == test::Mutation::early_time_out) continue;
            ++failures;
            if (!report.window) continue;
            ++windows;
            INFO(name(mutation), ", seed ", seed, "\n", test::summary(report));
            const auto ask = [&](std::size_t first, std::size_t last) {
                return explained(history.trace, first, last, -1,
                                 {.effort = kEffort, .progress = {}});
            };
            const std::size_t first = report.window->first, last = report.window->last;
            CHECK(ask(first - 1, last) == Explained::no);
            CHECK(report.explained == last - 1);
            if (first == last) continue;  // nothing is left to explain
            CHECK(ask(first, last) == Explained::yes);
            CHECK(ask(first - 1, last - 1) == Explained::yes);
        }
    MESSAGE(windows, " windows of ", failures, " failures");
    CHECK(windows > 0);
}
