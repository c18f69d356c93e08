// The search itself: every state that some order leads to, breadth first and without recursion, as
// a graph; and how its ends are found. For sim/explore.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/explore.hpp"
#include "sim/explore_history.hpp"
#include "sim/simulation_run.hpp"
#include "sim/state_set.hpp"

namespace sim {

// A run on its way, and what is remembered of it.
struct ExploreNode {
    SimulationRun run;
    History history;
    std::vector<SimulationRun::Choice> choices;
};

[[nodiscard]] SimulateOptions simulate_options(const ExploreOptions&, bool keep_trace);
// Where the threads are, who is blocked for ever.
[[nodiscard]] std::vector<ThreadEnd> thread_ends(const SimulationRun&);
[[nodiscard]] std::vector<std::string> stuck(const Scenario&, const SimulationRun&);

// A final state.
struct FoundEnd {
    std::uint32_t state = 0;
    StateHash outcome;  // equal for equal outcomes
    StateHash verdict;  // equal where expectations have equal results
    bool time_limit = false;
    std::vector<std::string> stuck;
};

// An invariant that does not hold, as it was met first.
struct FoundBroken {
    std::string what;
    std::uint64_t times = 1;
    std::uint32_t state = 0;   // from here …
    std::uint32_t choice = 0;  // … by this choice; kHere: in the state itself
    static constexpr std::uint32_t kHere = 0xFFFFFFFF;
};

class ExploreSearch {
public:
    ExploreSearch(const Scenario&, const ExploreOptions&);
    // To its end or to a bound.
    void search();

    [[nodiscard]] const TraceHeader& header() const { return header_; }
    [[nodiscard]] std::uint64_t states() const { return parents_.size(); }
    [[nodiscard]] std::uint64_t transitions() const { return targets_.size(); }
    [[nodiscard]] const std::string& bound() const { return bound_; }
    [[nodiscard]] std::uint32_t max_active() const { return max_active_; }
    [[nodiscard]] const std::vector<FoundEnd>& ends() const { return ends_; }
    [[nodiscard]] const std::vector<FoundBroken>& broken() const { return broken_; }
    [[nodiscard]] ExplorePath path_to(std::uint32_t state) const;
    // A state of each set of states that a run cannot leave and in which it never ends. Only of an
    // exhaustive search.
    [[nodiscard]] std::vector<std::uint32_t> endless() const;

private:
    void search_once();
    void visit(ExploreNode node, std::uint32_t state);
    void step(ExploreNode& child, const PortModel& before, std::uint32_t from,
              std::uint32_t choice);
    void add_state(ExploreNode&& node, std::uint32_t from, std::uint32_t choice);
    void end(const ExploreNode&, std::uint32_t state);
    void complain(const std::string& what, std::uint32_t state, std::uint32_t choice);
    [[nodiscard]] bool within_bounds();
    [[nodiscard]] std::uint64_t memory() const;

    const Scenario* scenario_;
    ExploreOptions options_;
    TraceHeader header_;
    bool with_instants_ = false;  // the instant is part of a state: its time may be over
    StateSet seen_;
    std::deque<ExploreNode> open_;
    std::uint64_t node_size_ = 0;  // bytes, estimated
    // The graph: where each state was reached from and by which choice; and its successors, those
    // of state s at first_[s] … first_[s + 1] of targets_.
    std::vector<std::uint32_t> parents_;
    std::vector<std::uint32_t> choices_;
    std::vector<std::uint64_t> first_;
    std::vector<std::uint32_t> targets_;
    std::vector<FoundEnd> ends_;
    std::vector<FoundBroken> broken_;
    std::vector<Fact> facts_;
    std::string key_;
    std::string bound_;
    std::uint32_t max_active_ = 0;
};

}  // namespace sim
