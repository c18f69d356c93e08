// What the threads of our Linux port wait for besides packets: their APCs, and a port's handle.
#include <mutex>

#include "real/port_linux_ports.hpp"
#include "real/thread_wrapper.hpp"

namespace real {

// A thread that waits alertably on its port must hear of it. It looked for APCs after it had noted
// which port it is at, under the lock that push() takes: if it found nothing, the port is visible
// here; if it did not look yet, it will find this APC.
Win32Error LinuxPorts::queue_apc(ThreadId to, Apc& apc) {
    PortThread* const thread = threads_.find(index(to));
    const InCall inside(watched_caller());
    if (thread == nullptr || !thread->apcs.push(apc)) return Win32Error::invalid_handle;
    for (;;) {
        PortState* const port = thread->port.load(std::memory_order_acquire);
        if (port == nullptr) return Win32Error::success;
        Sleeper sleeper = nullptr;
        {
            const std::scoped_lock hold(port->lock);
            if (thread->port.load(std::memory_order_relaxed) != port) continue;  // it has moved on
            sleeper = port->interrupt(*thread);
        }
        wake(sleeper);
        return Win32Error::success;
    }
}

bool LinuxPorts::run_apcs(ThreadId thread) {
    PortThread* const self = threads_.find(index(thread));
    return self != nullptr && self->apcs.run();
}

WaitEnd LinuxPorts::wait_alertably(ThreadId thread, ManualEvent& event, Nanos timeout) {
    PortThread* const self = threads_.find(index(thread));
    if (self == nullptr) return event.wait(timeout) ? WaitEnd::satisfied : WaitEnd::timed_out;
    self->apcs.wait_begins(event);
    const bool set =
        event.wait(timeout, &self->apcs.pending(), [&] { stand_while_suspended(*self); });
    self->apcs.wait_ends();
    if (self->apcs.run()) return WaitEnd::user_apc;
    return set ? WaitEnd::satisfied : WaitEnd::timed_out;
}

WaitEnd LinuxPorts::wait_port(PortId handle, Nanos timeout,
                              const std::function<void()>& interrupted) {
    PortState* const port = usable(handle);
    if (port == nullptr) return WaitEnd::failed;
    std::uint32_t seen = 0;
    {
        const std::scoped_lock hold(port->lock);
        if (port->signaled()) return WaitEnd::satisfied;
        if (timeout == 0) return WaitEnd::timed_out;
        seen = port->watch();
    }
    const Deadline deadline = deadline_after(timeout);
    bool in_time = true;
    while (in_time && port->signals().load(std::memory_order_acquire) == seen) {
        in_time = futex_wait(port->signals(), seen, deadline);
        // Perhaps a signal.
        if (interrupted) interrupted();
    }
    const std::scoped_lock hold(port->lock);
    port->unwatch();
    const bool satisfied = port->signals().load(std::memory_order_relaxed) != seen;
    return satisfied ? WaitEnd::satisfied : WaitEnd::timed_out;
}

}  // namespace real
