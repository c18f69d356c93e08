// How a transition finds the port of a thread. Private to the Linux port.
#pragma once

#include <atomic>
#include <mutex>

#include "real/port_linux_state.hpp"

namespace real {

// Carries out `transition` under the lock of the port that the thread is associated with, if any,
// and wakes the thread that it releases. False: the thread is associated with none.
template <class Transition>
bool at_own_port(PortThread& thread, Transition transition) {
    PortState* const port = thread.port.load(std::memory_order_acquire);
    if (port == nullptr) return false;
    Sleeper sleeper = nullptr;
    {
        const std::scoped_lock hold(port->lock);
        // It may have gone to another port, or this one was closed, before we had the lock.
        if (thread.port.load(std::memory_order_relaxed) != port) return false;
        sleeper = transition(*port);
    }
    wake(sleeper);
    return true;
}

}  // namespace real
