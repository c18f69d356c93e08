// How fast the checker is on a run that conforms: a million facts of eight workers; and how much
// that owes to what it knows of ports, beside a search that knows nothing.
//
//   check_bench [FACTS]        README.md says how to read what it prints
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "bench/beside.hpp"
#include "bench/plain_check.hpp"
#include "sim/check.hpp"
#include "sim/check_search.hpp"
#include "sim/random.hpp"
#include "sim/scenario.hpp"
#include "sim/simulator.hpp"

namespace {

constexpr int kRounds = 5;
constexpr std::uint64_t kPlainEffort = 2'000'000;

[[noreturn]] void give_up(std::string_view why) {
    fmt::print(stderr, "check_bench: {}\n", why);
    std::exit(1);
}

double seconds(const auto& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// What a recorder would see of the model: stamps around calls, a few hundred nanoseconds wide.
sim::Trace observed(std::size_t packets) {
    const auto scenario = sim::parse_scenario(
        fmt::format("format = 1\ntitle = \"Eight workers, two at a time\"\n"
                    "[[port]]\nname = \"P\"\nconcurrency = 2\n"
                    "[[thread]]\nname = \"worker\"\ncount = 8\n"
                    "[[handler]]\nsteps = [{{cpu = \"2 us\"}}]\n"
                    "[[handler]]\nkey = 1\nsteps = [{{cpu = \"1 us\"}}, {{block = \"8 us\"}}]\n"
                    "[[post]]\ncount = {}\nevery = \"exponential(2 us)\"\n"
                    "[[post]]\ncount = {}\nevery = \"exponential(8 us)\"\nkey = 1\n",
                    packets * 4 / 5, packets / 5),
        "check_bench.toml");
    if (!scenario) give_up(sim::render(scenario.error()));
    sim::Trace trace = sim::observable(sim::simulate(*scenario).trace);
    std::vector<sim::Fact> facts = trace.facts.all();
    sim::Random random(1);
    for (sim::Fact& fact : facts) {
        const auto wider = [&] { return static_cast<sim::Nanos>(random.below(300)); };
        const bool returns = fact.kind == sim::FactKind::get_returned;
        if (!returns) fact.t0 -= std::min(fact.t0, wider());
        if (fact.kind != sim::FactKind::get_called) fact.t1 += wider();
        if (returns) fact.t0 = fact.t1;
    }
    std::stable_sort(facts.begin(), facts.end(),
                     [](const sim::Fact& a, const sim::Fact& b) { return a.t0 < b.t0; });
    trace.facts = facts;
    return trace;
}

void whole_trace(std::size_t facts) {
    const sim::Trace trace = observed(facts * 10 / 44);
    std::vector<double> rates;
    std::uint64_t steps = 0;
    for (int i = 0; i < kRounds; ++i) {
        sim::CheckReport report;
        const double took = seconds([&] { report = sim::check(trace); });
        if (report.verdict != sim::Verdict::conforms) give_up(report.reason);
        rates.push_back(static_cast<double>(trace.facts.size()) / took);
        steps = report.steps;
    }
    fmt::print("{} facts that conform, {} steps of the search: {:.0f} facts/s with the witness\n",
               trace.facts.size(), steps, bench::median(rates));
}

void beside_plain(std::size_t facts) {
    const sim::Trace trace = observed(facts * 10 / 44);
    const sim::CheckHistory history = sim::read_history(trace, {.margin = 10'000'000});
    const auto rate = [&](double took) { return static_cast<double>(trace.facts.size()) / took; };
    bool gave_up = false;
    const bench::Beside found = bench::beside(
        kRounds,
        [&] {
            return rate(seconds([&] {
                sim::CheckSearch search(history, {}, {});
                if (search.run() != sim::CheckSearch::Answer::found) give_up("not found");
            }));
        },
        [&] {
            return rate(seconds([&] {
                gave_up = bench::PlainCheck(history).run(kPlainEffort).gave_up || gave_up;
            }));
        });
    fmt::print("{} facts: search {:.0f} facts/s, plain search {}{:.0f} facts/s: {}{:.1f} x\n",
               trace.facts.size(), found.ours, gave_up ? "less than " : "", found.peer,
               gave_up ? "more than " : "", found.quotient);
}

}  // namespace

int main(int count, char** arguments) {
    const std::size_t facts = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1'000'000;
    whole_trace(facts);
    for (const std::size_t few : {500u, 2'000u, 8'000u}) beside_plain(few);
    return 0;
}
