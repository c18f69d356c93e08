// The scenarios of tests/agreement, carried out by real threads on our Linux port: each thread's
// own view of the run, its calls, waits and steps with what they returned, is the one that the
// model writes, in the same order. `compare` looks at packets and results only.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "real/backends.hpp"
#include "real/port_linux.hpp"
#include "real/recordable.hpp"
#include "real/recorder.hpp"
#include "sim/compare.hpp"
#include "sim/scenario.hpp"
#include "sim/simulator.hpp"
#include "sim/trace_io.hpp"
#include "tests/files.hpp"
#include "tests/notebook.hpp"

namespace fs = std::filesystem;
using sim::Fact;
using sim::FactKind;

namespace {

sim::Trace measured(const sim::Scenario& scenario) {
    test::Notebook host;
    const auto ports = real::make_linux_ports();
    const auto result = real::record(scenario, *ports, real::linux_backend(), host);
    CHECK(result.all_left);
    CHECK(result.outcome == sim::Outcome::complete);
    auto trace = sim::trace_from_ndjson(host.text, scenario.origin);
    REQUIRE_MESSAGE(trace.has_value(), sim::render(trace.error()));
    return *trace;
}

// What of a fact does not depend on the clock. A depth that a worker reads is evidence, and here
// for certain as well; those that the recorder adds are main's.
bool told(const Fact& fact, sim::ThreadId thread) {
    if (fact.thread != thread || fact.kind == FactKind::apc_queued) return false;
    const sim::FactClass kind = sim::info(fact.kind).fact_class;
    return kind == sim::FactClass::stimulus || kind == sim::FactClass::call ||
           (fact.kind == FactKind::depth && thread != sim::ThreadId::none);
}

std::string line_of(const Fact& fact, const sim::TraceHeader& header) {
    Fact timeless = fact;
    timeless.rule = sim::Rule::none;
    timeless.t0 = timeless.t1 = 0;
    std::string line;
    sim::append_line(line, header, timeless, 1);
    return line;
}

std::string story_of(const sim::Trace& trace, sim::ThreadId thread) {
    std::string story;
    for (const Fact& fact : trace.facts)
        if (told(fact, thread)) story += line_of(fact, trace.header);
    return story;
}

// As a reader of its file has it.
sim::Trace simulated(const sim::Scenario& scenario) {
    auto trace =
        sim::trace_from_ndjson(sim::to_ndjson(sim::simulate(scenario).trace), scenario.origin);
    REQUIRE(trace.has_value());
    return *trace;
}

std::size_t count(const sim::Trace& trace, FactKind kind) {
    return static_cast<std::size_t>(std::count_if(trace.facts.begin(), trace.facts.end(),
                                                  [&](const Fact& f) { return f.kind == kind; }));
}

}  // namespace

TEST_CASE("real threads write what the model writes of their own steps") {
    const auto files = test::files("tests/agreement", ".toml");
    REQUIRE(files.size() >= 6);
    for (const fs::path& path : files) {
        CAPTURE(path.filename().string());
        const auto scenario = sim::parse_scenario(test::read(path), path.filename().string());
        REQUIRE_MESSAGE(scenario.has_value(), sim::render(scenario.error()));
        REQUIRE(real::unrecordable(*scenario, real::linux_backend()).empty());
        const sim::Trace model = simulated(*scenario);
        const sim::Trace real = measured(*scenario);
        CHECK(model.header.port_same_as == real.header.port_same_as);
        CHECK(model.header.locks == real.header.locks);
        CHECK(count(model, FactKind::apc_queued) == count(real, FactKind::apc_queued));
        for (std::size_t i = 0; i <= scenario->thread_count(); ++i) {
            // The last of them is main.
            const auto thread =
                i < scenario->thread_count() ? sim::make_id<sim::ThreadId>(i) : sim::ThreadId::none;
            CAPTURE(i);
            CHECK(story_of(model, thread) == story_of(real, thread));
        }
    }
}

// A worker that waits for an event leaves the posts alone, so every depth is certain.
TEST_CASE("the recorder writes the depth of every open port down, once for each") {
    const auto scenario = sim::parse_scenario(R"(
format = 1
[[port]]
name = "P"
concurrency = 1
[[port]]
name = "P2"
duplicate_of = "P"
[[port]]
name = "Q"
concurrency = 1
[[thread]]
name = "T"
script = [{wait = "go"}, {get = "P"}, {close = "P"}, {exit = true}]
[[post]]
port = "P"
count = 3
when = "settled"
[[post]]
port = "Q"
count = 2
when = "settled"
[[set]]
event = "go"
when = "settled"
)",
                                              "depths.toml");
    REQUIRE_MESSAGE(scenario.has_value(), sim::render(scenario.error()));
    const sim::Trace trace = measured(*scenario);
    std::string seen;
    for (const Fact& fact : trace.facts) {
        if (fact.kind == FactKind::settled) seen += "settled ";
        if (fact.kind != FactKind::depth) continue;
        CHECK(fact.thread == sim::ThreadId::none);
        CHECK(fact.t0 <= fact.t1);
        seen += std::string(sim::port_name(trace.header, fact.port)) + "=" +
                std::to_string(fact.number) + " ";
    }
    CHECK(seen ==
          "settled P=0 Q=0 P=1 P=2 P=3 settled P=3 Q=0 Q=1 Q=2 settled P=3 Q=2 settled P2=2 Q=2 ");
}

// Who gets a packet may depend on times in them, what it ends with does not.
TEST_CASE("packets and calls of the lessons about handles end as the model says") {
    for (const char* name : {"binding-handles", "cancel-and-close", "done-out-of-order",
                             "immediate-success", "skipped-packets"}) {
        CAPTURE(name);
        const auto file = test::source_dir() / "scenarios" / (std::string(name) + ".toml");
        const auto scenario = sim::parse_scenario(test::read(file), file.string());
        REQUIRE(scenario.has_value());
        const sim::Comparison found = sim::compare(simulated(*scenario), measured(*scenario));
        std::string different;
        for (const std::string& sentence : found.results) different += sentence + "\n";
        CHECK(different == "");
    }
}

TEST_CASE("a back end without GetQueuedCompletionStatusEx says so before the run") {
    const auto batches =
        sim::parse_scenario(test::read(test::source_dir() / "tests/agreement/batches.toml"), "b");
    REQUIRE(batches.has_value());
    real::Backend old = real::linux_backend();
    old.lacks = {real::kGetManyName};
    CHECK(real::unrecordable(*batches, old).find(real::kGetManyName) != std::string::npos);
    sim::Scenario full = *batches;
    full.ports.front().capacity = 3;
    CHECK(real::unrecordable(full, real::linux_backend()).find("takes only so many packets") !=
          std::string::npos);
}

TEST_CASE("a back end without real clients says so before the run") {
    const auto echo = sim::parse_scenario(
        test::read(test::source_dir() / "scenarios/echo-server.toml"), "echo-server.toml");
    REQUIRE(echo.has_value());
    CHECK(real::unrecordable(*echo, real::linux_backend()).empty());
    real::Backend other = real::linux_backend();
    other.name = "win32";
    CHECK(real::unrecordable(*echo, other).find("only our Linux port has real clients") !=
          std::string::npos);
}
