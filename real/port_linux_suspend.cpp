// SuspendThread and ResumeThread on the Linux port (TR8). A thread that waits on a port is taken
// off the stack by whoever suspends it and sleeps on; any other thread has to come to a safe point
// by itself, where it stands until it is resumed. The signal only gets it out of system calls.
#include <mutex>

#include "real/port_linux_ports.hpp"
#include "real/stop_signal.hpp"

namespace real {
namespace {

// The signal is repeated, because the thread may have looked just before it and gone to sleep just
// after it.
constexpr Deadline kRepeatSignal = 1'000'000;

// With the lock of its suspension.
void arrive(Suspension& suspension) {
    if (suspension.at_rest) return;
    suspension.at_rest = true;
    suspension.arrivals.fetch_add(1, std::memory_order_release);
    futex_wake_one(suspension.arrivals);
}

void free_slot(PortThread& thread) {
    at_own_port(thread, [&](PortState& port) { return port.stand(thread); });
}

// False: it does not wait on a port.
bool take_off_stack(PortThread& thread) {
    bool held = false;
    at_own_port(thread, [&](PortState& port) {
        held = port.hold(thread);
        return Sleeper{};
    });
    if (!held) return false;
    thread.suspension.held = true;
    arrive(thread.suspension);
    return true;
}

// The last suspension was taken back: before the thread itself can run on, it counts again.
void let_go(PortThread& thread) {
    Suspension& suspension = thread.suspension;
    const bool told_port = at_own_port(thread, [&](PortState& port) { return port.go_on(thread); });
    // The port was closed meanwhile and left the result of the call.
    if (suspension.held && !told_port && thread.parking.release()) thread.parking.wake();
    suspension.held = false;
    suspension.at_rest = false;
}

// Has the suspension taken effect, or is there nothing more to wait for? Otherwise the thread was
// sent the signal.
bool settled(PortThread& thread) {
    Suspension& suspension = thread.suspension;
    const std::scoped_lock hold(suspension.lock);
    if (suspension.at_rest || suspension.system_thread == 0) return true;
    if (suspension.count.load(std::memory_order_relaxed) == 0) return true;  // resumed again
    if (take_off_stack(thread)) return true;
    send_stop_signal(suspension.system_thread);
    return false;
}

}  // namespace

void LinuxPorts::begin_suspensions(PortThread& self) {
    const std::scoped_lock hold(self.suspension.lock);
    self.suspension.count.store(0, std::memory_order_relaxed);
    self.suspension.system_thread = own_system_thread();
}

// From here on it cannot be suspended.
void LinuxPorts::end_suspensions(PortThread& self) {
    for (;;) {
        stand_while_suspended(self);
        const std::scoped_lock hold(self.suspension.lock);
        if (self.suspension.count.load(std::memory_order_relaxed) != 0) continue;
        self.suspension.system_thread = 0;
        return;
    }
}

void LinuxPorts::safe_point(ThreadId thread) {
    if (PortThread* const self = threads_.find(index(thread))) stand_while_suspended(*self);
}

// For the watch this is a call, not a wait: the port knows already that the thread does not run.
void LinuxPorts::stand(PortThread& self) {
    const InCall inside(self.watched ? &self : nullptr);
    Suspension& suspension = self.suspension;
    for (;;) {
        std::uint32_t seen = 0;
        {
            const std::scoped_lock hold(suspension.lock);
            seen = suspension.count.load(std::memory_order_relaxed);
            if (seen == 0) return;
            // Also after being resumed and suspended again without having run in between.
            free_slot(self);
            arrive(suspension);
        }
        futex_wait(suspension.count, seen, kNoDeadline);
    }
}

SuspendResult LinuxPorts::suspend(ThreadId thread, ThreadId by, Nanos patience) {
    PortThread* const other = threads_.find(index(thread));
    if (other == nullptr) return {.error = Win32Error::invalid_handle};
    const InCall inside(watched_caller());
    Suspension& suspension = other->suspension;
    SuspendResult result;
    {
        const std::scoped_lock hold(suspension.lock);
        if (suspension.system_thread == 0) return {.error = Win32Error::access_denied};
        result.before = suspension.count.load(std::memory_order_relaxed);
        if (result.before >= kMaximumSuspendCount) return {.error = Win32Error::signal_refused};
        suspension.count.store(result.before + 1, std::memory_order_release);
        if (thread == by) free_slot(*other);
    }
    if (thread == by) return result;  // it comes to rest where it is told to look

    const Deadline give_up = monotonic_now() + patience;
    for (;;) {
        const std::uint32_t seen = suspension.arrivals.load(std::memory_order_acquire);
        if (settled(*other)) return result;
        const Deadline now = monotonic_now();
        if (now >= give_up) return {.error = Win32Error::wait_timeout, .before = result.before};
        if (by != ThreadId::none) safe_point(by);  // two threads may suspend each other
        futex_wait(suspension.arrivals, seen, now + kRepeatSignal);
    }
}

SuspendResult LinuxPorts::resume(ThreadId thread) {
    PortThread* const other = threads_.find(index(thread));
    if (other == nullptr) return {.error = Win32Error::invalid_handle};
    const InCall inside(watched_caller());
    Suspension& suspension = other->suspension;
    SuspendResult result;
    {
        const std::scoped_lock hold(suspension.lock);
        result.before = suspension.count.load(std::memory_order_relaxed);
        if (result.before == 0) return result;
        if (result.before == 1) let_go(*other);
        suspension.count.store(result.before - 1, std::memory_order_release);
    }
    if (result.before == 1) futex_wake_one(suspension.count);
    return result;
}

std::optional<bool> LinuxPorts::stopped(ThreadId thread) {
    PortThread* const other = threads_.find(index(thread));
    if (other == nullptr) return false;
    const std::scoped_lock hold(other->suspension.lock);
    return other->suspension.at_rest;
}

}  // namespace real
