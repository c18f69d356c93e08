// What was observed of a run, as the checker sees it: actions. Each is one atomic step of a
// completion port (behaviours.md §3) or one look at it, at an unknown instant of a known interval,
// and some must come after others. To check a history is to find an order of its actions.
//
// A get call gives two actions, "enter" and "returned", and what it brought; whether it took a
// packet or waited, and when it was released, is for the search to find.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/trace.hpp"

namespace sim {

inline constexpr std::uint32_t kNoAction = 0xFFFFFFFF;
inline constexpr Nanos kEarliest = std::numeric_limits<Nanos>::min() / 4;
inline constexpr Nanos kLatest = std::numeric_limits<Nanos>::max() / 4;

struct Action {
    enum class Kind : std::uint8_t {
        create,       // a port
        duplicate,    // a second handle of a port
        close,        // a handle of a port
        insert,       // a packet reaches a port
        enter,        // a thread asks
        end_wait,     // … and stops waiting: time-out or user APC
        returned,     // … and has its answer
        block,        // a thread begins to wait for something else
        unblock,      // … and goes on
        suspend,      // a thread is suspended
        resume,       // … and resumed
        exit,         // a thread ends
        see_waiting,  // evidence: the thread waits
        see_depth,    // evidence: so many packets are queued
    };
    Nanos lo = kEarliest;  // it happened at some instant of [lo, hi]
    Nanos hi = kLatest;
    Nanos likely = 0;  // where in it is most likely: where the search begins
    Kind kind{};
    bool must = true;  // false: it may never have happened
    PortId port = PortId::none;
    ThreadId thread = ThreadId::none;
    PacketId packet = PacketId::none;
    std::uint32_t call = kNoAction;   // a place in CheckHistory::calls; insert: that got the packet
    std::uint32_t after = kNoAction;  // the action of the same thread that came before
    std::uint32_t number = 0;         // limit, depth
    std::size_t fact = 0;             // its place in the trace
};

// What came of a get call.
struct Call {
    enum class Result : std::uint8_t {
        unknown,  // the trace ends before it returned
        packets,
        timed_out,
        user_apc,
        abandoned,
        invalid_handle,
        invalid_parameter,
    };
    ThreadId thread = ThreadId::none;
    PortId port = PortId::none;  // the handle it named
    Result result = Result::unknown;
    std::uint32_t batch = 1;
    // Was the thread seen waiting while it was in this call? Only if so it waited for sure.
    enum class SeenWaiting : std::uint8_t { no, perhaps, yes } seen_waiting = SeenWaiting::no;
    Nanos timeout = kInfinite;
    std::uint32_t first_packet = 0;      // in CheckHistory::received
    std::uint32_t packets = 0;           // that are listed there …
    std::uint32_t count = 0;             // … of so many: a trace may end in the middle
    std::uint32_t returned = kNoAction;  // its action
    std::size_t called_fact = 0, returned_fact = 0;  // places in the trace
};

// Where a thread stood when the history begins; for a history that is a part of another one.
struct ThreadAtStart {
    PortId port = PortId::none;  // the port that it is associated with
    bool blocked = false;
    std::uint32_t suspended = 0;
    bool exited = false;
};

struct CheckHistory {
    const Trace* trace = nullptr;
    std::vector<Action> actions;  // by lo, those of a thread in its order
    std::vector<Call> calls;
    std::vector<PacketId> received;  // of all calls, in the order of calls and within a batch
    std::unordered_map<std::uint32_t, std::uint32_t> claims;  // packet → call that got it
    std::vector<ThreadAtStart> threads;
    std::vector<bool> port_created, port_closed;  // at the start, by handle
    // Blocks are what a worker says that it does, not what was seen: they may not have happened,
    // and if they did, then at any time of the wait (Windows; C-BLOCK-2).
    bool blocks_are_claims = false;
    bool waits_were_seen = false;     // there is `parked` evidence
    bool depths_were_seen = false;    // there are `depth` facts
    std::size_t first = 0, last = 0;  // facts [first, last) of the trace
    // What cannot be true of any port, found while the history was read: a sentence and the fact.
    struct Contradiction {
        Rule rule = Rule::none;
        std::string what;
        std::size_t fact = 0;
        std::size_t other = kNone;
    };
    static constexpr std::size_t kNone = ~std::size_t{0};
    std::vector<Contradiction> contradictions;

    [[nodiscard]] std::span<const PacketId> packets_of(const Call& call) const {
        return {received.data() + call.first_packet, call.packets};
    }
};

struct HistoryOptions {
    // A call is taken to wait, or to have taken its packet, not later than this after it was made;
    // below 0: nothing is taken so, it has until it returned (HARD evidence only).
    Nanos margin = -1;
    std::size_t last = ~std::size_t{0};  // only the facts before this one
};
[[nodiscard]] CheckHistory read_history(const Trace&, const HistoryOptions& = {});

// Keeps some of the actions and orders them by their earliest instant, which is the order in which
// the search meets them.
void keep_actions(CheckHistory&, const std::vector<bool>& keep);

// The same without what is over when fact `first` comes. What is left of it is where threads and
// packets are; how threads stand on the stack and packets in the queue is forgotten, so that the
// rest may begin in any state that is consistent with what came before.
void forget_before(CheckHistory&, std::size_t first);

}  // namespace sim
