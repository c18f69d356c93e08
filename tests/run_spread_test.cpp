// What `--runs N` says about the spread of its runs: each row against runs whose numbers are known.
#include "cli/run_spread.hpp"

#include <doctest/doctest.h>

#include "cli/json.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

struct Numbers {
    Nanos end = 0;
    std::vector<std::uint32_t> takers{};  // of each packet
    std::vector<std::uint32_t> depths{};
    std::vector<Nanos> delays{};  // from block to release
    std::uint32_t voluntary = 0, involuntary = 0;
    bool counts_switches = true;
};

Trace trace_of(const Numbers& n) {
    Trace trace;
    trace.header.threads = {"T1", "T2", "T3"};
    trace.header.ports = {"P"};
    trace.header.blocking = Blocking::observed;
    const auto put = [&](Fact fact) { trace.facts.push_back(fact); };
    std::uint32_t packet = 0;
    for (const std::uint32_t taker : n.takers) {
        Fact fact{.kind = FactKind::get_returned};
        fact.thread = ThreadId{taker};
        fact.port = PortId{0};
        fact.packet = static_cast<PacketId>(++packet);
        put(fact);
    }
    for (const std::uint32_t depth : n.depths) {
        Fact fact{.kind = FactKind::depth};
        fact.port = PortId{0};
        fact.number = depth;
        put(fact);
    }
    for (const Nanos delay : n.delays) {
        Fact fact{.t0 = 10, .t1 = 10 + delay, .kind = FactKind::block_began};
        fact.thread = ThreadId{0};
        put(fact);
    }
    // Half of each thread, so that it is the sum that counts.
    for (std::uint32_t t = 0; n.counts_switches && t < 2; ++t) {
        Fact fact{.kind = FactKind::switches};
        fact.thread = ThreadId{t};
        fact.number = n.voluntary / 2;
        fact.amount = n.involuntary / 2;
        put(fact);
    }
    put({.t0 = n.end, .t1 = n.end, .kind = FactKind::ended, .outcome = Outcome::complete});
    return trace;
}

cli::RunSpread three_runs() {
    cli::RunSpread spread;
    spread.add(trace_of({.end = 3'000'000,
                         .takers = {0, 0, 0},
                         .depths = {0, 7, 1},
                         .delays = {100, 300, 200},
                         .voluntary = 10,
                         .involuntary = 2}));
    spread.add(trace_of({.end = 1'000'000,
                         .takers = {0, 1, 2, 1},
                         .depths = {2},
                         .voluntary = 40,
                         .involuntary = 0}));
    spread.add(trace_of({.end = 2'000'000, .takers = {2, 1}, .counts_switches = false}));
    return spread;
}

bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("one run has no spread") {
    cli::RunSpread spread;
    CHECK(spread.text().empty());
    spread.add(trace_of({.end = 5}));
    CHECK(spread.text().empty());
}

TEST_CASE("least, median and most of what was measured, and in how many runs") {
    const auto row = [](const char* words, const char* least, const char* median, const char* most,
                        const char* note) {
        const auto column = [](const std::string& text) {
            return "  " + std::string(9 - text.size(), ' ') + text;
        };
        const std::string name(words);
        return "  " + name + std::string(32 - name.size(), ' ') + column(least) + column(median) +
               column(most) + note + "\n";
    };
    CHECK(three_runs().text() ==
          row("over 3 runs", "least", "median", "most", "") +
              row("wall time", "1 ms", "2 ms", "3 ms", "") +
              row("packets taken", "2", "3", "4", "") +
              row("switches by waiting", "10", "10", "40", "  in 2 of 3") +
              row("switches by preemption", "0", "0", "2", "  in 2 of 3") +
              row("threads that got packets", "1", "2", "3", "") +
              row("largest depth seen", "2", "2", "7", "  in 2 of 3") +
              row("block to release, a run's median", "200 ns", "200 ns", "200 ns", "  in 1 of 3"));
}

TEST_CASE("the same as JSON; null for what nobody measured") {
    cli::Json json;
    three_runs().put(json);
    const std::string all = json.take();
    CHECK(has(all, "\"runs\": 3"));
    CHECK(has(all,
              "\"wall_time_ns\": {\n    \"count\": 3,\n    \"least\": 1000000,\n    \"median\": "
              "2000000,\n    \"most\": 3000000\n  }"));
    CHECK(has(all, "\"largest_depth_seen\": {\n    \"count\": 2,"));

    cli::RunSpread bare;
    bare.add(trace_of({.end = 1, .counts_switches = false}));
    cli::Json of_bare;
    bare.put(of_bare);
    const std::string none = of_bare.take();
    for (const char* key :
         {"voluntary_switches", "involuntary_switches", "largest_depth_seen", "block_delay_ns"})
        CHECK(has(none, ("\"" + std::string(key) + "\": null").c_str()));
    CHECK(has(none, "\"packets\": {\n    \"count\": 1,\n    \"least\": 0,"));
}
