// Plays the actions of a history on a PortModel, one after the other, and says whether what the
// model does is what was observed. The search decides the order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/check_history.hpp"
#include "sim/port_model.hpp"

namespace sim {

// What to play next: an action of the history; or what a history does not show.
struct Move {
    enum class Kind : std::uint8_t {
        action,
        apc_at_once,  // enter: a user APC is pending already (T-APC-2)
        refetch,      // a woken thread looks for a packet (handoff = refetch); `number`: the thread
    };
    std::uint32_t number = 0;
    Kind kind = Kind::action;
};

// What the model insists on, though something else was observed.
struct Conflict {
    Rule rule = Rule::none;
    Fact would;  // what the port would do; its thread and packet say whom it concerns
    std::uint32_t action = kNoAction;
};

class CheckPlayer {
public:
    CheckPlayer(const CheckHistory&, const Policies&);

    // Could this move come now?
    enum class Chance : std::uint8_t {
        no,
        free,      // yes, and nothing is lost by doing it at once
        matching,  // yes, and it gives what was observed
        neutral,   // yes
        resort,    // yes, but nothing asks for it
    };
    // `why`, where it is not null, is told what stands against it.
    [[nodiscard]] Chance chance(Move, Conflict* why = nullptr) const;
    // False: the model does something that was not observed; the player is of no use then until an
    // earlier state is put back.
    bool play(Move);
    [[nodiscard]] const Conflict& conflict() const { return conflict_; }
    // What the model did in the last move.
    [[nodiscard]] const std::vector<Fact>& facts() const { return facts_; }
    // Threads that have been woken and must look for themselves (handoff = refetch).
    [[nodiscard]] bool must_refetch(ThreadId) const;

    struct Played {
        std::uint32_t call = kNoAction;                // the call it is in
        std::uint32_t got = 0;                         // packets of it so far
        Call::Result decided = Call::Result::unknown;  // how that call ends, once that is clear
        std::uint32_t watched = 0;  // of its waits: one more than the number of the last action
        bool operator==(const Played&) const = default;
    };
    struct Queued {  // of a port, for telling states apart
        std::size_t in = 0, out = 0;
    };
    struct State {
        PortModel model;
        std::vector<Played> threads;
        std::vector<Queued> queued;
    };
    [[nodiscard]] const State& state() const { return state_; }
    void put_back(const State& state) { state_ = state; }
    // Appends what tells this state from others in which the same actions have been played.
    void describe(std::string& key) const;

private:
    using Kind = Action::Kind;
    // The call that got a packet travels where posted packets carry a byte count.
    [[nodiscard]] static Packet packet_of(const Action& insert) {
        return {.id = insert.packet, .bytes = insert.call};
    }
    [[nodiscard]] const Action& action(Move move) const { return history_.actions[move.number]; }
    [[nodiscard]] const Call& call(std::uint32_t number) const { return history_.calls[number]; }
    [[nodiscard]] Chance chance_to_insert(const Action&, Conflict*) const;
    [[nodiscard]] Chance chance_to_enter(const Action&, bool apc, Conflict*) const;
    [[nodiscard]] Chance chance_to_wait(const Action&) const;
    [[nodiscard]] Chance chance_to_return(const Action&, Conflict*) const;
    [[nodiscard]] Chance chance_to_pause(const Action&, Rule, Conflict*) const;
    [[nodiscard]] Chance chance_to_block(std::uint32_t number, Conflict*) const;
    [[nodiscard]] Chance chance_to_resume(const Action&, Conflict*) const;
    [[nodiscard]] Chance chance_to_close(const Action&, Conflict*) const;
    [[nodiscard]] Chance chance_to_see(const Action&, Conflict*) const;
    [[nodiscard]] Chance chance_to_take(ThreadId, PortId, std::uint32_t call, Conflict*) const;

    [[nodiscard]] bool expects(std::uint32_t call, std::uint32_t got, PacketId packet,
                               std::uint32_t claim) const;
    [[nodiscard]] bool may_get(ThreadId, const Packet&) const;
    [[nodiscard]] bool frees_well(ThreadId, Rule, Conflict*) const;
    [[nodiscard]] ThreadId to_wake(PortId, const Packet&) const;
    void choose_wake(PortId, const Packet&);

    void begin();
    void carry_out(Move);
    void enter(const Action&, bool apc);
    bool absorb();
    bool take_in(const Fact&);
    bool decide(ThreadId, Call::Result, const Fact&);
    bool refuse(Rule, const Fact&);
    void count_queue(const Fact&);

    const CheckHistory& history_;
    State state_;
    std::vector<Fact> facts_;
    std::vector<ThreadId> got_now_;  // threads that got packets in this move
    Conflict conflict_;
    std::uint32_t playing_ = kNoAction;
    // By port: a hash of the packets that have been queued so far, after each of them.
    std::vector<std::vector<std::uint64_t>> queue_hashes_;
};

}  // namespace sim
