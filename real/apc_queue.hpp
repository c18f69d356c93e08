// The user APCs of one thread of our Linux port, oldest first, and how they reach it. Windows has
// all of this in the kernel.
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "real/futex_lock.hpp"
#include "real/port.hpp"

namespace real {

class ApcQueue {
public:
    // By the owner, before and after everything else. What is left at the end is forgotten.
    void begin();
    void end();

    // By anybody. False: the owner has not begun or has ended. A wait of the owner between
    // wait_begins() and wait_ends() ends.
    [[nodiscard]] bool push(Apc&);

    // Looks under the lock. So whatever the owner wrote before it found nothing here is visible to
    // whoever queues an APC next, after push() (see LinuxPorts::queue_apc).
    [[nodiscard]] bool any();

    // By the owner: runs what is queued, what is queued meanwhile as well. False: there was
    // nothing.
    bool run();

    // By the owner, around an alertable wait for the event.
    void wait_begins(ManualEvent&);
    void wait_ends();
    // Whether to go on waiting; for ManualEvent::wait.
    [[nodiscard]] const std::atomic<bool>& pending() const { return pending_; }

private:
    [[nodiscard]] Apc* pop();

    FutexLock lock_;
    std::atomic<bool> pending_{false};  // is anything queued?
    // Guarded by lock_:
    std::vector<Apc*> queued_;  // from first_ on; room for a few before it grows
    std::size_t first_ = 0;
    ManualEvent* waits_for_ = nullptr;
    bool alive_ = false;
};

}  // namespace real
