// Schedules: the 38 transcripts of an NT-architecture kernel in the model, and the grammar.
#include "sim/schedule.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "sim/lane_state.hpp"
#include "sim/trace_io.hpp"
#include "tests/files.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

Policies nt52() {
    Policies policies;
    policies.self_insert = SelfInsert::nt52;
    policies.close = Close::keep;
    return policies;
}

std::string first_code(std::string_view text) {
    const auto schedule = parse_schedule(text, "x.schedule");
    return schedule ? "" : schedule.error().front().code;
}

}  // namespace

TEST_CASE("each schedule measured on an NT-architecture kernel comes out line by line") {
    const auto files = test::files("tests/recorded/nt-kernel-schedules", ".txt");
    CHECK(files.size() == 38);
    for (const auto& file : files) {
        const std::string text = test::read(file);
        const auto schedule = parse_schedule(text, file.filename().string());
        REQUIRE(schedule);
        const ScheduleRun run = run_schedule(*schedule, nt52(), 1);
        INFO(run.first_difference);
        CHECK(run.first_difference.empty());
        CHECK(run.transcript == text);
    }
}

TEST_CASE(
    "the commands alone give the same transcripts, but for two gets that may run in any order") {
    std::size_t other = 0;
    for (const auto& file : test::files("tests/recorded/nt-kernel-schedules", ".txt")) {
        const std::string text = test::read(file);
        std::istringstream lines(text);
        std::string bare, line;
        while (std::getline(lines, line)) {
            if (line.starts_with("> ")) bare += line.substr(2) + "\n";
            if (line.starts_with("#")) bare += line + "\n";
        }
        const auto schedule = parse_schedule(bare, "bare");
        REQUIRE(schedule);
        if (run_schedule(*schedule, nt52(), 1).transcript != text) ++other;
    }
    CHECK(other == 1);  // k8: `get T1 A; get T2 A` ran in reverse
}

TEST_CASE("a transcript that is not kept names the first line that differs") {
    const std::string text =
        "> port A 1\n    state: A{queued=0 active=0/1 waiters=0}\n"
        "> threads 1\n    state: A{queued=0 active=0/1 waiters=0} T1=run\n"
        "> post A 7\n    state: A{queued=2 active=0/1 waiters=0} T1=run\n";
    const auto schedule = parse_schedule(text, "t.txt");
    REQUIRE(schedule);
    const ScheduleRun run = run_schedule(*schedule, {}, 1);
    CHECK(run.first_difference.find("t.txt:5") != std::string::npos);
    CHECK(run.first_difference.find("queued=1") != std::string::npos);
}

TEST_CASE("a schedule's trace replays and survives a file") {
    for (const auto& file : test::files("tests/recorded/nt-kernel-schedules", ".txt")) {
        const auto schedule = parse_schedule(test::read(file), file.filename().string());
        REQUIRE(schedule);
        const Trace trace = run_schedule(*schedule, nt52(), 1).trace;
        ModelState state(trace.header);
        for (const Fact& fact : trace.facts) state.apply(fact);
        CHECK(state.refused() == 0);
        const auto again = trace_from_ndjson(to_ndjson(trace), "again");
        REQUIRE(again);
        CHECK(again->facts.size() == trace.facts.size());
        CHECK(to_ndjson(*again) == to_ndjson(trace));
    }
}

TEST_CASE("errors of a schedule name their place and what to write") {
    CHECK(first_code("") == "C001");
    CHECK(first_code("port A 1\nthreads 1\ngte T1 A\n") == "C004");
    CHECK(first_code("port A\n") == "C005");
    CHECK(first_code("port A 1 2\n") == "C006");
    CHECK(first_code("port a 1\n") == "C007");
    CHECK(first_code("threads 1\nblock T33\n") == "C008");
    CHECK(first_code("threads 33\n") == "C009");
    CHECK(first_code("nap -1\n") == "C009");
    CHECK(first_code("port A 1\nport A 1\n") == "C010");
    CHECK(first_code("post A 1\n") == "C011");
    CHECK(first_code("> port A 1\nstate: x\n") == "C003");
    const auto schedule = parse_schedule("port A 1\nthreads 1\nblokc T1\n", "x.schedule");
    REQUIRE_FALSE(schedule);
    CHECK(schedule.error().front().help == "did you mean `block`?");
    CHECK(schedule.error().front().line == 3);
}

TEST_CASE("with the documented policies closing wakes the waiters") {
    const auto schedule = parse_schedule("port A 1\nthreads 1\nget T1 A\nclose A\n", "x.schedule");
    REQUIRE(schedule);
    const ScheduleRun run = run_schedule(*schedule, {}, 1);
    CHECK(run.transcript.find("T1: get(A) -> failed, error 735") != std::string::npos);
}

TEST_CASE("a waiter that is suspended while its port closes says so when it is resumed") {
    const auto schedule = parse_schedule(
        "port A 1\nthreads 1\nget T1 A\nsuspend T1\nclose A\nresume T1\n", "x.schedule");
    REQUIRE(schedule);
    const std::string transcript = run_schedule(*schedule, {}, 1).transcript;
    CHECK(transcript.find("> resume T1\n    T1: get(A) -> failed, error 735") != std::string::npos);
}
