#include "real/apc_queue.hpp"

#include <mutex>

#include "real/thread_wrapper.hpp"

namespace real {
namespace {

constexpr std::size_t kRoom = 64;

}  // namespace

void ApcQueue::begin() {
    const std::scoped_lock hold(lock_);
    queued_.reserve(kRoom);
    alive_ = true;
}

void ApcQueue::end() {
    const std::scoped_lock hold(lock_);
    queued_.clear();
    first_ = 0;
    pending_.store(false, std::memory_order_relaxed);
    alive_ = false;
}

bool ApcQueue::push(Apc& apc) {
    const std::scoped_lock hold(lock_);
    if (!alive_) return false;
    queued_.push_back(&apc);
    pending_.store(true, std::memory_order_release);
    // Under the lock: the event may go when the wait is over.
    if (waits_for_ != nullptr) waits_for_->alert();
    return true;
}

bool ApcQueue::any() {
    const std::scoped_lock hold(lock_);
    return first_ < queued_.size();
}

Apc* ApcQueue::pop() {
    const std::scoped_lock hold(lock_);
    if (first_ == queued_.size()) return nullptr;
    Apc* const oldest = queued_[first_++];
    if (first_ == queued_.size()) {
        queued_.clear();
        first_ = 0;
        pending_.store(false, std::memory_order_relaxed);
    }
    return oldest;
}

// Without the lock while one runs: it may queue another.
bool ApcQueue::run() {
    bool any = false;
    while (Apc* const apc = pop()) {
        apc->run();
        any = true;
    }
    return any;
}

void ApcQueue::wait_begins(ManualEvent& event) {
    const std::scoped_lock hold(lock_);
    waits_for_ = &event;
}

void ApcQueue::wait_ends() {
    const std::scoped_lock hold(lock_);
    waits_for_ = nullptr;
}

}  // namespace real
