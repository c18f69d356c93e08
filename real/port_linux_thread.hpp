// What the Linux port knows of one thread. Everything but `parking` is guarded by the lock of the
// port that the thread is associated with; a thread without association guards it itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "real/apc_queue.hpp"
#include "real/futex_lock.hpp"
#include "real/parking.hpp"
#include "real/port.hpp"

namespace real {

class PortState;

// behaviours.md §2, thread states.
enum class ThreadState : std::uint8_t {
    outside,   // associated with no port
    waiting,   // on the stack of its port
    released,  // running as far as the port knows: counts as active, with a packet or without
    paused,    // in a wait for something other than a port, or suspended: does not count
    held,      // suspended in the middle of its wait: off the stack, still in its call
};

// The two ways in which a call ends.
[[nodiscard]] inline GetResult with_packet(const Completion& packet) {
    return {.error = packet.error, .has_packet = true, .packet = packet};
}
[[nodiscard]] inline GetResult without_packet(Win32Error error) {
    return {.error = error, .has_packet = false, .packet = {}};
}

// The suspension of one thread. Whoever needs the lock of a port as well takes this lock first.
struct Suspension {
    FutexLock lock;
    FutexWord count{0};     // 0: runs; a thread that stands sleeps on it
    FutexWord arrivals{0};  // how often it came to rest; suspenders sleep on it
    // Guarded by `lock`:
    int system_thread = 0;  // 0: has not begun, or has ended
    bool at_rest = false;   // it stands at a safe point, or was taken off the stack
    bool held = false;      // the latter
};

// A few cache lines, and no line shared with another thread: a thread that is released and the
// thread that releases it meet in the first one only.
struct alignas(128) PortThread {
    Parking parking;
    ThreadState state = ThreadState::outside;

    // The association (A-ASSOC-1). Only the thread itself sets it; closing the port clears it
    // (A-ASSOC-4). Whoever follows it locks that port and looks again.
    std::atomic<PortState*> port{nullptr};

    // How the call ends. Written by whoever releases the thread, before parking.release().
    GetResult result;

    // Neighbours on the stack of waiting threads, while waiting.
    PortThread* above = nullptr;
    PortThread* below = nullptr;

    // The call that it is in, if that may bring several packets: room for those after the first,
    // and how many of them there are. Written like `result`, `room` and `alertable` by the thread
    // itself.
    std::span<Completion> room;
    std::uint32_t more = 0;
    bool alertable = false;

    // Neighbours in the port's list of associated threads, in no order.
    PortThread* next_associated = nullptr;
    PortThread* previous_associated = nullptr;

    ApcQueue apcs;
    bool stands = false;   // paused because it is suspended, which nothing but resuming ends
    bool expired = false;  // held, and the deadline of its call has passed

    // For the watch that sees it block (block_watch.hpp). `calls` is counted by the thread itself,
    // before and after every call of a port: odd inside. `counted` is when it was counted again
    // after it had blocked, by itself or by the watch.
    std::atomic<std::uint32_t> calls{0};
    bool seen_blocked = false;  // paused, and it was the watch that paused it
    bool watched = false;       // set before its first call, by itself
    std::int64_t counted = 0;   // clock_now()

    alignas(64) Suspension suspension;
};

// Marks that the calling thread is inside a call of a port, where its waits are no blocks. One
// inside of another changes nothing.
class InCall {
public:
    // Null: the thread is not watched.
    explicit InCall(PortThread* thread)
        : thread_(thread != nullptr && outside(*thread) ? thread : nullptr) {
        count();
    }
    ~InCall() { count(); }
    InCall(const InCall&) = delete;
    InCall& operator=(const InCall&) = delete;

private:
    static bool outside(const PortThread& thread) {
        return thread.calls.load(std::memory_order_relaxed) % 2 == 0;
    }
    void count() {
        if (thread_ == nullptr) return;
        std::atomic_signal_fence(std::memory_order_seq_cst);
        thread_->calls.store(thread_->calls.load(std::memory_order_relaxed) + 1,
                             std::memory_order_release);
        std::atomic_signal_fence(std::memory_order_seq_cst);
    }

    PortThread* thread_;
};

}  // namespace real
