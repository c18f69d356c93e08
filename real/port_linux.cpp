#include "real/port_linux.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "real/port_linux_lock.hpp"
#include "real/port_linux_ports.hpp"
#include "real/spin.hpp"

namespace real {
namespace {

// The locks of two ports at once, always the one with the lower number first, so that two threads
// that change places between two ports cannot wait for each other.
class BothLocks {
public:
    BothLocks(PortState& one, PortState& other)
        : first_(one.number() < other.number() ? one.lock : other.lock),
          second_(one.number() < other.number() ? other.lock : one.lock) {}

private:
    std::scoped_lock<FutexLock> first_;
    std::scoped_lock<FutexLock> second_;
};

// The end of a call with this timeout. Windows takes whole milliseconds; a fraction counts as one.
// A timeout too long to be an instant never ends.
Deadline deadline_after(Nanos timeout) {
    constexpr Nanos kMillisecond = 1'000'000;
    constexpr Nanos kEnd = std::numeric_limits<Nanos>::max();
    if (timeout < 0) return kNoDeadline;
    const Nanos whole = timeout / kMillisecond + (timeout % kMillisecond != 0 ? 1 : 0);
    const Deadline now = monotonic_now();
    return whole > (kEnd - now) / kMillisecond ? kNoDeadline : now + whole * kMillisecond;
}

// TR2 and TR3 as one step. The first half of TR2 concerns the port that the thread leaves, if there
// is another one; that is the only time when two ports are locked at once.
bool enter(PortThread& thread, PortState& port, bool poll) {
    PortState* const old = thread.port.load(std::memory_order_acquire);
    if (old == nullptr || old == &port) {
        const std::scoped_lock hold(port.lock);
        return port.enter(thread, poll);
    }
    Sleeper replacement = nullptr;
    bool returns = false;
    {
        const BothLocks hold(*old, port);
        // The old port may have been closed before we had its lock; then the association is over.
        // If the new one is closed the call fails and the association stays (A-ASSOC-6).
        if (!port.closed() && thread.port.load(std::memory_order_relaxed) == old) {
            replacement = old->leave(thread);
        }
        returns = port.enter(thread, poll);
    }
    wake(replacement);
    return returns;
}

// The calling thread, while it is watched: post() and close() are not told who calls.
thread_local PortThread* watched_self = nullptr;

}  // namespace

Win32Error LinuxPorts::create(std::uint32_t concurrency) {
    const std::scoped_lock hold(creating_);
    if (port_count_ == StableTable<PortState>::kCapacity) return Win32Error::no_system_resources;
    const std::uint32_t limit = concurrency == 0 ? linux_processors() : concurrency;
    try {
        const auto number = static_cast<std::uint32_t>(port_count_);
        ports_.put(port_count_, std::make_unique<PortState>(number, limit));
    } catch (const std::bad_alloc&) {
        return Win32Error::no_system_resources;
    }
    ++port_count_;
    return Win32Error::success;
}

std::uint32_t LinuxPorts::limit(PortId port) const {
    const PortState* const state = ports_.find(index(port));
    return state == nullptr ? 0 : state->limit();
}

void LinuxPorts::thread_begins(ThreadId thread) {
    if (index(thread) >= StableTable<PortThread>::kCapacity) return;
    // The place of a thread that has ended is used again: it was left in the state "outside".
    if (threads_.find(index(thread)) == nullptr) {
        try {
            threads_.put(index(thread), std::make_unique<PortThread>());
        } catch (const std::bad_alloc&) {
            return;  // get() will say that there were no resources for this thread
        }
    }
    if (watch_ == nullptr) return;
    PortThread& self = *threads_.find(index(thread));
    self.watched = watch_->attach(thread, self);
    watched_self = self.watched ? &self : nullptr;
}

void LinuxPorts::thread_ends(ThreadId thread) {
    PortThread* const self = threads_.find(index(thread));
    if (self == nullptr) return;
    {
        const InCall call(self->watched ? self : nullptr);
        at_own_port(*self, [&](PortState& port) { return port.leave(*self); });
    }
    if (!self->watched) return;
    watch_->detach(thread);
    self->watched = false;
    watched_self = nullptr;
}

Win32Error LinuxPorts::post(PortId port, const Completion& packet) {
    return insert(port,
                  {.key = packet.key, .bytes = packet.bytes, .overlapped = packet.overlapped});
}

Win32Error LinuxPorts::insert(PortId port, const Completion& packet) {
    PortState* const state = ports_.find(index(port));
    if (state == nullptr) return Win32Error::invalid_handle;
    const InCall call(watched_self);
    PortState::Inserted inserted{};
    {
        const std::scoped_lock hold(state->lock);
        inserted = state->insert(packet);
    }
    wake(inserted.sleeper);
    return inserted.error;
}

GetResult LinuxPorts::get(ThreadId thread, PortId port, Nanos timeout) {
    PortThread* const self = threads_.find(index(thread));
    PortState* const state = ports_.find(index(port));
    if (state == nullptr) return without_packet(Win32Error::invalid_handle);
    if (self == nullptr) return without_packet(Win32Error::no_system_resources);

    const InCall call(self->watched ? self : nullptr);
    const bool poll = timeout == 0;
    const Deadline deadline = poll ? kNoDeadline : deadline_after(timeout);
    if (enter(*self, *state, poll)) return self->result;
    if (!self->parking.wait(deadline)) {
        // Perhaps it was released after all between the deadline and this lock.
        const std::scoped_lock hold(state->lock);
        state->time_out(*self);
    }
    return self->result;
}

Win32Error LinuxPorts::close(PortId port) {
    PortState* const state = ports_.find(index(port));
    if (state == nullptr) return Win32Error::invalid_handle;
    const InCall call(watched_self);
    const std::scoped_lock hold(state->lock);
    return state->close() ? Win32Error::success : Win32Error::invalid_handle;
}

void LinuxPorts::block_begins(ThreadId thread) {
    PortThread* const self = threads_.find(index(thread));
    if (self == nullptr || self->watched) return;
    at_own_port(*self, [&](PortState& port) { return port.pause(*self); });
}

void LinuxPorts::block_ends(ThreadId thread) {
    PortThread* const self = threads_.find(index(thread));
    if (self == nullptr || self->watched) return;
    at_own_port(*self, [&](PortState& port) {
        port.resume(*self);
        return Sleeper{};
    });
}

bool LinuxPorts::announces(ThreadId thread) {
    const PortThread* const self = threads_.find(index(thread));
    return self == nullptr || !self->watched;
}

void LinuxPorts::report_blocks_to(BlockListener& listener) {
    if (watch_ != nullptr) watch_->report_to(listener);
}

bool LinuxPorts::noticed_block(ThreadId thread) {
    PortThread* const other = threads_.find(index(thread));
    bool counts = false;
    if (other != nullptr)
        at_own_port(*other, [&](PortState&) {
            counts = other->state == ThreadState::released;
            return Sleeper{};
        });
    return !counts;
}

std::optional<bool> LinuxPorts::parked(ThreadId thread, PortId port) {
    const PortThread* const other = threads_.find(index(thread));
    PortState* const state = ports_.find(index(port));
    if (other == nullptr || state == nullptr) return false;
    const InCall call(watched_self);
    const std::scoped_lock hold(state->lock);
    return state->waits_here(*other);
}

std::optional<std::uint32_t> LinuxPorts::depth(PortId port) {
    PortState* const state = ports_.find(index(port));
    if (state == nullptr) return std::nullopt;
    const InCall call(watched_self);
    const std::scoped_lock hold(state->lock);
    if (state->closed()) return std::nullopt;
    return static_cast<std::uint32_t>(state->depth());
}

std::uint64_t LinuxPorts::discarded(PortId port) {
    PortState* const state = ports_.find(index(port));
    if (state == nullptr) return 0;
    const std::scoped_lock hold(state->lock);
    return state->discarded();
}

std::unique_ptr<Ports> make_linux_ports(sim::Blocking blocking) {
    return std::make_unique<LinuxPorts>(make_block_watch(blocking));
}

std::uint32_t linux_processors() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        return static_cast<std::uint32_t>(std::max(CPU_COUNT(&allowed), 1));
    }
    // A machine with more processors than cpu_set_t holds.
    return static_cast<std::uint32_t>(std::max(sysconf(_SC_NPROCESSORS_ONLN), 1L));
}

int spin_turns(int turns) {
    static const bool alone = linux_processors() == 1;
    return alone ? 0 : turns;
}

}  // namespace real
