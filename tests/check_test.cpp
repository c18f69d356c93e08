// The checker on runs whose answer is known: those of the model, under the documented policies and
// under others, and traces that nobody should believe.
#include "sim/check.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sim/check_window.hpp"
#include "sim/simulator.hpp"
#include "sim/trace_io.hpp"
#include "tests/files.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

Scenario lesson(const std::string& name) {
    const auto scenario =
        parse_scenario(test::read(test::source_dir() / "scenarios" / (name + ".toml")), name);
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    return *scenario;
}

// What a recorder would have seen of the lesson on a port with these policies.
Trace observed(const std::string& name, const Policies& policies = {}) {
    SimulateOptions options;
    options.policies = policies;
    Trace trace = observable(simulate(lesson(name), options).trace);
    trace.header.policies = {};
    return trace;
}

std::vector<std::string> violated(const CheckReport& report) {
    std::vector<std::string> ids;
    for (const RuleFinding& finding : report.rules)
        if (finding.verdict == RuleVerdict::violated) ids.emplace_back(info(finding.rule).id);
    return ids;
}

std::vector<std::string> explained_by(const CheckReport& report) {
    std::vector<std::string> texts;
    for (const Policies& policies : report.explained_by) texts.push_back(describe(policies));
    return texts;
}

using Texts = std::vector<std::string>;

Trace with_facts(const Trace& trace, const std::vector<Fact>& facts) {
    Trace changed = trace;
    changed.facts = facts;
    return changed;
}

CheckOptions with_margin(Nanos margin) {
    CheckOptions options;
    options.margin = margin;
    return options;
}

std::size_t place_of(const std::vector<Fact>& facts, FactKind kind, std::size_t nth = 0) {
    for (std::size_t i = 0; i < facts.size(); ++i)
        if (facts[i].kind == kind && nth-- == 0) return i;
    FAIL("there is no such fact");
    return 0;
}

}  // namespace

TEST_CASE("what the model does in any lesson is what a documented port can do") {
    for (const auto& file : test::files("tests/golden", ".trace")) {
        INFO(file.filename().string());
        const auto trace = trace_from_ndjson(test::read(file), file.string());
        REQUIRE_MESSAGE(trace, render(trace.error()));
        const CheckReport report = check(observable(*trace));
        CHECK_MESSAGE(report.verdict == Verdict::conforms, report.reason);
        CHECK(violated(report).empty());
        CHECK(report.explained == observable(*trace).facts.size());
    }
}

TEST_CASE("hidden facts are not looked at") {
    Trace trace = simulate(lesson("lifo-wake")).trace;
    std::vector<Fact> facts = trace.facts.all();
    // Nonsense where the order of the stack would stand.
    for (Fact& fact : facts)
        if (fact.kind == FactKind::handed_off) fact.thread = make_id<ThreadId>(0);
    CHECK(check(with_facts(trace, facts)).verdict == Verdict::conforms);
}

TEST_CASE("another policy is told from the documented one, by its rule and its name") {
    struct Row {
        const char* lesson;
        Policies policies;
        Texts explained;
        Texts rules;
    };
    const Row rows[] = {
        {"lifo-wake", {.wake = Wake::fifo}, {"wake = fifo"}, {"W-LIFO-1"}},
        {"concurrency-limit", {.wake = Wake::fifo}, {"wake = fifo"}, {"W-LIFO-1"}},
        {"lifo-wake", {.wake = Wake::random}, {"wake = random"}, {"W-LIFO-1"}},
        {"concurrency-limit", {.limit = Limit::off}, {"limit = off"}, {"C-LIMIT-1"}},
        {"concurrency-limit", {.limit = Limit::plus_one}, {"limit = +1"}, {"C-LIMIT-1"}},
        {"concurrency-limit", {.limit = Limit::minus_one}, {"limit = -1"}, {"C-LIMIT-1"}},
        {"concurrency-limit",
         {.wake = Wake::fifo, .limit = Limit::off},
         {"wake = fifo, limit = off"},
         {"W-LIFO-1", "C-LIMIT-1"}},
    };
    for (const Row& row : rows) {
        INFO(row.lesson, " with ", describe(row.policies));
        const CheckReport report = check(observed(row.lesson, row.policies));
        CHECK(report.verdict == Verdict::violates);
        CHECK(explained_by(report) == row.explained);
        CHECK(violated(report) == row.rules);
        REQUIRE(report.window);
        CHECK_FALSE(report.possible.empty());
    }
}

TEST_CASE("a waiter that is left alone when its port is closed is noticed") {
    const CheckReport report = check(observed("closing-a-port", {.close = Close::keep}));
    CHECK(report.verdict == Verdict::violates);
    const Texts found = explained_by(report);
    CHECK(std::find(found.begin(), found.end(), "close = keep") != found.end());
}

TEST_CASE("the failing window is minimal: without its first or its last fact it can be explained") {
    for (const Policies& policies :
         {Policies{.wake = Wake::fifo}, Policies{.limit = Limit::off},
          Policies{.limit = Limit::minus_one}, Policies{.wake = Wake::fifo, .limit = Limit::off}}) {
        const Trace trace = observed("concurrency-limit", policies);
        const CheckReport report = check(trace);
        REQUIRE(report.window);
        const std::size_t first = report.window->first - 1, last = report.window->last;
        CHECK(explained(trace, first, last, -1, {}) == Explained::no);
        CHECK(explained(trace, first + 1, last, -1, {}) == Explained::yes);
        CHECK(explained(trace, first, last - 1, -1, {}) == Explained::yes);
        CHECK(explained(trace, 0, report.explained, -1, {}) == Explained::yes);
    }
}

TEST_CASE("without evidence that threads wait, an order of wake-ups is never a violation") {
    Trace trace = observed("lifo-wake", {.wake = Wake::fifo});
    std::vector<Fact> facts = trace.facts.all();
    std::erase_if(facts, [](const Fact& f) {
        return f.kind == FactKind::parked || f.kind == FactKind::settled;
    });
    trace = with_facts(trace, facts);
    const CheckReport report = check(trace, with_margin(1'000));
    CHECK(report.verdict == Verdict::inconclusive);
    CHECK(violated(report).empty());
    CHECK(explained_by(report) == Texts{"wake = fifo"});
    CHECK_FALSE(report.what_helps.empty());
}

TEST_CASE("what only an undocumented choice explains is no violation") {
    // T1 takes a packet without waiting; then T2 waits, and T1 posts. By the NT 5.2 rule its packet
    // is queued, though a slot is free, and T1 gets it itself.
    const auto scenario = parse_scenario(R"(
format = 1
title = "A post to one's own port"
port = [{ name = "P", concurrency = 3 }]
post = [{}]
[[thread]]
name = "T1"
when = "settled"
script = [{ get = "P" }, { cpu = "1 ms" }, { post = "P" }, { cpu = "1 ms" }, { get = "P" }]
[[thread]]
name = "T2"
script = [{ block = "100 us" }, { get = "P" }]
)",
                                         "own.toml");
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    SimulateOptions options;
    options.policies.self_insert = SelfInsert::nt52;
    Trace trace = observable(simulate(*scenario, options).trace);
    const CheckReport report = check(trace, with_margin(100'000));
    CHECK(report.verdict == Verdict::inconclusive);
    CHECK(report.reason.find("undocumented choice; explained by self_insert = nt52") !=
          std::string::npos);
    CHECK(violated(report).empty());
    options.policies = {};
    trace = observable(simulate(*scenario, options).trace);
    CHECK(check(trace, with_margin(100'000)).verdict == Verdict::conforms);
}

TEST_CASE("a trace that shows nothing never conforms") {
    const Trace trace = observed("lifo-wake");
    CHECK(check(with_facts(trace, {})).verdict == Verdict::inconclusive);
    std::vector<Fact> facts = trace.facts.all();
    facts.resize(place_of(facts, FactKind::get_returned));
    CHECK(check(with_facts(trace, facts)).verdict == Verdict::inconclusive);
}

TEST_CASE("lost facts leave a run undecided") {
    Trace trace = observed("lifo-wake");
    trace.header.dropped = 3;
    const CheckReport report = check(trace);
    CHECK(report.verdict == Verdict::inconclusive);
    CHECK(report.reason.find("3 facts were lost") != std::string::npos);
}

TEST_CASE("a part of a run is judged as far as it goes") {
    const Trace trace = observed("lifo-wake");
    std::vector<Fact> facts = trace.facts.all();
    for (std::size_t size = facts.size(); size > 0; --size) {
        facts.resize(size);
        INFO(size, " facts");
        const CheckReport report = check(with_facts(trace, facts));
        CHECK(report.verdict != Verdict::violates);
    }
}

TEST_CASE("facts that contradict each other are named, and never conform") {
    const Trace trace = observed("lifo-wake");
    const std::vector<Fact> facts = trace.facts.all();
    SUBCASE("a packet that is received twice") {
        std::vector<Fact> twice = facts;
        const Fact first = facts[place_of(facts, FactKind::get_returned)];
        twice[place_of(facts, FactKind::get_returned, 1)].packet = first.packet;
        const CheckReport report = check(with_facts(trace, twice));
        CHECK(report.verdict == Verdict::violates);
        CHECK(violated(report).front() == "Q-ONCE-1");
    }
    SUBCASE("a packet that was never posted") {
        std::vector<Fact> less = facts;
        less.erase(less.begin() + static_cast<std::ptrdiff_t>(place_of(facts, FactKind::posted)));
        const CheckReport report = check(with_facts(trace, less));
        CHECK(report.verdict == Verdict::violates);
        CHECK(report.reason.find("never sent") != std::string::npos);
    }
    SUBCASE("a return without a call") {
        std::vector<Fact> less = facts;
        less.erase(less.begin() +
                   static_cast<std::ptrdiff_t>(place_of(facts, FactKind::get_called)));
        const CheckReport report = check(with_facts(trace, less));
        CHECK(report.verdict == Verdict::inconclusive);
        CHECK(report.reason.find("contradicts itself") != std::string::npos);
    }
    SUBCASE("an exit in the middle of a call") {
        std::vector<Fact> more = facts;
        Fact exit{.kind = FactKind::thread_exited};
        const std::size_t called = place_of(facts, FactKind::get_called);
        exit.t0 = exit.t1 = facts[called].t1;
        exit.thread = facts[called].thread;
        more.insert(more.begin() + static_cast<std::ptrdiff_t>(called) + 1, exit);
        const CheckReport report = check(with_facts(trace, more));
        CHECK(report.verdict == Verdict::inconclusive);
        CHECK(report.reason.find("exits before its call has returned") != std::string::npos);
    }
    SUBCASE("two packets that change places") {
        std::vector<Fact> swapped = facts;
        std::swap(swapped[place_of(facts, FactKind::get_returned, 0)].packet,
                  swapped[place_of(facts, FactKind::get_returned, 1)].packet);
        CHECK(check(with_facts(trace, swapped)).verdict == Verdict::violates);
    }
}

TEST_CASE("a time-out that comes before its time is a violation of its own") {
    Trace trace = observed("timeout-with-packets");
    std::vector<Fact> facts = trace.facts.all();
    const auto late = std::find_if(facts.begin(), facts.end(), [](const Fact& f) {
        return f.kind == FactKind::get_returned && f.error == Win32Error::wait_timeout;
    });
    REQUIRE(late != facts.end());
    // The call asked for a thousand times as long.
    for (auto call = late; call != facts.begin();)
        if ((--call)->kind == FactKind::get_called && call->thread == late->thread) {
            REQUIRE(call->amount > 0);
            call->amount *= 1000;
            break;
        }
    const CheckReport report = check(with_facts(trace, facts));
    CHECK(report.verdict == Verdict::violates);
    CHECK(violated(report) == Texts{"T-TIMEOUT-1"});
}

TEST_CASE("a search that is given up says so and how far it came") {
    CheckOptions options;
    options.effort = 5;
    const CheckReport report = check(observed("lifo-wake"), options);
    CHECK(report.verdict == Verdict::inconclusive);
    CHECK(report.what_helps.find("--effort") != std::string::npos);
}

TEST_CASE("the order found is a run of the model, with everything that was observed") {
    for (const char* name : {"lifo-wake", "concurrency-limit", "blocking-frees-a-slot"}) {
        const Trace trace = observed(name);
        const CheckReport report = check(trace);
        const Trace seen = observable(report.witness);
        REQUIRE(seen.facts.size() == trace.facts.size());
        CHECK(has_hidden_facts(report.witness));
        Nanos before = 0;
        for (const Fact& fact : report.witness.facts) {
            CHECK(fact.t0 == fact.t1);
            CHECK(fact.t0 >= before);
            before = fact.t0;
        }
        PortModel model;
        for (std::size_t p = 0; p < trace.header.ports.size(); ++p)
            model.declare_port(trace.header.concurrency[p]);
        model.ensure_thread(make_id<ThreadId>(trace.header.threads.size() - 1));
        for (const Fact& fact : report.witness.facts) {
            // Between the facts of one step they need not hold.
            if (!hidden(fact)) CHECK_FALSE(model.broken_invariant());
            CHECK(model.apply(fact));
        }
    }
}
