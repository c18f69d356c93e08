// PortModel: the semantics of completion ports, once. A plain value: copy it for a snapshot,
// compare it to test a seek, print it to see what went wrong. No clock, no threads, no I/O.
//
// Each public verb is one atomic transition of behaviours.md §3 (TR1–TR9). It decides what must
// happen, applies it through apply(), and appends the facts that say so to `out` (t0 = t1 = 0: the
// caller knows the time). Replaying those facts with apply() on an equal value gives an equal
// value; that is how a timeline steps. A call that its guard forbids (block a thread that waits,
// say) is a programming error and asserts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/fact.hpp"
#include "sim/packet.hpp"
#include "sim/packet_queue.hpp"
#include "sim/policy.hpp"
#include "sim/random.hpp"

namespace sim {

// Where a thread stands towards the one port it is associated with (behaviours.md §2).
enum class ThreadStatus : std::uint8_t {
    outside,   // associated with no port
    calling,   // inside a get call that has not been decided yet; not counted as active
    waiting,   // on the stack of waiting threads; not counted
    released,  // not in any kernel wait, with or without a packet; counted
    paused,    // in some other kernel wait, or suspended; not counted
};
[[nodiscard]] std::string_view name(ThreadStatus);

struct ThreadModel {
    PortId port = PortId::none;  // the port it is associated with (A-ASSOC-1)
    ThreadStatus status = ThreadStatus::outside;
    PacketId hand = PacketId::none;  // the packet it took last and has not finished with
    std::uint32_t suspend_count = 0;
    bool blocked = false;            // in a wait of its own (only its end makes it run again)
    bool resumes_wait = false;       // suspended in the middle of a get call (C-SUSPEND-2)
    bool took_without_wait = false;  // the mark of Q-SELF-1
    std::uint32_t batch = 1;         // of the call it is in

    bool operator==(const ThreadModel&) const = default;
};

struct PortState {
    std::uint32_t limit = 1;   // the concurrency value, resolved
    std::uint32_t active = 0;  // released threads (INV-1)
    PacketQueue queue;
    std::vector<ThreadId> waiting;   // a stack: the last is on top
    PortId same_as = PortId::none;   // a second handle of that port; all else is there
    bool created = true;             // false: no step has created it yet
    bool handle_closed = false;      // this handle is gone
    std::uint32_t more_handles = 0;  // open duplicates
    bool closed = false;             // its last handle is gone

    bool operator==(const PortState&) const = default;
};

// What a thread waits for outside the port.
struct WaitFor {
    Reason reason = Reason::none;
    EventId event = EventId::none;
    LockId lock = LockId::none;
};

class PortModel {
public:
    using Facts = std::vector<Fact>;

    explicit PortModel(Policies policies = {}, std::uint64_t seed = 1);
    // A port that exists at once, and one that create() brings into being. The limit is resolved:
    // at least 1 (C-VALUE-0 is the caller's).
    PortId create_port(std::uint32_t limit);
    PortId declare_port(std::uint32_t limit);
    PortId declare_duplicate(PortId of);  // a second handle of a port, for duplicate()
    void ensure_thread(ThreadId);         // threads come into being outside

    // For explorers, with wake = random: from now on whom to wake is chosen instead of drawn. The
    // number says it for one wake after another, each time as a digit of base "how many wait".
    void choose_wakes(std::uint64_t chosen) { wakes_ = {true, chosen, 1}; }
    // How many such numbers make a difference, as far as wakes have been chosen.
    [[nodiscard]] std::uint64_t wake_choices() const { return wakes_.choices; }

    // What a get call asks for. Timeout 0 is a poll (T-TIMEOUT-2).
    struct Get {
        Nanos timeout = kInfinite;
        std::uint32_t batch = 1;   // ulCount of GetQueuedCompletionStatusEx, at least 1
        bool alertable = false;    // GetQueuedCompletionStatusEx with fAlertable
        bool apc_pending = false;  // a user APC is queued to the thread
    };
    // How a get call goes on: it returns at once, or the thread waits.
    enum class Entered : std::uint8_t {
        took,
        timed_out,
        user_apc,
        invalid_handle,
        invalid_parameter,  // a batch of 0 (G-EX-4)
        waits,
    };

    // False, and nothing happens, when the port exists already or has no handle to duplicate.
    bool create(PortId, ThreadId by, Facts& out);
    bool duplicate(PortId, ThreadId by, Facts& out);

    // What happens for every packet takes any `out` that has push_back(const Fact&); who includes
    // sim/port_model_verbs.hpp may bring one that acts on a fact instead of keeping it.
    template <class Out>
    void insert(PortId, const Packet&, ThreadId by, Out& out);  // TR1; `by` may be none
    template <class Out>
    Entered enter(ThreadId, PortId handle, Get, Out& out);  // TR2, TR3
    Entered refetch(ThreadId, bool expired, Facts& out);    // TR3 again, handoff = refetch
    void end_wait(ThreadId, Win32Error, Facts& out);        // TR4: time-out or user APC
    void restack(ThreadId, Facts& out);                     // TR5: kernel APC while waiting
    void block(ThreadId, WaitFor, Facts& out);              // TR6
    void unblock(ThreadId, WaitFor, Facts& out);            // TR7
    void suspend(ThreadId, Facts& out);                     // TR8
    // TR8. `expired`: the time-out of the call it was suspended in has passed meanwhile.
    void resume(ThreadId, bool expired, Facts& out);
    void exit(ThreadId, Facts& out);  // TR6
    // TR9. With the last handle the port goes, and nobody is associated afterwards; with close =
    // keep only the handle goes.
    void close(PortId, ThreadId by, Facts& out);
    // Any other dispatcher operation of the thread (a yield, a wait that is satisfied at once): it
    // clears the mark of Q-SELF-1 and nothing else.
    void touch_dispatcher(ThreadId, Facts& out);

    // The only mutator. Facts that say nothing about ports and threads change nothing. A fact that
    // does not fit (it may come from a file) is refused: false, and the value is unchanged.
    bool apply(const Fact&);

    [[nodiscard]] const std::vector<PortState>& ports() const { return ports_; }
    [[nodiscard]] const std::vector<ThreadModel>& threads() const { return threads_; }
    [[nodiscard]] const PortState& port(PortId id) const { return ports_[index(id)]; }
    [[nodiscard]] const ThreadModel& thread(ThreadId id) const { return threads_[index(id)]; }
    [[nodiscard]] const Policies& policies() const { return policies_; }
    [[nodiscard]] const Random& random() const { return random_; }
    // The port that a handle stands for.
    [[nodiscard]] PortId object(PortId handle) const {
        const PortId same = ports_[index(handle)].same_as;
        return same == PortId::none ? handle : same;
    }
    // Can this handle be used? (X-CLOSE-3)
    [[nodiscard]] bool usable(PortId handle) const {
        return ports_[index(handle)].created && !ports_[index(handle)].handle_closed;
    }
    // Would a packet that `by` inserts now be queued, rather than released at once?
    [[nodiscard]] bool would_queue(PortId, ThreadId by) const;

    // Would a get call of this thread, which gives up its own slot first, find a free one (TR2)?
    [[nodiscard]] bool has_room(PortId, ThreadId caller) const;
    // Whom a packet would release now, unless that is drawn; the port must have a waiter.
    [[nodiscard]] ThreadId first_to_wake(PortId) const;

    // The first invariant of behaviours.md §4 that does not hold, in words; nothing when all do.
    [[nodiscard]] std::optional<std::string> broken_invariant() const;
    // One line per port and thread, for messages and debuggers.
    [[nodiscard]] std::string to_text() const;
    bool operator==(const PortModel&) const = default;

private:
    [[nodiscard]] bool below_limit(const PortState& port) const {
        return below_limit(port.limit, port.active);
    }
    [[nodiscard]] bool below_limit(std::uint32_t limit, std::uint32_t active) const;
    [[nodiscard]] ThreadId next_to_wake(const PortState&);
    [[nodiscard]] bool inserts_into_own_port(ThreadId by, PortId) const;

    // sim/port_model_verbs.hpp
    template <class Out>
    void emit(Out& out, const Fact& fact);
    template <class Out>
    Entered take_or_wait(ThreadId, Get, bool returned, Out& out);
    template <class Out>
    void take_more(ThreadId, PortId, Out& out);
    template <class Out>
    void leave_port(ThreadId, Rule, Out& out);
    template <class Out>
    void release_waiter(PortId, FactKind, const Packet&, Rule, Out& out);
    template <class Out>
    void activate(PortId, Rule, Out& out);

    // sim/port_model_change.hpp
    bool change(const Fact&);
    bool change_port(const Fact&);
    bool close_handle(const Fact&);
    bool change_thread(const Fact&);
    bool change_run(const Fact&);
    bool give_packet(const Fact&);

    Policies policies_;
    struct Wakes {
        bool chosen = false;
        std::uint64_t digits = 0;
        std::uint64_t choices = 1;
        bool operator==(const Wakes&) const = default;
    };
    [[nodiscard]] std::size_t random_place(std::size_t waiting);

    Random random_;  // only wake = random draws from it
    Wakes wakes_;    // … unless an explorer chooses
    std::vector<PortState> ports_;
    std::vector<ThreadModel> threads_;
};

extern template void PortModel::insert(PortId, const Packet&, ThreadId, Facts&);
extern template PortModel::Entered PortModel::enter(ThreadId, PortId, Get, Facts&);

}  // namespace sim
