// Seeking: the state at step n is the same from every direction, for model and measured lanes.
#include "sim/timeline.hpp"

#include <doctest/doctest.h>

#include "sim/random.hpp"
#include "sim/simulator.hpp"
#include "tests/files.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

template <class State>
void check_every_step(const Trace& trace, std::size_t stride) {
    std::vector<State> linear;
    State state(trace.header);
    linear.push_back(state);
    for (const Fact& fact : trace.facts) {
        state.apply(fact);
        linear.push_back(state);
    }
    const BasicTimeline<State> timeline(trace, stride);
    for (std::size_t n = linear.size(); n-- > 0;) CHECK(timeline.state_at(n) == linear[n]);
    for (std::size_t n = 0; n < linear.size(); ++n) CHECK(timeline.state_at(n) == linear[n]);
    Random random(7);
    for (int i = 0; i < 200; ++i) {
        const auto n = static_cast<std::size_t>(random.below(linear.size()));
        CHECK(timeline.state_at(n) == linear[n]);
    }
    CHECK(timeline.state_at(linear.size() + 5) == linear.back());
}

Scenario burst(std::uint64_t packets) {
    Scenario scenario;
    scenario.ports = {{.name = "P", .concurrency = 1}};
    Stimulus posts{.when = {.count = packets}, .step = {.kind = Step::Kind::post}};
    posts.step.port = make_id<PortId>(0);
    scenario.stimuli.push_back(posts);
    return scenario;
}

}  // namespace

TEST_CASE("the state at every step of every scenario is the same from every direction") {
    for (const auto& file : test::files("scenarios", ".toml")) {
        const auto scenario = parse_scenario(test::read(file), file.filename().string());
        REQUIRE(scenario);
        const Trace trace = simulate(*scenario).trace;
        INFO(file.string());
        for (const std::size_t stride : {1u, 7u, 64u}) check_every_step<ModelState>(trace, stride);
        check_every_step<ObservedState>(observable(trace), 16);
    }
}

TEST_CASE("the folded model refuses no fact of the simulator") {
    for (const auto& file : test::files("scenarios", ".toml")) {
        const auto scenario = parse_scenario(test::read(file), file.filename().string());
        REQUIRE(scenario);
        const Trace trace = simulate(*scenario).trace;
        ModelState state(trace.header);
        for (std::size_t i = 0; i < trace.facts.size(); ++i) {
            state.apply(trace.facts[i]);
            // A transition is several facts; the invariants hold after the last of them.
            const bool more = i + 1 < trace.facts.size() && hidden(trace.facts[i + 1]) &&
                              trace.facts[i + 1].kind != FactKind::off_cpu;
            const auto broken = more ? std::nullopt : state.model().broken_invariant();
            CHECK_MESSAGE(!broken, broken.value_or(""));
        }
        CHECK(state.refused() == 0);
    }
}

TEST_CASE("tokens are conserved: every thread and packet is in exactly one place") {
    for (const auto& file : test::files("scenarios", ".toml")) {
        const auto scenario = parse_scenario(test::read(file), file.filename().string());
        REQUIRE(scenario);
        const Lane lane(simulate(*scenario).trace);
        for (std::size_t n = 0; n <= lane.steps(); ++n) {
            const Stage stage = lane.stage_at(n);
            std::size_t threads = stage.outside.size() + stage.ended.size() + stage.not_started;
            for (const StagePort& port : stage.ports) {
                threads += port.waiting.size() + port.released.size() + port.paused.size() +
                           port.in_call.size();
                CHECK(port.inserted == port.queue_length + port.delivered + port.discarded);
            }
            CHECK(threads == scenario->thread_count());
        }
    }
}

TEST_CASE("a million queued packets do not make kept copies expensive") {
    const Trace trace = simulate(burst(1'000'000)).trace;
    REQUIRE(trace.facts.size() > 2'000'000);
    const Lane lane{Trace(trace)};
    CHECK(lane.stage_at(lane.steps()).ports[0].queue_length == 1'000'000);
    CHECK(lane.stage_at(lane.steps() / 2).ports[0].queue_length == 500'000);
    CHECK(lane.stage_at(1).ports[0].queue_length == 0);
    CHECK(lane.stage_at(lane.steps()).ports[0].queue.size() == kStageQueueShown);
}

TEST_CASE("an empty trace and a time beyond the end have a stage") {
    const Lane empty{Trace{}};
    CHECK(empty.steps() == 0);
    CHECK(empty.stage_at(5).ports.empty());
    const Lane lane(simulate(burst(3)).trace);
    CHECK(lane.step_at_time(1'000'000'000) == lane.steps());
    CHECK(lane.step_at_time(-1) == 0);
}
