// The checker never accuses: what a right port does is never called a violation, however wide the
// intervals are, whether waiting threads were seen or not, and whatever is known of blocking.
//
// Histories come from ports that were written without PortModel (tests/mutant_port.hpp) and from
// the simulator. IOCPSCOPE_LONG=1 tries 10,000 seeds, IOCPSCOPE_SEEDS=FIRST:COUNT others.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>

#include "sim/simulator.hpp"
#include "tests/check_fixture.hpp"
#include "tests/random_history.hpp"
#include "tests/random_scenario.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

// Wide intervals leave many orders; what is not decided by then is inconclusive.
constexpr std::uint64_t kEffort = 20'000;
constexpr std::array<Nanos, 4> kWidths = {0, 2'000, 1'000'000, 30'000'000};

struct Tally {
    std::array<std::uint64_t, 3> of{};
    void add(const CheckReport& report) { ++of[static_cast<std::size_t>(report.verdict)]; }
};

void say(const std::string& what, const Tally& tally) {
    MESSAGE(what, ": ", tally.of[0], " conform, ", tally.of[1], " violate, ", tally.of[2],
            " inconclusive");
}

// The same run as other systems would have written it; each knows less.
Trace as_seen_by(Trace trace, std::uint64_t which) {
    struct System {
        const char* backend;
        Blocking blocking;
    };
    constexpr std::array<System, 5> kSystems = {{{"linux", Blocking::observed},
                                                 {"linux", Blocking::sampled},
                                                 {"linux", Blocking::announced},
                                                 {"win32", Blocking::kernel},
                                                 {"wine", Blocking::none}}};
    const System& system = kSystems[which % kSystems.size()];
    trace.header.backend = system.backend;
    trace.header.blocking = system.blocking;
    return trace;
}

CheckReport never_accused(const Trace& trace) {
    const CheckReport report = check(trace, {.effort = kEffort, .explain = false, .progress = {}});
    CHECK_MESSAGE(report.verdict != Verdict::violates, test::summary(report));
    for (const RuleFinding& one : report.rules)
        CHECK_MESSAGE(one.verdict != RuleVerdict::violated, test::summary(report));
    return report;
}

// Wide and narrow, with and without evidence, on every system.
void try_all_widths(const Trace& exact, std::uint64_t seed, std::array<Tally, 4>& tallies) {
    for (std::size_t w = 0; w < kWidths.size(); ++w) {
        CAPTURE(kWidths[w]);
        const Trace wide = as_seen_by(test::jitter(exact, seed, kWidths[w]), seed);
        tallies[w].add(never_accused(wide));
        CAPTURE("without evidence");
        (void)never_accused(test::without_evidence(wide));
    }
}

bool shows_nothing(const CheckReport& report) {
    return report.reason.find("No call") != std::string::npos;
}

void say_all(const std::string& what, const std::array<Tally, 4>& tallies) {
    for (std::size_t w = 0; w < kWidths.size(); ++w) {
        say(what + ", intervals of " + std::to_string(kWidths[w]) + " ns", tallies[w]);
    }
}

}  // namespace

TEST_CASE("what a right port does conforms when its instants are known") {
    Tally prompt, late;
    const test::Seeds seeds = test::seeds(300, 10'000);
    for (std::uint64_t seed = seeds.first; seed < seeds.end(); ++seed) {
        CAPTURE(seed);
        const CheckReport report = check(test::random_history(seed).trace);
        CHECK_MESSAGE((report.verdict == Verdict::conforms || shows_nothing(report)),
                      test::summary(report));
        prompt.add(report);
        late.add(never_accused(test::random_history(seed, {.prompt = false}).trace));
    }
    say("calls that return at once", prompt);
    say("calls that return late", late);
}

TEST_CASE("a right port is never accused, however little is known of the instants") {
    std::array<Tally, 4> tallies;
    const test::Seeds seeds = test::seeds(100, 10'000);
    for (std::uint64_t seed = seeds.first; seed < seeds.end(); ++seed) {
        CAPTURE(seed);
        const bool prompt = seed % 2 == 0;
        try_all_widths(test::random_history(seed, {.prompt = prompt}).trace, seed, tallies);
    }
    say_all("plain ports", tallies);
}

TEST_CASE("the model is never accused either") {
    std::array<Tally, 4> tallies;
    Tally exact;
    std::uint64_t given_up = 0;
    const test::Seeds seeds = test::seeds(100, 10'000);
    for (std::uint64_t seed = seeds.first; seed < seeds.end(); ++seed) {
        CAPTURE(seed);
        test::Features features = test::Features::posted_only();
        features.timed = seed % 2 == 0;
        const auto scenario = test::random_scenario(seed, features).parse();
        REQUIRE(scenario);
        SimulateOptions options;
        options.max_facts = 2'000;
        const Trace run = observable(simulate(*scenario, options).trace);
        const CheckReport report = check(run, {.effort = 500'000, .progress = {}});
        exact.add(report);
        CHECK_MESSAGE(report.verdict != Verdict::violates, test::summary(report));
        const bool gave_up = report.reason.find("given up") != std::string::npos;
        given_up += gave_up ? 1 : 0;
        const bool judged = report.verdict == Verdict::conforms || gave_up ||
                            run.facts.back().outcome != Outcome::complete || shows_nothing(report);
        CHECK_MESSAGE(judged, test::summary(report));
        try_all_widths(run, seed, tallies);
    }
    say("exact runs of the model", exact);
    // Many things may happen at one instant of a model, and a search may get lost in their orders.
    CHECK(given_up * 100 <= seeds.count);
    say_all("the model", tallies);
}
