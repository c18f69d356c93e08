// How fast traces are written, read and folded. Each benchmark times our code and its peer in turn,
// so that whatever else the machine does hits both; bench/README.md says how to read the numbers.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/simulator.hpp"
#include "sim/timeline.hpp"
#include "sim/trace_io.hpp"

namespace {

constexpr int kRepeats = 9;

// About ten facts for each packet: posts, queueing, switches, computing, and a third that block.
constexpr std::string_view kScenario = R"(format = 1
title = "Two workers at a time, 150,000 packets"
[machine]
processors = 2
[[port]]
name = "P"
concurrency = 2
[[thread]]
name = "worker"
count = 8
[[handler]]
steps = [{cpu = "30 us"}]
[[handler]]
key = 1
steps = [{cpu = "20 us"}, {block = "100 us"}]
[[post]]
count = 100_000
every = "25 us"
[[post]]
count = 50_000
every = "50 us"
key = 1
)";

[[noreturn]] void give_up(std::string_view why) {
    fmt::print(stderr, "trace_bench: {}\n", why);
    std::exit(1);
}

const sim::Trace& trace() {
    static const sim::Trace made = [] {
        const auto scenario = sim::parse_scenario(kScenario, "trace_bench.toml");
        if (!scenario) give_up(sim::render(scenario.error()));
        sim::Trace run = sim::simulate(*scenario).trace;
        if (run.facts.size() < 1'000'000) give_up("the trace is too short to be representative");
        return run;
    }();
    return made;
}

const std::string& text() {
    static const std::string made = sim::to_ndjson(trace());
    return made;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Times ours and the peer one after the other, and tells the medians: facts per second of both, and
// of the quotients of neighbours. Seconds are those of the processor: all of this is one thread
// that never waits, and what other programs take is not counted.
template <class Ours, class Peer, class Prepare>
void side_by_side(benchmark::State& state, Ours ours, Peer peer, Prepare prepare) {
    const auto seconds = [](auto& work) {
        const std::clock_t start = std::clock();
        work();
        return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    };
    const auto facts = static_cast<double>(trace().facts.size());
    std::vector<double> own, other, quotients;
    for (auto _ : state) {
        prepare();
        const double taken = seconds(ours);
        const double taken_by_peer = seconds(peer);
        state.SetIterationTime(taken);
        own.push_back(facts / taken);
        other.push_back(facts / taken_by_peer);
        quotients.push_back(taken_by_peer / taken);
    }
    state.counters["facts/s"] = median(own);
    state.counters["peer_facts/s"] = median(other);
    state.counters["of_peer"] = median(quotients);
}

template <class Ours, class Peer>
void side_by_side(benchmark::State& state, Ours ours, Peer peer) {
    side_by_side(state, ours, peer, [] {});
}

// -- writing --------------------------------------------------------------------------------------

// The same lines as anybody would print them. Names of this trace need no escapes.
void print_value(std::string& out, sim::Field field, const sim::Fact& fact) {
    const sim::TraceHeader& header = trace().header;
    const auto to = std::back_inserter(out);
    switch (field) {
        case sim::Field::port: fmt::format_to(to, "\"{}\"", port_name(header, fact.port)); return;
        case sim::Field::thread:
            fmt::format_to(to, "\"{}\"", thread_name(header, fact.thread));
            return;
        case sim::Field::packet: fmt::format_to(to, "{}", index(fact.packet)); return;
        case sim::Field::key:
        case sim::Field::echoed: fmt::format_to(to, "{}", fact.key); return;
        case sim::Field::bytes:
        case sim::Field::wrong: fmt::format_to(to, "{}", fact.bytes); return;
        case sim::Field::error: fmt::format_to(to, "\"{}\"", name(fact.error)); return;
        case sim::Field::reason: fmt::format_to(to, "\"{}\"", name(fact.reason)); return;
        case sim::Field::outcome: fmt::format_to(to, "\"{}\"", name(fact.outcome)); return;
        case sim::Field::timeout:
            if (fact.amount == sim::kInfinite)
                fmt::format_to(to, "\"INFINITE\"");
            else
                fmt::format_to(to, "{}", fact.amount);
            return;
        case sim::Field::duration:
        case sim::Field::involuntary:
        case sim::Field::dropped:
        case sim::Field::sent: fmt::format_to(to, "{}", fact.amount); return;
        default: fmt::format_to(to, "{}", fact.number); return;
    }
}

bool left_out(sim::Field field, const sim::Fact& fact) {
    switch (field) {
        case sim::Field::thread: return fact.thread == sim::ThreadId::none;
        case sim::Field::event: return fact.event == sim::EventId::none;
        case sim::Field::lock: return fact.lock == sim::LockId::none;
        case sim::Field::handle: return fact.handle == sim::HandleId::none;
        case sim::Field::operation: return fact.operation == sim::Operation::post;
        case sim::Field::error: return fact.error == sim::Win32Error::success;
        default: return fact.packet == sim::PacketId::none;
    }
}

std::string printed_with_fmt() {
    std::string out;
    out.reserve(text().size());
    out += sim::header_to_line(trace().header) + "\n";
    std::size_t seq = 0;
    for (const sim::Fact& fact : trace().facts) {
        const sim::FactInfo& kind = sim::info(fact.kind);
        fmt::format_to(std::back_inserter(out), R"({{"seq":{},"t0":{},"t1":{},"ev":"{}")", ++seq,
                       fact.t0, fact.t1, kind.name);
        for (const sim::FieldUse& use : kind.fields) {
            if (use.optional && left_out(use.field, fact)) continue;
            fmt::format_to(std::back_inserter(out), ",\"{}\":", name(use.field));
            print_value(out, use.field, fact);
        }
        if (fact.rule != sim::Rule::none)
            fmt::format_to(std::back_inserter(out), ",\"rule\":\"{}\"", sim::info(fact.rule).id);
        out += "}\n";
    }
    return out;
}

void write_beside_fmt(benchmark::State& state) {
    if (printed_with_fmt() != text()) give_up("the peer does not write the same bytes");
    side_by_side(
        state, [] { benchmark::DoNotOptimize(sim::to_ndjson(trace())); },
        [] { benchmark::DoNotOptimize(printed_with_fmt()); });
}

void write_beside_memcpy(benchmark::State& state) {
    side_by_side(
        state, [] { benchmark::DoNotOptimize(sim::to_ndjson(trace())); },
        [] { benchmark::DoNotOptimize(std::string(text())); });
}

// As a file is written: nobody holds the text, and its fingerprint is taken on the way.
std::string written_in_blocks() {
    sim::Fingerprint fingerprint;
    sim::to_ndjson(trace(), [&](std::string_view block) {
        fingerprint.add(block);
        return true;
    });
    return fingerprint.digits();
}

void write_in_blocks(benchmark::State& state) {
    if (written_in_blocks() != sim::fingerprint(text())) give_up("blocks are other bytes");
    side_by_side(
        state, [] { benchmark::DoNotOptimize(written_in_blocks()); },
        [] { benchmark::DoNotOptimize(sim::fingerprint(text())); });
}

// -- reading --------------------------------------------------------------------------------------

// Looks at every token and keeps nothing.
struct Nothing : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Nothing> {
    std::uint64_t tokens = 0;
    bool Default() {
        ++tokens;
        return true;
    }
};

std::uint64_t tokens_of(std::string_view ndjson) {
    Nothing handler;
    rapidjson::Reader reader;
    while (!ndjson.empty()) {
        const std::string_view line = ndjson.substr(0, ndjson.find('\n'));
        rapidjson::MemoryStream stream(line.data(), line.size());
        if (!reader.Parse<rapidjson::kParseValidateEncodingFlag>(stream, handler))
            give_up("RapidJSON refuses a line");
        ndjson.remove_prefix(line.size() + 1);
    }
    return handler.tokens;
}

void read_beside_rapidjson(benchmark::State& state) {
    const auto read = sim::trace_from_ndjson(text(), "bench");
    // Facts themselves may differ: the model notes more in them than their kind tells a file.
    if (!read || sim::to_ndjson(*read) != text()) give_up("what is read is not what was written");
    side_by_side(
        state, [] { benchmark::DoNotOptimize(sim::trace_from_ndjson(text(), "bench")); },
        [] { benchmark::DoNotOptimize(tokens_of(text())); });
}

// -- folding --------------------------------------------------------------------------------------

// The lane takes a trace over, so each round folds a copy that is made before the clock starts.
void fold_beside_memcpy(benchmark::State& state) {
    sim::Trace copy;
    side_by_side(
        state,
        [&] {
            const sim::Lane lane(std::move(copy));
            benchmark::DoNotOptimize(lane.stage_at(lane.steps()));
        },
        [] { benchmark::DoNotOptimize(sim::FactLog(trace().facts)); }, [&] { copy = trace(); });
}

void rounds(benchmark::internal::Benchmark* benchmark) {
    benchmark->Iterations(kRepeats)->UseManualTime()->Unit(benchmark::kMillisecond);
}

}  // namespace

BENCHMARK(write_beside_fmt)->Apply(rounds);
BENCHMARK(write_beside_memcpy)->Apply(rounds);
BENCHMARK(write_in_blocks)->Apply(rounds);
BENCHMARK(read_beside_rapidjson)->Apply(rounds);
BENCHMARK(fold_beside_memcpy)->Apply(rounds);
BENCHMARK_MAIN();
