// Every order in which a run can happen: what can come of a scenario, whoever is faster.
//
// The simulator plays one order of what happens at one instant; a real computer may play another.
// explore() plays them all, breadth first, and visits a state that several orders lead to once.
// Untimed, durations mean nothing: whatever can happen next may, however long it takes.
//
// docs/explore.md says it at length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/simulator.hpp"

namespace sim {

struct ExploreOptions {
    Policies policies = {};
    std::optional<std::uint64_t> seed{};        // instead of the scenario's
    std::optional<std::uint32_t> processors{};  // instead of the scenario's machine
    bool untimed = false;
    std::uint64_t max_states = 2'000'000;
    std::uint64_t max_memory = std::uint64_t{4} << 30;  // bytes, as far as they are estimated
    bool exact_keys = false;  // keep the bytes of every state (sim/state_set.hpp); for tests
    // Told now and then how many states there are and how many of them wait to be gone on from.
    std::function<void(std::uint64_t states, std::uint64_t open)> progress = {};
};

// One order, as the choices made: at each step the place of what happened among what could have.
using ExplorePath = std::vector<std::uint32_t>;

// Where a thread is when a run is over.
struct ThreadEnd {
    enum class Kind : std::uint8_t { not_started, exited, waiting, blocked, suspended, running };
    Kind kind = Kind::not_started;
    PortId port = PortId::none;       // waiting
    Reason reason = Reason::none;     // blocked
    EventId event = EventId::none;    // blocked
    LockId lock = LockId::none;       // blocked
    ThreadId joins = ThreadId::none;  // blocked
    PacketId hand = PacketId::none;   // it has this packet and is not done with it

    bool operator==(const ThreadEnd&) const = default;
};

// What a call of a thread returned: a fact without its time and rule. `again`: more than once in a
// row; how often is no part of an outcome, because a thread may ask in vain for ever.
struct ToldCall {
    Fact fact;
    bool again = false;
};

// A final outcome: which thread got which packets in which order, what its calls returned, what is
// left, and where the threads are.
struct ExploredOutcome {
    enum class Ending : std::uint8_t {
        complete,    // nothing can happen any more
        time_limit,  // the scenario's time was over
        endless,     // the same things happen for ever
    };
    Ending ending = Ending::complete;
    std::uint64_t ends = 0;                        // final states with this outcome
    ExplorePath path;                              // a shortest order that leads to it
    std::vector<std::vector<ToldCall>> calls;      // by ThreadId; main's last
    std::vector<ThreadEnd> threads;                // by ThreadId
    std::vector<std::vector<PacketId>> left;       // by PortId, oldest first
    std::vector<std::vector<PacketId>> discarded;  // by PortId
    std::vector<std::string> stuck;  // who is blocked for ever, which packet no one will get
};

// Something that is wrong in some order.
struct ExploreFailure {
    enum class Kind : std::uint8_t { invariant, expectation, stuck };
    Kind kind = Kind::invariant;
    std::string what;         // a sentence
    std::uint64_t times = 0;  // transitions or states (invariant), final states (the others)
    ExplorePath path;         // a shortest order that leads to it
    bool ended = false;       // that order is a whole run
};

struct Exploration {
    TraceHeader header;  // of every run: names, policies
    bool untimed = false;
    std::uint64_t states = 0;
    std::uint64_t transitions = 0;
    std::uint64_t final_states = 0;         // in which nothing can happen any more
    std::string bound;                      // why the search is not exhaustive; empty: it is
    std::uint32_t max_active = 0;           // of any port, in any state
    std::vector<ExploredOutcome> outcomes;  // in the order in which they were found
    std::vector<ExploreFailure> failures;   // invariants first; at most kExploreFailures of a kind
    bool expects = false;                   // the scenario expects something
    std::vector<std::string> always_stuck;  // who is blocked for ever in every order

    [[nodiscard]] bool exhaustive() const { return bound.empty(); }
};
inline constexpr std::size_t kExploreFailures = 20;

[[nodiscard]] Exploration explore(const Scenario&, const ExploreOptions& = {});

// Plays one order again, with its trace. `whole`: to its end; else it stops where the path does.
[[nodiscard]] Simulation replay(const Scenario&, const ExploreOptions&, const ExplorePath&,
                                bool whole);

}  // namespace sim
