// Comparisons on a terminal: what is marked, what is missing, and that it fits into 80 columns.
#include "cli/comparison_text.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "cli/outcomes_text.hpp"
#include "cli/wrap.hpp"
#include "tests/hand_made.hpp"

using namespace sim;  // NOLINT: a test of one namespace
using hand_made::in_order;
using hand_made::Run;

namespace {

std::size_t widest(const std::string& text) {
    std::size_t most = 0;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) most = std::max(most, cli::columns_of(line));
    return most;
}

// The text with every run of blanks and line ends as one space.
std::string flat(const std::string& text) {
    std::istringstream in(text);
    std::string all;
    for (std::string word; in >> word;) all += (all.empty() ? "" : " ") + word;
    return all;
}

bool has(const std::string& text, std::string_view words) {
    INFO(text);
    return flat(text).find(words) != std::string::npos;
}

std::string compared(const Trace& left, const Trace& right, AlignBy by = AlignBy::packet) {
    return cli::comparison_text(left, right, compare(left, right), by);
}

Trace model_of(const Run& run) {
    Trace trace = run.trace();
    trace.header.backend = trace.header.lane = "model";
    return trace;
}

// So many packets to T1, except that one goes to T2.
Run packets(std::uint32_t count, std::uint32_t other = 0) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> list;
    for (std::uint32_t p = 1; p <= count; ++p) list.emplace_back(p, p == other ? 1 : 0);
    return in_order(list, 2);
}

}  // namespace

TEST_CASE("text is broken between words, and counted in characters") {
    CHECK(cli::wrapped("one two three", 2, 0, 7) == "one two\n  three\n");
    CHECK(cli::wrapped("one two", 2, 4, 7) == "one\n  two\n");
    CHECK(cli::wrapped("unbreakable", 2, 0, 5) == "unbreakable\n");
    CHECK(cli::wrapped("", 2, 0, 5) == "\n");
    CHECK(cli::columns_of("◆ … ü") == 5);
    CHECK(cli::padded("◆", 3) == "◆  ");
    CHECK(cli::padded("long", 3) == "long");
}

TEST_CASE("the first difference has a shape of its own, the others another") {
    const std::string text =
        compared(model_of(packets(4)), in_order({{1, 0}, {2, 1}, {3, 1}}, 2).trace());
    CHECK(has(text,
              "1 T1 T1 2 T1 T2 ◆ other thread 3 T1 T2 ◇ other thread 4 T1 - ◇ only in one run"));
}

TEST_CASE("a difference far down a long table is shown") {
    const std::string text = compared(model_of(packets(200)), packets(200, 150).trace());
    CHECK(has(text, "150 T1 T2 ◆ other thread"));
    CHECK(has(text, "60 T1 T1 … 87 rows that do not differ 148 T1 T1"));
    CHECK(has(text, "157 T1 T1 … and 43 more rows"));
    CHECK_FALSE(has(compared(model_of(packets(60)), packets(60).trace()), "more rows"));
}

TEST_CASE("what a run does not tell is missing, not 0") {
    Run measured = packets(2);
    CHECK(has(compared(model_of(packets(2)), measured.trace()),
              "context switches not recorded not recorded"));
    measured.switched(0, 0, 0, 900'000);
    CHECK(has(compared(model_of(packets(2)), measured.trace()), "thread waited not recorded 0"));
    const Run silent = Run(2).called(0, 1);
    const std::string text = compared(model_of(packets(2)), silent.trace());
    CHECK(has(text, "half within 1.009 us none came"));
    CHECK(has(text, "T1 2 (100 %) 0"));
    CHECK_FALSE(has(text, "Order:"));  // no packet is in both
}

TEST_CASE("a lower bound says so, with the excess that it proves") {
    Run two(2);
    two.called(0, 1).called(1, 2).returned(0, 1, 10).returned(1, 2, 20);
    CHECK(has(compared(two.trace(), two.trace()), "at P, limit 1 at least 2, 1 over"));
}

TEST_CASE("the order is told with its distance, and as what it is: that of returns") {
    const Trace left = in_order({{1, 0}, {2, 0}, {3, 0}}, 1).trace();
    const Trace right = in_order({{3, 0}, {1, 0}, {2, 0}}, 1).trace();
    CHECK(has(compared(left, left), "all 3 packets come in the same order; a measured run shows"));
    CHECK(has(compared(left, right), "2 of 3 pairs of packets the other way round: distance 0.67"));
    CHECK(has(compared(left, right), "the dispatches of 2 of these pairs"));
    CHECK(has(compared(left, right, AlignBy::dispatch),
              "◆ First difference: dispatch 1 is packet 1 to T1 in the first run"));
}

TEST_CASE("two measured runs that agree prove nothing about Windows") {
    const Trace run = packets(3).trace();
    const std::string text = compared(run, run);
    CHECK(has(text, "Two runs on our Linux port agree. No evidence about Windows."));
    CHECK(has(text, "Both runs: Our Linux port, not Windows"));
}

TEST_CASE("everything fits into 80 columns, however long the names of the lanes are") {
    Run left = packets(3), right = packets(3, 2);
    left.header.lane = "Windows kernel, build 26100, that computer, of the third series";
    right.header.lane = "Recording: Windows kernel, build 19045, another computer";
    for (const AlignBy by : {AlignBy::packet, AlignBy::dispatch, AlignBy::time})
        CHECK(widest(compared(left.trace(), right.trace(), by)) <= cli::kColumns);
}

TEST_CASE("many runs: who got a packet in how many, and each outcome with its file") {
    cli::RunsSummary summary;
    const Trace model = model_of(packets(3));
    summary.header = packets(3).trace().header;
    for (int i = 0; i < 20; ++i) {
        const Comparison run = compare(model, packets(3, i % 10 == 3 ? 2 : 0).trace());
        const auto outcome = summary.tally.add(run);
        if (outcome && *outcome > summary.traces.size())
            summary.traces.push_back("runs/outcome-00" + std::to_string(*outcome) + ".trace");
        summary.reasons.push_back({run.agreement, run.reason, 1});
    }
    const std::string text = cli::runs_text(summary);
    CHECK(has(text, "1 T1 T1 in 20 2 T1 T1 in 18, T2 in 2 ◇ 3 T1 T1 in 20"));
    CHECK(has(text, "2 different outcomes"));
    CHECK(has(text, "in 18 of 20 runs, run 1 first: as in the model runs/outcome-001.trace"));
    CHECK(has(text,
              "in 2 of 20 runs, run 4 first: packet 2 to T2 instead of T1 "
              "runs/outcome-002.trace"));
    CHECK(has(text, "18 agree, 2 differ, 0 not decided"));
    CHECK(widest(text) <= cli::kColumns);
}

TEST_CASE("when no run is whole there is no outcome") {
    cli::RunsSummary summary;
    Trace cut = packets(3).trace();
    cut.truncated = true;
    const Comparison run = compare(model_of(packets(3)), cut);
    summary.tally.add(run);
    summary.reasons.push_back({run.agreement, run.reason, 1});
    CHECK(has(cli::runs_text(summary), "No run is whole"));
    CHECK(has(cli::runs_text(summary), "1 of 1 runs undecided"));
}
