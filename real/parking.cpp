#include "real/parking.hpp"

#include "real/spin.hpp"

namespace real {

bool Parking::wait(Deadline deadline) {
    // A packet often comes at once under load; a moment of spinning saves both system calls.
    static const int turns = spin_turns(100);
    for (int turn = 0; turn < turns; ++turn) {
        if (word_.load(std::memory_order_acquire) == kReleased) return true;
        spin_pause();
    }
    std::uint32_t seen = kWaiting;
    if (!word_.compare_exchange_strong(seen, kAsleep, std::memory_order_acq_rel,
                                       std::memory_order_acquire) &&
        seen == kReleased) {
        return true;  // and not asleep from an earlier wait, whose deadline has passed
    }
    bool in_time = true;
    while (word_.load(std::memory_order_acquire) != kReleased) {
        if (!in_time) return false;
        in_time = futex_wait(word_, kAsleep, deadline);
    }
    return true;
}

}  // namespace real
