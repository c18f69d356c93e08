// Schedules on our Linux port: each of the 38 that were measured on an NT-architecture kernel, with
// real threads, against the model under its default policies.
#include <doctest/doctest.h>

#include "real/blocking.hpp"
#include "real/port_linux.hpp"
#include "real/schedule_recorder.hpp"
#include "sim/trace_io.hpp"
#include "tests/files.hpp"
#include "tests/notebook.hpp"

using test::Notebook;

namespace {

sim::Schedule parsed(std::string_view text) {
    const auto schedule = sim::parse_schedule(text, "x.schedule");
    REQUIRE(schedule);
    return *schedule;
}

std::string perform(const sim::Schedule& schedule, Notebook& notebook,
                    sim::Blocking blocking = sim::Blocking::announced) {
    const auto ports = real::make_linux_ports(blocking);
    const auto result = real::record_schedule(schedule, *ports, real::linux_backend(), notebook);
    CHECK(result.all_left);
    CHECK(notebook.complaints.empty());
    return notebook.transcript();
}

// A time-out that may have ended too late says nothing: then once more.
std::string perform_in_time(const sim::Schedule& schedule,
                            sim::Blocking blocking = sim::Blocking::announced) {
    for (int attempt = 0;; ++attempt) {
        Notebook notebook;
        std::string transcript = perform(schedule, notebook, blocking);
        if (transcript.find(real::kLatePrefix) == std::string::npos || attempt == 50)
            return transcript;
    }
}

std::string difference_from_model(const std::string& transcript, sim::Policies policies = {}) {
    return sim::run_schedule(parsed(transcript), policies, 2).first_difference;
}

void agree_on_all(sim::Blocking blocking) {
    const auto files = test::files("tests/recorded/nt-kernel-schedules", ".txt");
    CHECK(files.size() == 38);
    for (const auto& file : files) {
        CAPTURE(file.filename().string());
        const sim::Schedule schedule = parsed(test::read(file));
        const std::string transcript = perform_in_time(schedule, blocking);
        CHECK(parsed(transcript).lines.size() == schedule.lines.size());
        CHECK(difference_from_model(transcript) == "");
    }
}

}  // namespace

TEST_CASE("our Linux port and the model agree on all 38 schedules, line by line") {
    agree_on_all(sim::Blocking::announced);
}

TEST_CASE("so they do when the kernel tells who blocks, though nobody announces it") {
    if (const std::string why = real::blocking_obstacles(32).observed; !why.empty()) {
        MESSAGE("SKIPPED: " << why);
        return;
    }
    agree_on_all(sim::Blocking::observed);
}

TEST_CASE("and when /proc tells it") {
    agree_on_all(sim::Blocking::sampled);
}

TEST_CASE("a wait that was seen from outside stands in the trace once, with its reason") {
    for (const auto blocking : {sim::Blocking::announced, sim::Blocking::sampled}) {
        Notebook notebook;
        perform(parsed("port A 1\nthreads 1\nget T1 A 0\nblock T1\nunblock T1\n"), notebook,
                blocking);
        const auto trace = sim::trace_from_ndjson(notebook.trace(), "x.trace");
        REQUIRE(trace);
        int began = 0, ended = 0;
        for (const sim::Fact& fact : trace->facts) {
            began += fact.kind == sim::FactKind::block_began ? 1 : 0;
            ended += fact.kind == sim::FactKind::block_ended ? 1 : 0;
            if (fact.kind != sim::FactKind::block_began) continue;
            CHECK(fact.reason == sim::Reason::event);
            CHECK(fact.t0 <= fact.t1);
        }
        CHECK(began == 1);
        CHECK(ended == 1);
    }
}

TEST_CASE("a comparison can fail: with other policies the model does something else") {
    const std::string transcript =
        perform_in_time(parsed("port A 1\nthreads 2\nget T1 A\nget T2 A\npost A 1\nclose A\n"));
    CHECK(difference_from_model(transcript) == "");
    sim::Policies fifo;
    fifo.wake = sim::Wake::fifo;
    CHECK(difference_from_model(transcript, fifo).find("x.schedule:") != std::string::npos);
}

TEST_CASE("a number that could not be seen agrees with every number, and nothing else does") {
    const std::string seen = "> port A 1\n    state: A{queued=? active=?/1 waiters=0}\n";
    CHECK(difference_from_model(seen) == "");
    CHECK(difference_from_model("> port A 1\n    state: A{queued=? active=?/1 waiters=1}\n") != "");
}

TEST_CASE("the trace of a schedule on a real port loads, names the gate, and ends") {
    Notebook notebook;
    perform(parsed("port A 0\nthreads 2\nget T1 A\npost A 1\nsuspend T1\nresume T1\nexit T1\n"),
            notebook);
    const auto trace = sim::trace_from_ndjson(notebook.trace(), "x.trace");
    REQUIRE(trace);
    CHECK(trace->header.lane == "Our Linux port, not Windows, gated");
    CHECK(trace->header.concurrency[0] == trace->header.processors);
    CHECK(trace->facts.back().kind == sim::FactKind::ended);
    CHECK(trace->facts.back().outcome == sim::Outcome::complete);
}

TEST_CASE("a schedule that is told to stop ends at once and leaves what there is") {
    Notebook notebook;
    notebook.stop = true;
    CHECK(perform(parsed("port A 1\nthreads 2\n"), notebook).empty());
    const auto trace = sim::trace_from_ndjson(notebook.trace(), "x.trace");
    REQUIRE(trace);
    CHECK(trace->facts.back().outcome == sim::Outcome::stopped);
}
