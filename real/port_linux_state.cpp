#include "real/port_linux_state.hpp"

#include "real/futex.hpp"

namespace real {

bool PortState::waits_here(const PortThread& thread) const {
    return thread.port.load(std::memory_order_relaxed) == this &&
           thread.state == ThreadState::waiting;
}

PortState::Inserted PortState::insert(const Completion& packet) {
    if (closed_) return {Win32Error::invalid_handle, nullptr};
    if (top_ != nullptr && may_release()) {
        const Sleeper sleeper = release_top(packet);
        check();
        return {Win32Error::success, sleeper};
    }
    if (!packets_.push(packet)) return {Win32Error::no_system_resources, nullptr};
    signal();
    check();
    return {Win32Error::success, nullptr};
}

bool PortState::enter(PortThread& thread, bool poll) {
    if (closed_) {
        // A failing call does not associate (A-ASSOC-6).
        thread.result = without_packet(Win32Error::invalid_handle);
        return true;
    }
    if (thread.port.load(std::memory_order_relaxed) != this) associate(thread);
    // Its own slot first, so that it competes with nobody but itself (C-SELF-1). Nobody else is
    // activated here: the caller is about to take the packet itself or to find the port full.
    // A thread that still counts as paused holds no slot. If the watch paused it, this is where it
    // counts again, for the moment until it gives its slot back.
    forget_seen(thread);
    if (thread.state == ThreadState::released) --active_;

    if (!packets_.empty() && may_release()) {
        take_for(thread);
        check();
        return true;
    }
    if (thread.alertable && thread.apcs.any()) {
        count_released(thread);  // even above the limit, like a time-out
        thread.result = without_packet(Win32Error::wait_io_completion);
        check();
        return true;
    }
    if (poll) {
        // It runs on, so it holds a slot, whatever the limit says (C-POLL-1, T-TIMEOUT-4).
        count_released(thread);
        thread.result = without_packet(Win32Error::wait_timeout);
        check();
        return true;
    }
    thread.expired = false;
    thread.parking.prepare();
    push_waiting(thread);
    check();
    return false;
}

bool PortState::time_out(PortThread& thread) {
    thread.expired = true;  // matters to a thread that is held
    if (!waits_here(thread)) return false;
    remove_waiting(thread);
    count_released(thread);  // even above the limit (T-TIMEOUT-5)
    thread.result = without_packet(Win32Error::wait_timeout);
    check();
    return true;
}

Sleeper PortState::interrupt(PortThread& thread) {
    if (!waits_here(thread) || !thread.alertable) return nullptr;
    remove_waiting(thread);
    count_released(thread);
    thread.result = without_packet(Win32Error::wait_io_completion);
    check();
    return thread.parking.release() ? &thread : nullptr;
}

Sleeper PortState::pause(PortThread& thread) {
    // Who says so itself ends it itself, even if the watch was first.
    if (thread.state == ThreadState::paused) thread.seen_blocked = false;
    if (thread.state != ThreadState::released) return nullptr;
    --active_;
    thread.state = ThreadState::paused;
    return activate();
}

Sleeper PortState::pause_seen(PortThread& thread) {
    if (thread.state != ThreadState::released) return nullptr;
    thread.seen_blocked = true;
    return pause(thread);
}

std::int64_t PortState::resume_seen(PortThread& thread) {
    if (thread.seen_blocked) {
        forget_seen(thread);
        resume(thread);
    }
    return thread.counted;
}

Sleeper PortState::leave(PortThread& thread) {
    if (thread.state == ThreadState::released) --active_;
    dissociate(thread);
    return activate();
}

void PortState::resume(PortThread& thread) {
    if (thread.state != ThreadState::paused || thread.stands) return;
    count_released(thread);  // even above the limit (C-UNBLOCK-1)
    check();
}

// No packet can be waiting for the slot that TR5 frees here: then this thread would have it.
bool PortState::hold(PortThread& thread) {
    if (!waits_here(thread)) return false;
    remove_waiting(thread);
    thread.state = ThreadState::held;
    check();
    return true;
}

// What was seen to block stands from now on: to say so itself it must have run, and only the end of
// the suspension lets it count again, not the record of that moment.
Sleeper PortState::stand(PortThread& thread) {
    if (thread.seen_blocked) {
        thread.seen_blocked = false;
        thread.stands = true;
        return nullptr;
    }
    if (thread.state != ThreadState::released) return nullptr;
    thread.stands = true;
    return pause(thread);
}

Sleeper PortState::go_on(PortThread& thread) {
    if (thread.stands) {
        thread.stands = false;
        resume(thread);
        return nullptr;
    }
    if (thread.state != ThreadState::held) return nullptr;
    if (!packets_.empty() && may_release()) {
        take_for(thread);
    } else if (thread.alertable && thread.apcs.any()) {
        count_released(thread);
        thread.result = without_packet(Win32Error::wait_io_completion);
    } else if (thread.expired) {
        count_released(thread);
        thread.result = without_packet(Win32Error::wait_timeout);
    } else {
        push_waiting(thread);
        check();
        return nullptr;
    }
    check();
    return thread.parking.release() ? &thread : nullptr;
}

bool PortState::close() {
    if (closed_) return false;
    closed_ = true;
    discarded_ = packets_.size();
    packets_.clear();
    signal();
    top_ = nullptr;
    active_ = 0;
    while (associated_ != nullptr) {
        PortThread& thread = *associated_;
        const bool waited = thread.state == ThreadState::waiting;
        // One that is held finds out when it is resumed.
        if (waited || thread.state == ThreadState::held)
            thread.result = without_packet(Win32Error::abandoned_wait_0);
        dissociate(thread);
        // The only wake-up inside the lock, because the list cannot be walked outside of it. What
        // an abandoned thread does next does not need this lock, unless it calls a closed port.
        if (waited && thread.parking.release()) thread.parking.wake();
    }
    return true;
}

// -- the parts of the transitions ----------------------------------------------------------------

void PortState::count_released(PortThread& thread) {
    thread.state = ThreadState::released;
    ++active_;
}

// The thread runs again, and the port knows.
void PortState::forget_seen(PortThread& thread) {
    if (!thread.seen_blocked) return;
    thread.seen_blocked = false;
    thread.counted = monotonic_now();
}

// Only below the limit (C-LIMIT-1), and counted from now on, not from when the thread first runs
// (C-COUNT-2).
void PortState::count_released_with_packet(PortThread& thread) {
    check_slot();
    count_released(thread);
}

// The oldest packet, and more of them if it asked for several (G-EX-1). That is one active thread
// all the same (C-BATCH-1).
void PortState::take_for(PortThread& thread) {
    count_released_with_packet(thread);
    thread.result = with_packet(packets_.pop());
    while (thread.more < thread.room.size() && !packets_.empty())
        thread.room[thread.more++] = packets_.pop();
}

// Blocking, not calling or being created, decides the place on the stack (W-LIFO-2).
void PortState::push_waiting(PortThread& thread) {
    thread.state = ThreadState::waiting;
    thread.above = nullptr;
    thread.below = top_;
    if (top_ != nullptr) top_->above = &thread;
    top_ = &thread;
}

void PortState::remove_waiting(PortThread& thread) {
    if (thread.above != nullptr) thread.above->below = thread.below;
    if (thread.below != nullptr) thread.below->above = thread.above;
    if (top_ == &thread) top_ = thread.below;
}

void PortState::associate(PortThread& thread) {
    thread.state = ThreadState::outside;
    thread.previous_associated = nullptr;
    thread.next_associated = associated_;
    if (associated_ != nullptr) associated_->previous_associated = &thread;
    associated_ = &thread;
    thread.port.store(this, std::memory_order_relaxed);
}

void PortState::dissociate(PortThread& thread) {
    if (thread.previous_associated != nullptr) {
        thread.previous_associated->next_associated = thread.next_associated;
    } else {
        associated_ = thread.next_associated;
    }
    if (thread.next_associated != nullptr) {
        thread.next_associated->previous_associated = thread.previous_associated;
    }
    thread.state = ThreadState::outside;
    thread.stands = false;
    thread.seen_blocked = false;
    // Last: the thread itself reads it without a lock, and is then free to enter another port.
    thread.port.store(nullptr, std::memory_order_release);
}

// The packet is bound to the thread from here on; nobody can take it away (W-NOSTEAL-1).
Sleeper PortState::release_top(const Completion& packet) {
    PortThread& thread = *top_;
    remove_waiting(thread);
    count_released_with_packet(thread);
    thread.result = with_packet(packet);
    return thread.parking.release() ? &thread : nullptr;
}

std::uint32_t PortState::watch() {
    ++watchers_;
    return signals_.load(std::memory_order_relaxed);
}

// All watchers, not one: none of them takes anything. Seldom, so inside of the lock.
void PortState::signal() {
    if (watchers_ == 0) return;
    signals_.fetch_add(1, std::memory_order_release);
    futex_wake_all(signals_);
}

// A slot may have become free: the newest waiting thread gets the oldest packet (C-BLOCK-1).
Sleeper PortState::activate() {
    Sleeper sleeper = nullptr;
    if (top_ != nullptr && !packets_.empty() && may_release())
        sleeper = release_top(packets_.pop());
    check();
    return sleeper;
}

}  // namespace real
