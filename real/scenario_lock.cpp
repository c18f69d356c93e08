#include "real/scenario_lock.hpp"

#include <utility>

namespace real {

using sim::ThreadId;

class ScenarioLock::Guard {
public:
    explicit Guard(std::atomic_flag& flag) : flag_(flag) {
        while (flag_.test_and_set(std::memory_order_acquire)) yield_processor();
    }
    ~Guard() { flag_.clear(std::memory_order_release); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

private:
    std::atomic_flag& flag_;
};

bool ScenarioLock::take(ThreadId thread) {
    if (owner_ != ThreadId::none && owner_ != thread) return false;
    owner_ = thread;
    ++depth_;
    return true;
}

void ScenarioLock::queue(Waiter& waiter) {
    waiter.next = nullptr;
    (first_ == nullptr ? first_ : last_->next) = &waiter;
    last_ = &waiter;
}

bool ScenarioLock::try_take(ThreadId thread) {
    const Guard hold(guard_);
    return take(thread);
}

bool ScenarioLock::take_or_queue(Waiter& waiter) {
    const Guard hold(guard_);
    if (take(waiter.thread)) return true;
    queue(waiter);
    return false;
}

void ScenarioLock::spin_begins() {
    const Guard hold(guard_);
    ++spinners_;
}

bool ScenarioLock::spin_ends(Waiter& waiter) {
    const Guard hold(guard_);
    --spinners_;
    if (owner_ == waiter.thread || take(waiter.thread)) return true;
    queue(waiter);
    return false;
}

// While somebody spins it is left free: every spin ends with one more try, so the last spinner
// takes it, and those that wait get it from that one.
bool ScenarioLock::leave(ThreadId thread) {
    const Guard hold(guard_);
    if (owner_ != thread) return false;
    if (--depth_ > 0) return true;
    owner_ = ThreadId::none;
    if (spinners_ > 0 || first_ == nullptr) return true;
    Waiter& next = *std::exchange(first_, first_->next);
    static_cast<void>(take(next.thread));
    next.turn.set();
    return true;
}

}  // namespace real
