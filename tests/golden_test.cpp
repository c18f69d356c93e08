// Golden traces: every scenario, simulated, as text. UPDATE_GOLDEN=1 writes them anew.
#include <doctest/doctest.h>

#include "sim/explain.hpp"
#include "sim/simulator.hpp"
#include "sim/trace_io.hpp"
#include "tests/files.hpp"

using namespace sim;  // NOLINT: a test of one namespace

TEST_CASE("every scenario gives its golden trace, twice the same, and meets its expectations") {
    for (const auto& file : test::files("scenarios", ".toml")) {
        const auto scenario = parse_scenario(test::read(file), file.filename().string());
        REQUIRE_MESSAGE(scenario, render(scenario.error()));
        const Simulation run = simulate(*scenario);
        const std::string text = to_ndjson(run.trace);
        CHECK(to_ndjson(simulate(*scenario).trace) == text);
        const auto golden = test::source_dir() / "tests/golden" / (file.stem().string() + ".trace");
        const std::string difference = test::differs_from_golden(golden, text);
        CHECK_MESSAGE(difference.empty(), difference);
        for (const std::string& unmet : unmet_expectations(*scenario, run))
            FAIL_CHECK(file.filename().string() << ": " << unmet);
    }
}

TEST_CASE("every golden trace reads back as it was written") {
    for (const auto& file : test::files("tests/golden", ".trace")) {
        const std::string text = test::read(file);
        const auto trace = trace_from_ndjson(text, file.string());
        REQUIRE_MESSAGE(trace, render(trace.error()));
        CHECK_FALSE(trace->truncated);
        CHECK(to_ndjson(*trace) == text);
    }
}

TEST_CASE("every fact of every scenario has a sentence without a hole in it") {
    for (const auto& file : test::files("tests/golden", ".trace")) {
        const auto trace = trace_from_ndjson(test::read(file), file.string());
        REQUIRE(trace);
        for (const Fact& fact : trace->facts) {
            const std::string text = sentence(trace->header, fact);
            CHECK(text.size() > 5);
            CHECK(text.size() <= 160);
            CHECK(text.find_first_of("{}?") == std::string::npos);
            const Card card = explain(trace->header, fact);
            CHECK_FALSE(card.badge.empty());
            // What happens inside the port, except the bookkeeping of processors, has a rule.
            const bool bookkeeping =
                fact.kind == FactKind::on_cpu || fact.kind == FactKind::off_cpu;
            if (hidden(fact) && !bookkeeping) CHECK_FALSE(card.rule_id.empty());
        }
    }
}
