// When narrations and questions come up: at the edges of their predicates, on model and measured
// lanes.
#include "sim/narration.hpp"

#include <doctest/doctest.h>

#include "sim/random.hpp"
#include "sim/simulator.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

constexpr std::string_view kLesson = R"(
format = 1
[[port]]
name = "P"
concurrency = 1
[[thread]]
name = "T"
count = 3
when = "settled"
every = "settled"
[[handler]]
steps = [{cpu = "1 ms"}, {block = "2 ms"}]
[[post]]
count = 12
at = "1 ms"
every = "1 ms"
)";

Scenario lesson() {
    auto scenario = parse_scenario(kLesson, "lesson.toml");
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    return *std::move(scenario);
}

Predicate predicate(const Scenario& scenario, std::string_view text) {
    const std::vector<std::string> ports = {"P"};
    const std::vector<std::string> threads = scenario.thread_names();
    auto result = parse_predicate(text, {ports, threads, {}});
    REQUIRE_MESSAGE(std::holds_alternative<Predicate>(result), std::string(text));
    return std::get<Predicate>(result);
}

void narrate(Scenario& scenario, std::string_view when) {
    scenario.narrations.push_back({predicate(scenario, when), std::string(when)});
}
void ask(Scenario& scenario, std::string_view when) {
    scenario.questions.push_back(
        {predicate(scenario, when), std::string(when), {"yes", "no"}, 0, ""});
}

// The definition, step by step through the timeline: slow, and independent of the fold.
std::vector<Remark> by_definition(const Scenario& scenario, const Lane& lane) {
    std::vector<Remark> found;
    const auto becomes_true = [&](const Predicate& when, std::size_t step) {
        const auto at = [&](std::size_t n) {
            const Fact fact = n == 0 ? Fact{} : lane.trace().facts[n - 1];
            return holds(when, lane.stage_at(n), n == 0 ? nullptr : &fact);
        };
        return at(step) && (step == 0 || !at(step - 1));
    };
    for (std::size_t step = 0; step <= lane.steps(); ++step) {
        for (std::size_t i = 0; i < scenario.narrations.size(); ++i)
            if (becomes_true(scenario.narrations[i].when, step))
                found.push_back({step, Remark::Kind::narration, i});
        for (std::size_t i = 0; i < scenario.questions.size(); ++i)
            if (becomes_true(scenario.questions[i].when, step))
                found.push_back({step, Remark::Kind::question, i});
    }
    return found;
}

}  // namespace

TEST_CASE("a remark comes once per edge, and at step 0 when its predicate holds at the start") {
    Scenario s = lesson();
    narrate(s, "P.delivered == 0");
    ask(s, "packet == 1 and fact == handed_off");
    narrate(s, "false");
    narrate(s, "true");
    narrate(s, "T3.released");
    const Lane lane(simulate(s).trace);
    const std::vector<Remark> got = remarks(s, lane);
    std::vector<std::size_t> count(4);
    std::size_t question = 0;
    for (const Remark& each : got) {
        if (each.kind == Remark::Kind::narration) ++count[each.index];
        if (each.kind == Remark::Kind::question) question = each.step;
    }
    REQUIRE(got.size() >= 4);
    CHECK(got[0] == Remark{0, Remark::Kind::narration, 0});
    CHECK(got[1] == Remark{0, Remark::Kind::narration, 2});
    CHECK(count[0] == 1);
    CHECK(count[1] == 0);
    CHECK(count[2] == 1);
    CHECK(count[3] > 1);  // released, paused, waiting, released again …
    REQUIRE(question > 0);
    CHECK(lane.trace().facts[question - 1].kind == FactKind::handed_off);
    CHECK(lane.trace().facts[question - 1].packet == static_cast<PacketId>(1));
}

TEST_CASE("without narrations and questions there is nothing to say") {
    const Scenario s = lesson();
    CHECK(remarks(s, Lane(simulate(s).trace)).empty());
    CHECK(remarks(s, Lane(Trace{})).empty());
}

TEST_CASE("an empty trace has its start") {
    Scenario s = lesson();
    narrate(s, "P.queue == 0 and fact == none");
    ask(s, "not T1.waiting");
    CHECK(remarks(s, Lane(Trace{})) ==
          std::vector<Remark>{{0, Remark::Kind::narration, 0}, {0, Remark::Kind::question, 0}});
}

TEST_CASE("remarks are those of the definition, in the model and in what was observed") {
    Scenario s = lesson();
    for (const char* when :
         {"P.queue > 0", "P.active == P.limit", "T1.waiting and not T2.waiting",
          "P.released > P.limit", "fact == posted", "fact == get_returned and thread == T3",
          "packet == 3", "time >= 4 ms", "P.top == T2", "T2.packet > 0 or T3.packet > 0",
          "rule == W-LIFO-1", "fact == ended", "P.waiting == 2 and P.delivered > 4"}) {
        narrate(s, when);
        ask(s, "not (" + std::string(when) + ")");
    }
    const Trace model = simulate(s).trace;
    for (const Trace& trace : {model, observable(model)}) {
        const Lane lane{Trace(trace)};
        const std::vector<Remark> wanted = by_definition(s, lane);
        CHECK(wanted.size() > 40);
        CHECK(remarks(s, lane) == wanted);
    }
}

TEST_CASE("only predicates on the last fact need no stage, and come at the same steps") {
    Scenario s = lesson();
    for (const char* when : {"fact == posted", "packet == 3", "time > 3 ms and thread == T3"})
        narrate(s, when);
    const Lane lane(simulate(s).trace);
    CHECK(remarks(s, lane) == by_definition(s, lane));
}

TEST_CASE("a long run is narrated in one pass") {
    Scenario s = lesson();
    s.stimuli[0].when.count = 20'000;
    narrate(s, "P.delivered == 19999");
    narrate(s, "P.queue > 0 and T1.waiting and not T3.paused");
    const Lane lane(simulate(s).trace);
    REQUIRE(lane.steps() > 100'000);
    std::size_t last = 0;
    for (const Remark& each : remarks(s, lane)) {
        CHECK(each.step >= last);
        last = each.step;
        if (each.index != 0) continue;
        CHECK(lane.stage_at(each.step).ports[0].delivered == 19'999);
        CHECK(lane.stage_at(each.step - 1).ports[0].delivered == 19'998);
    }
}
