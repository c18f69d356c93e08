// Gated runs on our Linux port: real threads that do one step at a time. After each step they must
// stand where the port model stands that does the same step.
#include <doctest/doctest.h>

#include "real/gateable.hpp"
#include "real/port_linux.hpp"
#include "real/recordable.hpp"
#include "real/recorder_protocol.hpp"
#include "real/schedule_recorder.hpp"
#include "real/step_source.hpp"
#include "sim/scenario.hpp"
#include "tests/files.hpp"
#include "tests/gated_shadow.hpp"
#include "tests/notebook.hpp"

namespace {

sim::Scenario parsed(std::string_view text) {
    auto scenario = sim::parse_scenario(text, "x.toml");
    REQUIRE_MESSAGE(scenario.has_value(), sim::render(scenario.error()));
    return *scenario;
}

constexpr std::string_view kHead =
    "format = 1\ntitle = \"t\"\nteaches = \"t\"\nrules = []\nport = [{name = \"P\", concurrency = "
    "1}]\n";

sim::Scenario with(std::string_view rest) {
    return parsed(std::string(kHead) + std::string(rest));
}

real::RecorderResult perform(const sim::Scenario& scenario, test::Shadow& shadow) {
    const auto ports = real::make_linux_ports();
    const auto result = real::record(scenario, *ports, real::linux_backend(), shadow);
    CHECK(result.all_left);
    CHECK(shadow.complaints.empty());
    return result;
}

sim::Trace trace_of(const test::Shadow& shadow) {
    auto trace = sim::trace_from_ndjson(test::lines_of(shadow.text, true), "x.trace");
    REQUIRE_MESSAGE(trace.has_value(), sim::render(trace.error()));
    return *trace;
}

}  // namespace

TEST_CASE("every lesson that can be gated stands where the model stands, after each step") {
    std::size_t lessons = 0, steps = 0;
    std::vector<std::filesystem::path> files = test::files("scenarios", ".toml");
    for (const auto& file : test::files("tests/agreement", ".toml")) files.push_back(file);
    for (const auto& file : files) {
        CAPTURE(file.filename().string());
        const auto scenario = sim::parse_scenario(test::read(file), file.filename().string());
        REQUIRE(scenario);
        if (!real::unrecordable(*scenario, real::linux_backend()).empty()) continue;
        if (!real::ungateable(*scenario).empty()) continue;
        test::Shadow shadow;
        CHECK(perform(*scenario, shadow).outcome == sim::Outcome::complete);
        for (const std::string& difference : shadow.differences) FAIL_CHECK(difference);
        ++lessons;
        steps += shadow.steps;
    }
    CHECK(lessons >= 18);
    CHECK(steps >= 400);
}

TEST_CASE("a model that wakes the oldest thread does not stand where real threads stand") {
    sim::Policies fifo;
    fifo.wake = sim::Wake::fifo;
    test::Shadow shadow(fifo);
    perform(parsed(test::read(test::source_dir() / "scenarios/lifo-wake.toml")), shadow);
    CHECK_FALSE(shadow.differences.empty());
}

TEST_CASE("a thread that runs keeps its slot while nobody says go on; one that sleeps has none") {
    const std::string_view script =
        "thread = [{name = \"T\", script = [{poll = \"P\"}, {cpu = \"1 ms\"}, {block = \"3 s\"}, "
        "{exit = true}]}]\n";
    test::Shadow shadow;
    perform(with(script), shadow);
    CHECK(shadow.differences.empty());
    CHECK(shadow.text.find("> T: cpu 1 ms\n    T computes for 1 ms\n"
                           "    state: P{queued=0 active=1/1 waiters=0} T=run\n") !=
          std::string::npos);
    CHECK(shadow.text.find("state: P{queued=0 active=0/1 waiters=0} T=slp\n    next: T: sleep "
                           "ends\n") != std::string::npos);
    // Nobody slept for three seconds: it ended when it was its turn.
    CHECK(trace_of(shadow).facts.back().t1 < 2'000'000'000);
}

TEST_CASE("durations order the steps, whatever the real threads take") {
    const std::string_view scenario =
        "thread = [{name = \"slow\", script = [{cpu = \"5 ms\"}, {post = \"P\", key = 5}]},\n"
        "{name = \"fast\", script = [{cpu = \"3 ms\"}, {post = \"P\", key = 3}]}]\n"
        "post = [{at = \"4 ms\", key = 4}]\n";
    test::Shadow shadow;
    perform(with(scenario), shadow);
    std::vector<sim::Key> keys;
    for (const sim::Fact& fact : trace_of(shadow).facts)
        if (fact.kind == sim::FactKind::posted) keys.push_back(fact.key);
    CHECK(keys == std::vector<sim::Key>{3, 4, 5});
}

TEST_CASE("the trace of a gated run names the gate, and loads when the run was stopped") {
    test::Shadow shadow;
    shadow.stop_after = 3;
    const auto result =
        perform(parsed(test::read(test::source_dir() / "scenarios/lifo-wake.toml")), shadow);
    CHECK(result.outcome == sim::Outcome::stopped);
    CHECK(shadow.steps == 3);
    const sim::Trace trace = trace_of(shadow);
    CHECK(sim::is_gated(trace.header));
    CHECK(trace.header.lane == "Our Linux port, not Windows, gated");
    CHECK(trace.facts.back().outcome == sim::Outcome::stopped);
}

TEST_CASE("a posted packet for every step of a thousand at once is none too many") {
    test::Shadow shadow;
    perform(with("thread = [{name = \"T\", when = \"settled\", script = [{post = \"P\", count = "
                 "1000}, {exit = true}]}]\npost = [{when = \"settled\", count = 1000}]\n"),
            shadow);
    CHECK(shadow.differences.empty());
    CHECK(trace_of(shadow).facts.back().amount == 0);
}

TEST_CASE("what cannot wait cannot be gated, and the sentence says what it is") {
    const auto refusal = [](std::string_view rest) { return real::ungateable(with(rest)); };
    CHECK(refusal("thread = [{name = \"T\"}]\n").empty());
    CHECK(refusal("thread = [{name = \"T\", timeout = \"5 ms\"}]\n").find("a time-out") !=
          std::string::npos);
    CHECK(refusal("thread = [{name = \"T\", script = [{wait = \"e\", timeout = \"1 s\"}]}]\n"
                  "set = [{event = \"e\"}]\n")
              .find("a time-out") != std::string::npos);
    CHECK(refusal("thread = [{name = \"T\"}]\nhandle = [{name = \"f\", kind = \"file\", port = "
                  "\"P\"}]\n")
              .find("handles") != std::string::npos);
}

TEST_CASE("a gated schedule is stepped command by command") {
    const auto schedule =
        sim::parse_schedule("port A 1\nthreads 2\n# both\nget T1 A;  get T2 A\npost A 7\n", "x");
    REQUIRE(schedule);
    class Host final : public real::RecorderHost {
    public:
        void write(std::string_view lines) override {
            for (std::size_t end; (end = lines.find('\n')) != std::string_view::npos;) {
                if (!lines.starts_with('{') && !lines.starts_with("    next: "))
                    transcript += std::string(lines.substr(0, end)) + "\n";
                lines.remove_prefix(end + 1);
            }
        }
        [[nodiscard]] bool stop_requested() const override { return false; }
        void complain(std::string_view) override {}
        [[nodiscard]] std::optional<bool> asleep(const std::vector<std::string>&) override {
            return std::nullopt;
        }
        [[nodiscard]] bool gated() const override { return true; }
        [[nodiscard]] bool next_step() override { return ++steps <= 4; }

        std::string transcript;
        int steps = 0;
    } host;
    const auto ports = real::make_linux_ports();
    const auto result = real::record_schedule(*schedule, *ports, real::linux_backend(), host);
    CHECK(result.outcome == sim::Outcome::stopped);
    CHECK(host.transcript ==
          "> port A 1\n    state: A{queued=0 active=0/1 waiters=0}\n"
          "> threads 2\n    state: A{queued=0 active=0/1 waiters=0} T1=run T2=run\n"
          "# both\n"
          "> get T1 A\n    state: A{queued=0 active=0/1 waiters=1} T1=get(A) T2=run\n"
          "> get T2 A\n    state: A{queued=0 active=0/1 waiters=2} T1=get(A) T2=get(A)\n");
}

TEST_CASE("steps are allowed by one thread and taken by another, and a stop ends the wait") {
    real::StepSource steps;
    std::atomic<bool> stop{false};
    real::Thread listener;
    REQUIRE(listener.start("listener", [&] {
        for (int i = 0; i < 100; ++i) steps.allow(1);
    }));
    for (int i = 0; i < 100; ++i) REQUIRE(steps.take(stop));
    listener.join();
    REQUIRE(listener.start("stopper", [&] { stop = true; }));
    CHECK_FALSE(steps.take(stop));
    listener.join();
    stop = false;
    steps.allow_all();
    for (int i = 0; i < 1000; ++i) REQUIRE(steps.take(stop));
}

TEST_CASE("what parent and child say about steps survives the way") {
    CHECK(real::steps_from_line("next 7") == 7);
    for (const char* bad : {"next", "next ", "next x", "next 5000000000", "nextt 1", "next 1 "})
        CHECK_FALSE(real::steps_from_line(bad));
    CHECK(real::next_line(3) == "next 3\n");
    CHECK(real::announcement("T1: get P") == "    next: T1: get P\n");
    CHECK(real::announced_step("    next: T1: get P") == "T1: get P");
    CHECK_FALSE(real::announced_step("    state: next: "));
}
