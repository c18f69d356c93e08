// Where one thread waits: a futex word of its own. Nobody else sleeps on it, so releasing a thread
// wakes exactly that thread (W-ONE-1), and nobody has to look whether the wake-up was meant for it.
#pragma once

#include "real/futex.hpp"

namespace real {

class Parking {
public:
    // The owner, before others can see that it waits.
    void prepare() { word_.store(kWaiting, std::memory_order_relaxed); }

    // The owner. True: somebody released it, and what that thread wrote before is visible. False:
    // the deadline has passed; a release may still come until the caller has made sure, under the
    // lock of the port, that it does not wait any more. It may wait again after a deadline.
    [[nodiscard]] bool wait(Deadline deadline);

    // Anybody, once after each prepare(). When true the caller must also call wake(), at best after
    // it has left its critical section. The owner may run from this instant on.
    [[nodiscard]] bool release() {
        return word_.exchange(kReleased, std::memory_order_acq_rel) == kAsleep;
    }
    void wake() { futex_wake_one(word_); }

private:
    static constexpr std::uint32_t kReleased = 0;
    static constexpr std::uint32_t kWaiting = 1;  // but not asleep yet: no system call is needed
    static constexpr std::uint32_t kAsleep = 2;

    FutexWord word_{kReleased};
};

}  // namespace real
