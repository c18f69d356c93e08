// Completion ports for tests of the checker: TR1-TR9 of the specification in the plainest way, and
// written without PortModel, so that a checker built on PortModel is tested against another reading
// of the same rules. A mutation makes them wrong in one way.
//
// A value without clock and threads. Times are given by the caller, in ns.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "sim/ids.hpp"
#include "sim/random.hpp"
#include "sim/win32_error.hpp"

namespace test {

using sim::Nanos;
using sim::PacketId;
using sim::PortId;
using sim::ThreadId;
using sim::Win32Error;

enum class Mutation : std::uint8_t {
    none,
    fifo_wake,          // the oldest waiter is released
    random_wake,        // any waiter is
    no_limit,           // the concurrency value is ignored
    limit_plus_one,     // one thread too many may be active
    limit_minus_one,    // one too few; at least one
    block_keeps_slot,   // a blocked thread still counts
    spin_frees_slot,    // a computing thread does not
    loses,              // some packets vanish
    delivers_twice,     // some come again
    reorders,           // not the oldest packet leaves the queue
    steals,             // a waiter is only woken and fetches its packet later
    close_keeps,        // closing wakes no waiter
    association_stays,  // who asks another port still counts at the old one
    early_time_out,     // a wait ends after half its time-out
};
inline constexpr std::size_t kMutations = 15;
[[nodiscard]] std::string_view name(Mutation);

// A call that a port has decided: it may return from now on.
struct Release {
    ThreadId thread{};
    Win32Error error = Win32Error::success;
    std::vector<PacketId> packets{};

    bool operator==(const Release&) const = default;
};

struct GetCall {
    PortId port{};
    Nanos timeout = sim::kInfinite;
    std::uint32_t batch = 1;
};

class MutantPorts {
public:
    MutantPorts(Mutation, std::uint64_t seed, std::vector<std::uint32_t> limits,
                std::size_t threads);

    Win32Error post(PortId, PacketId);
    Win32Error close(PortId);
    void get(ThreadId, const GetCall&, Nanos now);
    void block(ThreadId);
    void unblock(ThreadId);
    void compute(ThreadId);  // until it acts, which get, block and exit are
    void acts(ThreadId);
    void suspend(ThreadId);
    void resume(ThreadId, Nanos now);
    void exit(ThreadId);
    // Threads that were woken without a packet look for one (Mutation::steals).
    void fetch(Nanos now);
    // The next instant at which a wait times out; kInfinite: never.
    [[nodiscard]] Nanos next_time_out() const;
    // Ends the waits whose time-out has passed, the one that ends first, first.
    void time_out(Nanos now);

    // What has been decided since the last call, in that order.
    [[nodiscard]] std::vector<Release> take_releases();
    [[nodiscard]] bool waits(ThreadId) const;
    [[nodiscard]] bool closed(PortId id) const { return ports_[sim::index(id)].closed; }
    [[nodiscard]] const std::vector<ThreadId>& waiting(PortId id) const {
        return ports_[sim::index(id)].waiting;
    }
    [[nodiscard]] std::size_t queued(PortId id) const {
        return ports_[sim::index(id)].queue.size();
    }
    [[nodiscard]] std::uint32_t active(PortId id) const { return ports_[sim::index(id)].active; }

private:
    struct Port {
        std::uint32_t limit = 1, active = 0;
        bool closed = false;
        std::deque<PacketId> queue;
        std::vector<ThreadId> waiting;  // the last is on top
    };
    enum class State : std::uint8_t { outside, in_call, waiting, fetching, released, paused };
    struct Thread {
        PortId port = PortId::none;
        PortId ghost = PortId::none;  // where it counts without being there
        State state = State::outside;
        bool blocked = false, spins = false;
        std::uint32_t suspends = 0, batch = 1;
        Nanos deadline = sim::kInfinite;
    };

    Port& port(PortId id) { return ports_[sim::index(id)]; }
    Thread& thread(ThreadId id) { return threads_[sim::index(id)]; }
    [[nodiscard]] bool is(Mutation mutation) const { return mutation_ == mutation; }
    [[nodiscard]] bool below_limit(const Port&) const;
    bool happens() { return random_.below(3) == 0; }
    PacketId take_packet(Port&);
    ThreadId wake(Port&);
    void release(PortId, PacketId);
    void activate(PortId);
    void free_slot(ThreadId);
    void retake_slot(ThreadId);
    void leave(ThreadId);
    void take_or_wait(ThreadId, bool poll);
    void end_call(ThreadId, Win32Error);
    void abandon(ThreadId);

    Mutation mutation_;
    sim::Random random_;
    std::vector<Port> ports_;
    std::vector<Thread> threads_;
    std::vector<Release> releases_;
};

}  // namespace test
