// One port: its packets, its waiting threads and its active count, and the transitions of
// behaviours.md §3 on them. Every member function except number() and limit() must be called with
// `lock` held, so each transition is atomic. A transition releases at most one thread (W-ONE-1) and
// returns it for waking, if it is asleep, after the lock has been left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>

#include "real/completion_queue.hpp"
#include "real/futex_lock.hpp"
#include "real/port.hpp"
#include "real/port_linux_thread.hpp"

namespace real {

// A released thread that sleeps and still has to be woken; null: none.
using Sleeper = PortThread*;
inline void wake(Sleeper sleeper) {
    if (sleeper != nullptr) sleeper->parking.wake();
}

class alignas(128) PortState {
public:
    PortState(std::uint32_t number, std::uint32_t limit) : limit_(limit), number_(number) {}
    PortState(const PortState&) = delete;
    PortState& operator=(const PortState&) = delete;

    FutexLock lock;

    [[nodiscard]] std::uint32_t number() const { return number_; }
    [[nodiscard]] std::uint32_t limit() const { return limit_; }  // fixed for life (C-VALUE-1)
    [[nodiscard]] bool closed() const { return closed_; }
    [[nodiscard]] std::size_t depth() const { return packets_.size(); }
    [[nodiscard]] std::uint32_t active() const { return active_; }
    [[nodiscard]] std::uint64_t discarded() const { return discarded_; }
    [[nodiscard]] bool waits_here(const PortThread& thread) const;

    // TR1. The packet goes straight to the newest waiting thread (Q-HANDOFF-1) or to the queue.
    struct Inserted {
        Win32Error error;
        Sleeper sleeper;
    };
    Inserted insert(const Completion& packet);

    // TR2 and TR3, for a thread that is associated here or nowhere: gives up its slot, then takes
    // the oldest packets, or returns for an APC or as a poll does, or waits. True: thread.result is
    // the end of the call. False: the thread is on the stack and must park.
    [[nodiscard]] bool enter(PortThread& thread, bool poll);

    // TR4. False: it was released in the meantime, thread.result is what it was released with; or
    // it is held and will be released when it is resumed.
    bool time_out(PortThread& thread);

    // TR4 too: the thread has an APC, which ends its wait if that is an alertable one (T-APC-1).
    [[nodiscard]] Sleeper interrupt(PortThread& thread);

    // TR6, for its three causes. Nothing happens unless the thread is Released here; leave() also
    // ends the association.
    [[nodiscard]] Sleeper pause(PortThread& thread);
    [[nodiscard]] Sleeper leave(PortThread& thread);

    // TR7. A suspended thread stays paused.
    void resume(PortThread& thread);

    // The same two for the watch (block_watch.hpp): pauses a thread that is Released and marks it;
    // resumes it unless it has counted itself meanwhile, by asking for a packet. The second returns
    // the instant at which it counted again.
    [[nodiscard]] Sleeper pause_seen(PortThread& thread);
    std::int64_t resume_seen(PortThread& thread);

    // TR8. Takes a waiting thread off the stack (C-SUSPEND-2); false when it does not wait here.
    bool hold(PortThread& thread);
    // Frees the slot of a released thread (C-SUSPEND-1).
    [[nodiscard]] Sleeper stand(PortThread& thread);
    // The end of either: the thread counts again, or goes on with its call: takes a packet, times
    // out, or waits on top of the stack (W-LIFO-3).
    [[nodiscard]] Sleeper go_on(PortThread& thread);

    // The port has one handle more, or one less. True: it was the last, the port is to be closed.
    void add_handle() { ++handles_; }
    [[nodiscard]] bool drop_handle() { return --handles_ == 0; }

    // The port's handle as something to wait for (W-WAITABLE-1): signaled while packets are queued
    // and when the port is closed. Who finds it not signaled counts as a watcher and sleeps,
    // without the lock, while signals() has this value.
    [[nodiscard]] bool signaled() const { return closed_ || !packets_.empty(); }
    [[nodiscard]] std::uint32_t watch();
    void unwatch() { --watchers_; }
    [[nodiscard]] FutexWord& signals() { return signals_; }

    // TR9. Releases every waiting thread as abandoned, discards the packets, ends the
    // associations, and wakes whoever sleeps. False: it was closed before.
    bool close();

private:
    [[nodiscard]] bool may_release() const { return active_ < limit_; }
    void count_released(PortThread& thread);
    void forget_seen(PortThread& thread);
    void count_released_with_packet(PortThread& thread);
    void take_for(PortThread& thread);
    void push_waiting(PortThread& thread);
    void remove_waiting(PortThread& thread);
    void associate(PortThread& thread);
    void dissociate(PortThread& thread);
    [[nodiscard]] Sleeper release_top(const Completion& packet);
    [[nodiscard]] Sleeper activate();
    void signal();

    // INV-1 to INV-4 of behaviours.md §4, in port_linux_check.cpp; the stress test compiles the
    // port with this definition. A broken invariant prints the state and aborts.
#ifdef IOCPSCOPE_CHECK_PORT
    void check() const;
    void check_slot() const;
#else
    void check() const {}
    void check_slot() const {}
#endif

    // Unsigned 32 bits and compared with <: any value is accepted (C-VALUE-BIG).
    std::uint32_t limit_;
    std::uint32_t active_ = 0;
    PortThread* top_ = nullptr;  // of the stack of waiting threads: the newest (W-LIFO-1)
    CompletionQueue packets_;
    PortThread* associated_ = nullptr;
    std::uint64_t discarded_ = 0;
    std::uint32_t number_;
    std::uint32_t handles_ = 1;
    std::uint32_t watchers_ = 0;
    FutexWord signals_{0};  // how often it became signaled while somebody watched
    bool closed_ = false;
};

// Carries out `transition` under the lock of the port that the thread is associated with, and wakes
// whom it released. False: it is associated with none.
template <class Transition>
bool at_own_port(PortThread& thread, Transition transition) {
    PortState* const port = thread.port.load(std::memory_order_acquire);
    if (port == nullptr) return false;
    Sleeper sleeper = nullptr;
    bool done = false;
    {
        const std::scoped_lock hold(port->lock);
        done = thread.port.load(std::memory_order_relaxed) == port;
        if (done) sleeper = transition(*port);
    }
    wake(sleeper);
    return done;
}

}  // namespace real
