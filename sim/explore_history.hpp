// What an explorer remembers of the way to a state, because an outcome, an expectation or an
// invariant depends on it; and the check of each transition against the invariants of
// behaviours.md §4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/port_model.hpp"
#include "sim/scenario.hpp"
#include "sim/state_set.hpp"

namespace sim {

// A fact as part of an outcome: what a call told its thread, without time and rule. Nothing for a
// fact that tells nothing.
[[nodiscard]] std::optional<Fact> told(const Fact&);
[[nodiscard]] StateHash hash_told(const Fact&);

// A value; a copy goes on by itself. It grows with threads, ports and packets, not with the length
// of the way: of what calls returned only a hash is kept.
class History {
public:
    explicit History(const Scenario&);

    void add(const std::vector<Fact>&);
    // Bytes that are equal for ways that make no difference to outcomes and expectations.
    void add_key(std::string& bytes, std::uint32_t max_active) const;
    // Of these, what only expectations depend on.
    void add_expectations(std::string& bytes, std::uint32_t max_active) const;
    // The part of it that is an outcome.
    void add_outcome(std::string& bytes) const;

    // INV-4, INV-5, INV-6 and the fold: are these facts, which lead from one model to the next, a
    // legal transition? A sentence if not. Called after add().
    [[nodiscard]] std::optional<std::string> broken_by(const std::vector<Fact>&,
                                                       const PortModel& before,
                                                       const PortModel& after) const;

private:
    enum class Place : std::uint8_t { nowhere, queued, delivered, discarded };
    // What calls have told one thread.
    struct Told {
        StateHash chain;
        StateHash last;  // the latest, when it may be told again
    };
    void tell(const Fact&);
    void expect(const Fact&);
    void move_packet(const Fact&);

    const Scenario* scenario_;
    std::vector<Told> threads_;         // by ThreadId; main's last
    std::vector<StateHash> discarded_;  // by PortId
    // How far the dispatches are as expected; kBroken once they are not.
    static constexpr std::uint32_t kBroken = 0xFFFFFFFF;
    std::uint32_t dispatched_ = 0;
    std::vector<std::uint8_t> returns_;  // by place in the expectation: seen?
    std::vector<std::uint8_t> rules_;    // by place in the expectation: seen?
    std::vector<Place> packets_;         // by PacketId
    std::string lost_;                   // INV-5, once it is broken
};

}  // namespace sim
