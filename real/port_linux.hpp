// Our own completion port for Linux: the rules of behaviours.md §3 to §7 in user space, with one
// futex word per thread. Its schedule is evidence about this port, never about Windows.
#pragma once

#include <cstdint>
#include <memory>

#include "real/port.hpp"

namespace real {

// What the back end is and promises. Where it cannot work (another system, a kernel that refuses
// futexes) `unavailable` says why. Compiles everywhere.
[[nodiscard]] Backend linux_backend();

// Only on Linux. The threads of the run must have returned from their last call before the object
// goes. There is room for 65,536 ports and for thread numbers below 65,536: beyond, and when memory
// is short, create(), post() and get() fail with no_system_resources. So does get() of a thread
// that has not begun.
//
// `blocking` is how it learns that a thread waits for something else (blocking.hpp): observed,
// sampled or announced. A thread that cannot be watched announces its waits (Ports::announces). A
// thread that is watched must end with thread_ends().
[[nodiscard]] std::unique_ptr<Ports> make_linux_ports(
    sim::Blocking blocking = sim::Blocking::announced);

// What concurrency value 0 becomes: the processors that this process may run on
// (sched_getaffinity), so that a container or taskset with two processors throttles at two. Windows
// counts those of the whole system (C-VALUE-0; what it does under an affinity mask is open). At
// least 1. Only on Linux.
[[nodiscard]] std::uint32_t linux_processors();

}  // namespace real
