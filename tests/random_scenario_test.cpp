// Properties of every run, on random scenarios (tests/random_scenario.hpp): nothing crashes, the
// invariants of behaviours.md §4 hold at every step, no packet is lost, and what a trace says is
// what happened. A failure names its seed.
//
// IOCPSCOPE_LONG=1 tries more seeds; IOCPSCOPE_SEEDS=FIRST:COUNT others, for hunting.
#include "tests/random_scenario.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "sim/explain.hpp"
#include "sim/explore_history.hpp"
#include "sim/lane_state.hpp"
#include "sim/random.hpp"
#include "sim/simulation_run.hpp"
#include "sim/stage_svg.hpp"
#include "sim/trace_io.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

constexpr std::uint64_t kMaxFacts = 3'000;

struct Seeds {
    std::uint64_t first = 1, count = 300;
};

Seeds seeds() {
    if (const char* hunt = std::getenv("IOCPSCOPE_SEEDS")) {
        char* end = nullptr;
        const std::uint64_t first = std::strtoull(hunt, &end, 10);
        return {first, *end == ':' ? std::strtoull(end + 1, nullptr, 10) : 1};
    }
    return {1, std::getenv("IOCPSCOPE_LONG") != nullptr ? 10'000u : 300u};
}

// What a run is tried on: the scenario and how to play it.
struct Case {
    test::RandomScenario made;
    Scenario scenario;
    SimulateOptions options;
};

template <class Check>
void for_each_case(Check&& check) {
    const Seeds which = seeds();
    for (std::uint64_t seed = which.first; seed < which.first + which.count; ++seed) {
        Case each{.made = test::random_scenario(seed), .scenario = {}, .options = {}};
        INFO("seed ", seed, ", policies: ", describe(each.made.policies), "\n", each.made.toml);
        auto scenario = each.made.parse();
        REQUIRE_MESSAGE(scenario, render(scenario.error()));
        each.scenario = *std::move(scenario);
        each.options.policies = each.made.policies;
        each.options.max_facts = kMaxFacts;
        check(each, seed);
    }
}

// The policies under which a limit is not what the scenario says.
bool documented_limit(const Policies& policies) {
    return policies.limit == Limit::on || policies.limit == Limit::minus_one;
}

// Where each packet is, by its number; every move must be a possible one (INV-5).
class Packets {
public:
    // A sentence when the fact does not fit.
    std::string move(const Fact& fact) {
        const auto id = static_cast<std::uint32_t>(fact.packet);
        if (id >= places_.size()) places_.resize(id + 1, Place::nowhere);
        Place& place = places_[id];
        switch (fact.kind) {
            case FactKind::inserted: return step(place, Place::nowhere, Place::queued, id);
            case FactKind::handed_off: return step(place, Place::nowhere, Place::taken, id);
            case FactKind::taken:
            case FactKind::also_taken:
            case FactKind::activated: return step(place, Place::queued, Place::taken, id);
            case FactKind::discarded: return step(place, Place::queued, Place::discarded, id);
            case FactKind::get_returned:
            case FactKind::also_returned:
                return id == 0 ? std::string() : step(place, Place::taken, Place::returned, id);
            default: return {};
        }
    }
    [[nodiscard]] std::uint64_t queued() const { return count(Place::queued); }
    [[nodiscard]] std::uint64_t discarded() const { return count(Place::discarded); }
    [[nodiscard]] std::uint64_t delivered() const {
        return count(Place::taken) + count(Place::returned);
    }

private:
    enum class Place : std::uint8_t { nowhere, queued, taken, returned, discarded };
    static std::string step(Place& place, Place from, Place to, std::uint32_t id) {
        if (place != from)
            return fmt::format("packet {} goes to place {} from {}", id, static_cast<int>(to),
                               static_cast<int>(place));
        place = to;
        return {};
    }
    [[nodiscard]] std::uint64_t count(Place wanted) const {
        return static_cast<std::uint64_t>(std::count(places_.begin(), places_.end(), wanted));
    }
    std::vector<Place> places_;
};

// Handles as far as a trace tells: the fold knows neither which are overlapped nor first modes.
bool same_handles(const HandleModel& a, const HandleModel& b) {
    if (a.handles().size() != b.handles().size()) return false;
    for (std::size_t h = 0; h < a.handles().size(); ++h) {
        const HandleState &x = a.handles()[h], &y = b.handles()[h];
        if (x.file != y.file || x.open != y.open || x.bound != y.bound || x.port != y.port ||
            x.key != y.key || x.open_handles != y.open_handles || x.pending != y.pending)
            return false;
    }
    return true;
}

// What the simulator thinks of its threads fits what the model does.
std::string contradiction(const SimulationRun& run) {
    for (std::size_t t = 0; t < run.workers().size(); ++t) {
        const Worker& worker = run.workers()[t];
        const ThreadModel& thread = run.model().threads()[t];
        const bool waits = thread.status == ThreadStatus::waiting;
        if (worker.running && (waits || worker.blocked || thread.suspend_count > 0))
            return fmt::format("thread {} runs, but it waits, is blocked or suspended", t);
        if (worker.ended && thread.port != PortId::none)
            return fmt::format("thread {} has ended, but is associated with a port", t);
        if (waits && (worker.returning || worker.fetching))
            return fmt::format("thread {} waits, but its call has been decided", t);
        if (worker.blocked != thread.blocked)
            return fmt::format("thread {} is blocked in one of simulator and model only", t);
    }
    return {};
}

void check_tokens(const Stage& stage, const Scenario& scenario) {
    std::size_t threads = stage.outside.size() + stage.ended.size() + stage.not_started;
    for (const StagePort& port : stage.ports) {
        threads +=
            port.waiting.size() + port.released.size() + port.paused.size() + port.in_call.size();
        CHECK(port.inserted == port.queue_length + port.delivered + port.discarded);
    }
    CHECK(threads == scenario.thread_count());
}

}  // namespace

TEST_CASE("a random run repeats itself, and its trace reads back as it was written") {
    for_each_case([](const Case& each, std::uint64_t) {
        const Simulation run = simulate(each.scenario, each.options);
        const std::string text = to_ndjson(run.trace);
        const Simulation again = simulate(each.scenario, each.options);
        CHECK(again.trace == run.trace);
        CHECK(fingerprint(to_ndjson(again.trace)) == fingerprint(text));
        const auto read = trace_from_ndjson(text, "random.trace");
        REQUIRE_MESSAGE(read, render(read.error()));
        // What a fact has beyond the fields of its kind is no part of a file.
        CHECK(to_ndjson(*read) == text);
        CHECK(header_to_line(read->header) == header_to_line(run.trace.header));
        CHECK_FALSE(read->truncated);
        ModelState written(run.trace.header), back(read->header);
        REQUIRE(read->facts.size() == run.trace.facts.size());
        for (std::size_t i = 0; i < read->facts.size(); ++i) {
            written.apply(run.trace.facts[i]);
            back.apply(read->facts[i]);
            CHECK(read->facts[i].t0 == run.trace.facts[i].t0);
        }
        CHECK(written == back);
        SimulateOptions without = each.options;
        without.keep_trace = false;
        // Without a trace nothing counts facts; the time limit ends such a run.
        if (run.summary.outcome != Outcome::stopped)
            CHECK(simulate(each.scenario, without).summary == run.summary);
    });
}

TEST_CASE("the facts of a random run lead to its state, and account for every packet") {
    for_each_case([](const Case& each, std::uint64_t) {
        SimulationRun run(each.scenario, each.options);
        const Simulation result = run.run();
        ModelState state(result.trace.header);
        Packets packets;
        for (std::size_t i = 0; i < result.trace.facts.size(); ++i) {
            const Fact& fact = result.trace.facts[i];
            state.apply(fact);
            const std::string wrong = packets.move(fact);
            CHECK_MESSAGE(wrong.empty(), wrong);
            if (i % 64 == 0) check_tokens(state.stage(), each.scenario);
            const std::string said = sentence(result.trace.header, fact);
            CHECK_MESSAGE(said.find_first_of("{}?") == std::string::npos, said);
        }
        check_tokens(state.stage(), each.scenario);
        CHECK(state.refused() == 0);
        CHECK(state.model().ports() == run.model().ports());
        CHECK(state.model().threads() == run.model().threads());
        CHECK(same_handles(state.handles(), run.handles()));
        CHECK(result.summary.packets_delivered == packets.delivered());
        CHECK(result.summary.packets_left == packets.queued());
        CHECK(result.summary.packets_discarded == packets.discarded());
        (void)unmet_expectations(each.scenario, result);
    });
}

TEST_CASE("the invariants hold after every step of a random run, in any order of its instants") {
    for_each_case([](const Case& each, std::uint64_t seed) {
        for (const bool untimed : {false, true}) {
            SimulateOptions options = each.options;
            options.statistics = false;
            options.interleave = true;
            options.untimed = untimed;
            SimulationRun run(each.scenario, options);
            History history(each.scenario);
            std::vector<Fact> facts;
            Random order(seed);
            run.move_facts(facts);
            history.add(facts);
            for (int step = 0; step < 400; ++step) {
                const auto choices = run.choices();
                if (choices.empty()) break;
                const PortModel before = run.model();
                run.take(choices[order.below(choices.size())]);
                run.move_facts(facts);
                history.add(facts);
                const auto broken = run.model().broken_invariant();
                CHECK_MESSAGE(!broken, broken.value_or(""));
                const std::string differs = contradiction(run);
                CHECK_MESSAGE(differs.empty(), differs);
                if (!documented_limit(options.policies)) continue;
                const auto wrong = history.broken_by(facts, before, run.model());
                CHECK_MESSAGE(!wrong, wrong.value_or(""));
            }
            (void)run.state_key();
            (void)run.stop();
        }
    });
}

TEST_CASE("every feature of scenarios comes in some random scenario") {
    std::string all;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) all += test::random_scenario(seed).toml;
    for (const char* word : {"{get",
                             "{poll",
                             "{cpu",
                             "{block",
                             "{wait =",
                             "{wait_port",
                             "{join",
                             "{set",
                             "{reset",
                             "{lock",
                             "{unlock",
                             "{yield",
                             "{post",
                             "{depth",
                             "{create",
                             "{close",
                             "{open",
                             "{bind",
                             "{modes",
                             "{cancel",
                             "{suspend",
                             "{resume",
                             "{apc",
                             "{repeat",
                             "{exit",
                             "{read",
                             "{accept",
                             "accepts =",
                             "batch = 0",
                             "alertable",
                             "duplicate_of",
                             "later",
                             "capacity",
                             "routine",
                             "low_bit",
                             "immediate",
                             "takes",
                             "exponential",
                             "arrivals",
                             "overlapped",
                             "skip_port_on_success",
                             "[[narration]]",
                             "spin = "})
        CHECK_MESSAGE(all.find(word) != std::string::npos, word);
}

TEST_CASE("a feature that is switched off comes in no random scenario") {
    const test::Features few = test::Features::posted_only();
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const test::RandomScenario made = test::random_scenario(seed, few);
        const auto scenario = made.parse();
        REQUIRE_MESSAGE(scenario, render(scenario.error()));
        CHECK(made.policies == Policies{});
        for (const char* word : {"[[handle]]", "{apc", "{create", "exponential", "capacity"})
            CHECK_MESSAGE(made.toml.find(word) == std::string::npos, word);
    }
}
