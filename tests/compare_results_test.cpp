// What `compare` says of results: how packets ended, what calls returned.
#include <doctest/doctest.h>

#include <algorithm>

#include "sim/compare.hpp"
#include "sim/simulator.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

constexpr std::string_view kReads = R"(
format = 1
title = "Reads"
[[port]]
name = "P"
concurrency = 1
[[handle]]
name = "file"
port = "P"
[[thread]]
name = "T"
when = "settled"
[[thread]]
name = "user"
when = "settled"
script = [{read = "file", immediate = true}, {cancel = "file"}, {close = "file"}, {exit = true}]
[[close]]
when = "settled"
)";

Scenario parse(std::string_view text, std::string_view origin) {
    const auto scenario = parse_scenario(text, std::string(origin));
    REQUIRE_MESSAGE(scenario.has_value(), render(scenario.error()));
    return *scenario;
}

// The first fact of this kind, with `change` applied to it.
template <class Change>
Trace with(Trace trace, FactKind kind, const Change& change) {
    std::vector<Fact> facts = trace.facts.all();
    const auto found =
        std::find_if(facts.begin(), facts.end(), [&](const Fact& f) { return f.kind == kind; });
    REQUIRE(found != facts.end());
    change(*found);
    trace.facts = facts;
    return trace;
}

struct Reads {
    Trace model = simulate(parse(kReads, "reads.toml")).trace;
    Trace again = observable(model);
};

}  // namespace

TEST_CASE_FIXTURE(Reads, "a run agrees with itself") {
    const Comparison same = compare(model, again);
    CHECK(same.agreement == Agreement::agree);
    CHECK(same.results.empty());
}

TEST_CASE_FIXTURE(Reads, "a packet that ends with another error is a difference") {
    const auto failed = with(again, FactKind::get_returned,
                             [](Fact& fact) { fact.error = Win32Error::handle_eof; });
    const Comparison found = compare(model, failed);
    CHECK(found.agreement == Agreement::differ);
    CHECK(found.reason ==
          "the same packets go to the same threads, but packet 1 tells of success in the first "
          "run, but of ERROR_HANDLE_EOF (38) in the second run");
}

TEST_CASE_FIXTURE(Reads, "a call that starts an operation and fails is a difference") {
    const auto failed = with(again, FactKind::io_returned,
                             [](Fact& fact) { fact.error = Win32Error::invalid_parameter; });
    const Comparison found = compare(model, failed);
    CHECK(found.agreement == Agreement::differ);
    REQUIRE(found.results.size() == 2);
    CHECK(found.results[0] ==
          "ReadFile on file begins once in the first run and never in the second run");
    CHECK(
        found.results[1] ==
        "ReadFile on file returns ERROR_INVALID_PARAMETER (87) never in the first run and once in "
        "the second run");
}

TEST_CASE_FIXTURE(Reads, "at once or pending is no difference (N-NOTIFY-7)") {
    const auto pending =
        with(again, FactKind::io_returned, [](Fact& fact) { fact.error = Win32Error::io_pending; });
    CHECK(compare(model, pending).agreement == Agreement::agree);
}

TEST_CASE_FIXTURE(Reads, "what every other call on a handle returns is compared") {
    for (const FactKind kind : {FactKind::opened, FactKind::bound, FactKind::cancel_asked,
                                FactKind::handle_closed, FactKind::port_closed}) {
        CAPTURE(static_cast<int>(kind));
        const auto failed =
            with(again, kind, [](Fact& fact) { fact.error = Win32Error::access_denied; });
        const Comparison found = compare(model, failed);
        CHECK(found.agreement == Agreement::differ);
        CHECK(found.results.size() == 2);
    }
}

TEST_CASE_FIXTURE(Reads, "results that differ are told of a run that decides nothing, too") {
    Trace measured = with(again, FactKind::cancel_asked,
                          [](Fact& fact) { fact.error = Win32Error::access_denied; });
    measured.header.backend = "linux";
    measured.header.lane = "Our Linux port, not Windows";
    const Comparison found = compare(model, measured);
    CHECK(found.agreement == Agreement::undecided);
    CHECK(found.results.size() == 2);
}
