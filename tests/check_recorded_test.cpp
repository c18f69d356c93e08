// What the checker says of real runs (tests/recorded/checker/README.md).
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "sim/trace_io.hpp"
#include "tests/check_fixture.hpp"
#include "tests/files.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

Trace recorded(const std::string& name) {
    const auto trace =
        trace_from_ndjson(test::read(test::source_dir() / "tests/recorded/checker" / name), name);
    REQUIRE_MESSAGE(trace, render(trace.error()));
    return *trace;
}

bool explained_by(const CheckReport& report, const Policies& policies) {
    const auto& all = report.explained_by;
    return std::find(all.begin(), all.end(), policies) != all.end();
}

}  // namespace

TEST_CASE("runs of our Linux port conform") {
    for (const char* name : {"linux-lifo-wake.trace", "linux-concurrency-limit.trace",
                             "linux-blocking-frees-a-slot.trace"}) {
        CAPTURE(name);
        const Trace trace = recorded(name);
        const CheckReport report = check(trace);
        CHECK_MESSAGE(report.verdict == Verdict::conforms, test::summary(report));
        CHECK(report.explained == trace.facts.size());
        CHECK(has_hidden_facts(report.witness));
    }
}

// Wine 8.0 wakes the oldest waiter and abandons nobody; there are no more threads than the limit.
TEST_CASE("under Wine the oldest waiter is woken, and the checker says so") {
    const CheckReport report = check(recorded("wine-lifo-wake.trace"));
    CHECK_MESSAGE(report.verdict == Verdict::violates, test::summary(report));
    CHECK_MESSAGE(explained_by(report, {.wake = Wake::fifo, .close = Close::keep}),
                  test::summary(report));
    CHECK(report.explained_by.size() == 1);
    CHECK(test::violated(report, Rule::w_lifo_1));
    CHECK(test::violated(report, Rule::x_close_1));
    CHECK_FALSE(test::violated(report, Rule::c_limit_1));
}

TEST_CASE("under Wine there is no limit either, and a woken thread may find its packet gone") {
    const CheckReport report = check(recorded("wine-concurrency-limit.trace"));
    CHECK_MESSAGE(report.verdict == Verdict::violates, test::summary(report));
    CHECK_MESSAGE(explained_by(report, {.wake = Wake::fifo,
                                        .limit = Limit::off,
                                        .handoff = Handoff::refetch,
                                        .close = Close::keep}),
                  test::summary(report));
    CHECK(test::violated(report, Rule::w_lifo_1));
    CHECK(test::violated(report, Rule::c_limit_1));
    CHECK(test::violated(report, Rule::w_nosteal_1));
    CHECK(test::violated(report, Rule::x_close_1));
}

TEST_CASE("a recorded run that is cut does not conform, nor is it accused") {
    Trace trace = recorded("linux-lifo-wake.trace");
    const auto facts = trace.facts.all();
    for (std::size_t n = 0; n < facts.size(); n += 7) {
        CAPTURE(n);
        trace.facts = FactLog(
            std::vector<Fact>(facts.begin(), facts.begin() + static_cast<std::ptrdiff_t>(n)));
        trace.truncated = true;
        const CheckReport report = check(trace);
        CHECK_MESSAGE(report.verdict == Verdict::inconclusive, test::summary(report));
    }
}
