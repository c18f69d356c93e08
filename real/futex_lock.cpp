#include "real/futex_lock.hpp"

#include <algorithm>

#include "real/spin.hpp"

namespace real {
namespace {

// Measured with bench/linux_port_bench.cpp: looking at the lock after every pause takes its cache
// line away from the holder each time, and two workers get 2 million packets a second through the
// port; with pauses that grow to this length it is 12 million.
constexpr int kFirstPauses = 16;
constexpr int kMostPauses = 128;
// Some tens of microseconds in all: what a sleep and its wake-up would cost.
constexpr int kBudget = 800;

}  // namespace

void FutexLock::lock_slowly() {
    static const int budget = spin_turns(kBudget);
    int pauses = kFirstPauses;
    for (int spent = 0; spent < budget; spent += pauses) {
        for (int i = 0; i < pauses; ++i) spin_pause();
        std::uint32_t seen = word_.load(std::memory_order_relaxed);
        if (seen == kFree && word_.compare_exchange_weak(seen, kHeld, std::memory_order_acquire,
                                                         std::memory_order_relaxed)) {
            return;
        }
        pauses = std::min(2 * pauses, kMostPauses);
    }
    // From here on the lock is taken as "held with sleepers", because others may sleep as well.
    // That costs at most one wake-up of nobody.
    while (word_.exchange(kHeldWithSleepers, std::memory_order_acquire) != kFree) {
        futex_wait(word_, kHeldWithSleepers, kNoDeadline);
    }
}

}  // namespace real
