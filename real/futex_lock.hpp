// The lock of a port. Its critical sections are a few dozen instructions, so a thread that finds
// it taken spins for a moment. But 16 to 64 workers may share two processors, and then the holder
// may well be preempted: after the spin the thread sleeps in the kernel instead of burning the
// quantum that the holder needs. No yield loops.
//
// There is no queue of lockers: whoever comes while the lock is free has it. A fair lock would
// hand it to a thread that is still asleep and make everybody wait for its wake-up (a convoy).
#pragma once

#include "real/futex.hpp"

namespace real {

class FutexLock {
public:
    void lock() {
        std::uint32_t seen = kFree;
        if (word_.compare_exchange_strong(seen, kHeld, std::memory_order_acquire,
                                          std::memory_order_relaxed)) {
            return;
        }
        lock_slowly();
    }
    void unlock() {
        if (word_.exchange(kFree, std::memory_order_release) == kHeldWithSleepers) {
            futex_wake_one(word_);
        }
    }

private:
    static constexpr std::uint32_t kFree = 0;
    static constexpr std::uint32_t kHeld = 1;
    static constexpr std::uint32_t kHeldWithSleepers = 2;

    void lock_slowly();

    FutexWord word_{kFree};
};

}  // namespace real
