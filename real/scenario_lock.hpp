// A lock of the scenario: what a critical section is to a program (C-LOCK-1). Its owner may take it
// again. A thread that finds it taken spins for a while, if the scenario says so, and then waits.
// The lock of a thread that leaves goes to one that spins, because that runs already, else to the
// one that has waited longest. So does the model's.
//
// Who does all this, and writes it down, is Worker; here is only whose the lock is.
#pragma once

#include <atomic>
#include <cstdint>

#include "real/thread_wrapper.hpp"
#include "sim/ids.hpp"

namespace real {

class ScenarioLock {
public:
    // One per thread: a thread waits for one lock at a time. `turn` is reset before the thread
    // queues and set when it owns the lock, or at the end of the run.
    struct Waiter {
        ManualEvent turn;
        sim::ThreadId thread = sim::ThreadId::none;
        Waiter* next = nullptr;
    };

    // Takes it if it is free, or the thread's own.
    [[nodiscard]] bool try_take(sim::ThreadId);
    // The same, or else the thread is queued and must wait for its turn.
    [[nodiscard]] bool take_or_queue(Waiter&);
    // Between these two the thread spins and tries; the second is take_or_queue(), or, when a try
    // was successful, true.
    void spin_begins();
    [[nodiscard]] bool spin_ends(Waiter&);
    // False, and nothing happens, when the thread does not own it.
    bool leave(sim::ThreadId);

private:
    class Guard;

    [[nodiscard]] bool take(sim::ThreadId);
    void queue(Waiter&);

    // Held for a few instructions; who finds it taken lets others run, but does not wait.
    std::atomic_flag guard_;
    // Guarded by guard_:
    sim::ThreadId owner_ = sim::ThreadId::none;
    std::uint64_t depth_ = 0;  // how often its owner has taken it
    std::uint32_t spinners_ = 0;
    Waiter* first_ = nullptr;  // of those that wait: the oldest
    Waiter* last_ = nullptr;
};

}  // namespace real
