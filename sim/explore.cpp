#include "sim/explore.hpp"

#include <algorithm>
#include <map>

#include "sim/explore_search.hpp"

namespace sim {
namespace {

// A run that has followed a path.
SimulationRun follow(const Scenario& scenario, const ExploreOptions& options,
                     const ExplorePath& path) {
    SimulationRun run(scenario, simulate_options(options, true));
    for (const std::uint32_t choice : path) run.take(run.choices()[choice]);
    (void)run.choices();  // forgets the events that concern nobody any more
    return run;
}

std::vector<std::vector<ToldCall>> calls_of(const Scenario& scenario, const Trace& trace) {
    std::vector<std::vector<ToldCall>> calls(scenario.thread_count() + 1);
    for (const Fact& fact : trace.facts) {
        const auto news = told(fact);
        if (!news) continue;
        auto& own = fact.thread == ThreadId::none ? calls.back() : calls[index(fact.thread)];
        if (news->packet == PacketId::none && !own.empty() && own.back().fact == *news)
            own.back().again = true;
        else
            own.push_back({.fact = *news});
    }
    return calls;
}

void describe(const Scenario& scenario, const ExploreOptions& options, ExploredOutcome& outcome) {
    SimulationRun run = follow(scenario, options, outcome.path);
    outcome.threads = thread_ends(run);
    outcome.left.resize(scenario.ports.size());
    outcome.discarded.resize(scenario.ports.size());
    for (std::size_t p = 0; p < scenario.ports.size(); ++p) {
        const PacketQueue& queue = run.model().ports()[p].queue;
        for (const Packet& packet : queue.oldest(queue.size()))
            outcome.left[p].push_back(packet.id);
    }
    const Trace trace = run.stop().trace;
    for (const Fact& fact : trace.facts)
        if (fact.kind == FactKind::discarded)
            outcome.discarded[index(fact.port)].push_back(fact.packet);
    outcome.calls = calls_of(scenario, trace);
}

bool expects_something(const Expect& expect) {
    return !(expect == Expect{});
}

class Judge {
public:
    Judge(const Scenario& scenario, const ExploreOptions& options, const ExploreSearch& search,
          Exploration& result)
        : scenario_(scenario), options_(options), search_(search), result_(result) {}

    void judge() {
        broken_invariants();
        for (const FoundEnd& end : search_.ends()) {
            count_outcome(end);
            hold_against_expectations(end);
            for (const std::string& each : end.stuck) stuck_.add(each, end.state);
        }
        endless();
        for (auto& outcome : result_.outcomes) describe(scenario_, options_, outcome);
        tell_unmet();
        tell_stuck();
    }

private:
    // A sentence, how many final states it is true of, and the first of them.
    struct Noted {
        std::string what;
        std::uint64_t times = 0;
        std::uint32_t state = 0;
    };
    struct Notes {
        std::vector<Noted> list;  // in the order in which they were met
        std::map<std::string, std::size_t> places;

        void add(const std::string& what, std::uint32_t state) {
            const auto [known, added] = places.emplace(what, list.size());
            if (added) list.push_back({what, 0, state});
            ++list[known->second].times;
        }
    };

    void broken_invariants() {
        for (const FoundBroken& each : search_.broken()) {
            if (result_.failures.size() == kExploreFailures) return;
            ExploreFailure failure{.kind = ExploreFailure::Kind::invariant,
                                   .what = each.what,
                                   .times = each.times,
                                   .path = search_.path_to(each.state)};
            if (each.choice != FoundBroken::kHere) failure.path.push_back(each.choice);
            result_.failures.push_back(std::move(failure));
        }
    }

    void count_outcome(const FoundEnd& end) {
        const auto [known, added] = outcomes_.emplace(end.outcome, result_.outcomes.size());
        if (added) {
            ExploredOutcome& outcome = result_.outcomes.emplace_back();
            outcome.ending = end.time_limit ? ExploredOutcome::Ending::time_limit
                                            : ExploredOutcome::Ending::complete;
            outcome.path = search_.path_to(end.state);
            outcome.stuck = end.stuck;
        }
        ++result_.outcomes[known->second].ends;
    }

    // Where outcome and history are the same, so is the verdict: it is asked for once.
    void hold_against_expectations(const FoundEnd& end) {
        if (!result_.expects) return;
        const auto [known, added] = verdicts_.try_emplace(end.verdict);
        if (added)
            known->second = unmet_expectations(
                scenario_, replay(scenario_, options_, search_.path_to(end.state), true));
        for (const std::string& each : known->second) unmet_.add(each, end.state);
    }

    // Runs that never end have what calls returned, and that is all that is certain about them:
    // where their threads are changes for ever.
    void endless() {
        if (!result_.exhaustive()) return;
        for (const std::uint32_t state : search_.endless()) {
            const ExplorePath path = search_.path_to(state);
            std::string bytes(1, 'e');
            SimulationRun run = follow(scenario_, options_, path);
            for (const Worker& w : run.workers()) bytes += w.ended ? 'x' : '.';
            const Simulation so_far = run.stop();
            History history(scenario_);
            history.add(so_far.trace.facts.all());
            history.add_outcome(bytes);
            hold_endless_against_expectations(so_far, state);
            const auto [known, added] =
                outcomes_.emplace(hash_state(bytes), result_.outcomes.size());
            if (!added) continue;
            ExploredOutcome& outcome = result_.outcomes.emplace_back();
            outcome.ending = ExploredOutcome::Ending::endless;
            outcome.path = path;
        }
    }

    // Nothing new comes any more, so what is expected of the past can be held against it.
    void hold_endless_against_expectations(const Simulation& so_far, std::uint32_t state) {
        if (!result_.expects) return;
        Scenario past = scenario_;
        past.expect.finally.clear();
        for (const std::string& each : unmet_expectations(past, so_far)) unmet_.add(each, state);
        if (!scenario_.expect.finally.empty())
            unmet_.add("finally: the run is never over, so it cannot be asked", state);
    }

    void add_failure(ExploreFailure::Kind kind, const Noted& noted) {
        result_.failures.push_back({.kind = kind,
                                    .what = noted.what,
                                    .times = noted.times,
                                    .path = search_.path_to(noted.state),
                                    .ended = true});
    }

    void tell_unmet() {
        for (std::size_t i = 0; i < unmet_.list.size() && i < kExploreFailures; ++i)
            add_failure(ExploreFailure::Kind::expectation, unmet_.list[i]);
    }

    // What is stuck in every order is how the scenario is meant; what is stuck in some orders only
    // is a race.
    void tell_stuck() {
        std::size_t told = 0;
        const bool others = std::any_of(result_.outcomes.begin(), result_.outcomes.end(),
                                        [](const ExploredOutcome& each) {
                                            return each.ending == ExploredOutcome::Ending::endless;
                                        });
        for (const Noted& each : stuck_.list) {
            if (each.times == search_.ends().size() && !others) {
                result_.always_stuck.push_back(each.what);
            } else if (++told <= kExploreFailures) {
                add_failure(ExploreFailure::Kind::stuck, each);
            }
        }
    }

    const Scenario& scenario_;
    const ExploreOptions& options_;
    const ExploreSearch& search_;
    Exploration& result_;
    std::map<StateHash, std::size_t> outcomes_;
    std::map<StateHash, std::vector<std::string>> verdicts_;
    Notes unmet_;
    Notes stuck_;
};

}  // namespace

Exploration explore(const Scenario& scenario, const ExploreOptions& options) {
    ExploreSearch search(scenario, options);
    search.search();
    Exploration result;
    result.header = search.header();
    result.untimed = options.untimed;
    result.states = search.states();
    result.transitions = search.transitions();
    result.final_states = search.ends().size();
    result.bound = search.bound();
    result.max_active = search.max_active();
    result.expects = expects_something(scenario.expect);
    Judge(scenario, options, search, result).judge();
    return result;
}

Simulation replay(const Scenario& scenario, const ExploreOptions& options, const ExplorePath& path,
                  bool whole) {
    SimulationRun run = follow(scenario, options, path);
    Simulation simulation = whole ? run.finish() : run.stop();
    simulation.trace.header.lane = "Model, one order of several";
    return simulation;
}

}  // namespace sim
