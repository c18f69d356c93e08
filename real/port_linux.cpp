#include "real/port_linux.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <utility>

#include "real/handles_linux.hpp"
#include "real/port_linux_ports.hpp"
#include "real/ring.hpp"
#include "real/spin.hpp"
#include "real/stop_signal.hpp"

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

PortThread* LinuxPorts::watched_caller() {
    return watched_self;
}

LinuxPorts::LinuxPorts(std::unique_ptr<BlockWatch> watch) : watch_(std::move(watch)) {
    install_stop_signal();
}
LinuxPorts::~LinuxPorts() = default;

Handles* LinuxPorts::handles() {
    if (io_ != nullptr) return io_.get();
    auto made = std::make_unique<LinuxHandles>(*this);
    io_refusal_ = made->start_ring();
    if (io_refusal_ == 0) io_ = std::move(made);
    return io_.get();
}

std::string LinuxPorts::handles_refusal() {
    return io_uring_obstacle(io_refusal_, io_uring_disabled()) +
           "; `iocpscope simulate` plays the scenario on the model";
}

bool LinuxPorts::is_open(PortId port) const {
    return usable(port) != nullptr;
}

PortState* LinuxPorts::usable(PortId handle) const {
    const Handle* const found = handles_.find(index(handle));
    if (found == nullptr || found->closed.load(std::memory_order_acquire)) return nullptr;
    return found->port;
}

PortState* LinuxPorts::object(PortId handle) const {
    const Handle* const found = handles_.find(index(handle));
    return found == nullptr ? nullptr : found->port;
}

Win32Error LinuxPorts::create(std::uint32_t concurrency) {
    const std::scoped_lock hold(creating_);
    return add(next_, concurrency);
}

Win32Error LinuxPorts::create_as(PortId port, std::uint32_t concurrency) {
    const std::scoped_lock hold(creating_);
    return add(index(port), concurrency);
}

Win32Error LinuxPorts::add(std::size_t number, std::uint32_t concurrency) {
    if (number >= StableTable<Handle>::kCapacity) return Win32Error::no_system_resources;
    if (handles_.find(number) != nullptr) return Win32Error::invalid_parameter;
    const std::uint32_t limit = concurrency == 0 ? linux_processors() : concurrency;
    try {
        auto handle = std::make_unique<Handle>();
        handle->own = std::make_unique<PortState>(static_cast<std::uint32_t>(number), limit);
        handle->port = handle->own.get();
        handles_.put(number, std::move(handle));
    } catch (const std::bad_alloc&) {
        return Win32Error::no_system_resources;
    }
    next_ = std::max(next_, number + 1);
    return Win32Error::success;
}

Win32Error LinuxPorts::duplicate(PortId handle, PortId of) {
    if (index(handle) >= StableTable<Handle>::kCapacity) return Win32Error::no_system_resources;
    const std::scoped_lock hold(creating_);
    PortState* const port = usable(of);
    if (port == nullptr) return Win32Error::invalid_handle;
    Handle* const old = handles_.find(index(handle));
    if (old != nullptr && (old->port != port || !old->closed)) return Win32Error::invalid_parameter;
    try {
        std::unique_ptr<Handle> added;
        if (old == nullptr) added = std::make_unique<Handle>();
        const InCall call(watched_self);
        const std::scoped_lock locked(port->lock);
        if (port->closed()) return Win32Error::invalid_handle;
        port->add_handle();
        if (old != nullptr) {
            old->closed.store(false, std::memory_order_release);
        } else {
            added->port = port;
            handles_.put(index(handle), std::move(added));
        }
    } catch (const std::bad_alloc&) {
        return Win32Error::no_system_resources;
    }
    next_ = std::max(next_, index(handle) + 1);
    return Win32Error::success;
}

std::uint32_t LinuxPorts::limit(PortId port) const {
    const PortState* const state = object(port);
    return state == nullptr ? 0 : state->limit();
}

void LinuxPorts::thread_begins(ThreadId thread) {
    if (index(thread) >= StableTable<PortThread>::kCapacity) return;
    try {
        // The place of a thread that has ended is used again: it was left in the state "outside".
        if (threads_.find(index(thread)) == nullptr)
            threads_.put(index(thread), std::make_unique<PortThread>());
        threads_.find(index(thread))->apcs.begin();
    } catch (const std::bad_alloc&) {
        return;  // get() will say that there were no resources for this thread
    }
    PortThread& self = *threads_.find(index(thread));
    begin_suspensions(self);
    if (watch_ == nullptr) return;
    self.watched = watch_->attach(thread, self);
    watched_self = self.watched ? &self : nullptr;
}

void LinuxPorts::thread_ends(ThreadId thread) {
    PortThread* const self = threads_.find(index(thread));
    if (self == nullptr) return;
    end_suspensions(*self);
    self->apcs.end();
    {
        const InCall call(self->watched ? self : nullptr);
        if (self->watched) watch_->catch_up(thread);
        at_own_port(*self, [&](PortState& port) { return port.leave(*self); });
    }
    if (io_ != nullptr) io_->thread_ends(thread);
    if (!self->watched) return;
    watch_->detach(thread);
    self->watched = false;
    watched_self = nullptr;
}

Win32Error LinuxPorts::post(PortId port, const Completion& packet) {
    if (usable(port) == nullptr) return Win32Error::invalid_handle;
    return insert(port,
                  {.key = packet.key, .bytes = packet.bytes, .overlapped = packet.overlapped});
}

Win32Error LinuxPorts::insert(PortId port, const Completion& packet) {
    PortState* const state = object(port);
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
    PortState* const state = usable(port);
    if (state == nullptr) return without_packet(Win32Error::invalid_handle);
    if (self == nullptr) return without_packet(Win32Error::no_system_resources);
    self->room = {};
    self->alertable = false;
    call(*self, *state, timeout);
    return self->result;
}

GetManyResult LinuxPorts::get_many(ThreadId thread, PortId port, std::span<Completion> room,
                                   std::uint32_t most, Nanos timeout, bool alertable) {
    if (most == 0) return {.error = Win32Error::invalid_parameter};  // G-EX-4
    PortThread* const self = threads_.find(index(thread));
    PortState* const state = usable(port);
    if (state == nullptr) return {.error = Win32Error::invalid_handle};
    if (self == nullptr) return {.error = Win32Error::no_system_resources};
    self->room = room.first(most).subspan(1);
    self->more = 0;
    self->alertable = alertable;
    call(*self, *state, timeout);
    const GetResult& result = self->result;
    if (result.error == Win32Error::wait_io_completion) self->apcs.run();
    if (!result.has_packet) return {.error = result.error};
    room.front() = result.packet;
    return {.count = 1 + self->more};
}

// One call from its beginning to its end, which is then in self.result.
void LinuxPorts::call(PortThread& self, PortState& port, Nanos timeout) {
    const InCall inside(self.watched ? &self : nullptr);
    stand_while_suspended(self);
    // Before anything is associated (T-APC-2).
    if (self.alertable && self.port.load(std::memory_order_acquire) != &port && self.apcs.any()) {
        self.result = without_packet(Win32Error::wait_io_completion);
        return;
    }
    const bool poll = timeout == 0;
    const Deadline deadline = poll ? kNoDeadline : deadline_after(timeout);
    if (!enter(self, port, poll)) park(self, port, deadline);
    stand_while_suspended(self);
}

void LinuxPorts::park(PortThread& self, PortState& state, Deadline deadline) {
    if (self.parking.wait(deadline)) return;
    bool timed_out = false;
    {
        const std::scoped_lock hold(state.lock);
        timed_out = state.time_out(self);
    }
    // Perhaps it was released after all between the deadline and this lock; or it is held, and
    // whoever resumes it releases it.
    if (!timed_out) static_cast<void>(self.parking.wait(kNoDeadline));
}

Win32Error LinuxPorts::close(PortId port) {
    Handle* const handle = handles_.find(index(port));
    if (handle == nullptr) return Win32Error::invalid_handle;
    const InCall call(watched_self);
    const std::scoped_lock hold(handle->port->lock);
    if (handle->closed.exchange(true, std::memory_order_acq_rel)) return Win32Error::invalid_handle;
    if (handle->port->drop_handle()) handle->port->close();
    return Win32Error::success;
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
    if (watch_ == nullptr) return true;
    if (!watch_->reported_blocked(thread).value_or(true)) return false;
    PortThread* const other = threads_.find(index(thread));
    bool counts = false;
    if (other != nullptr)
        at_own_port(*other, [&](PortState&) {
            counts = other->state == ThreadState::released;
            return Sleeper{};
        });
    return !counts;
}

bool LinuxPorts::noticed_return(ThreadId thread) {
    return watch_ == nullptr || !watch_->reported_blocked(thread).value_or(false);
}

std::optional<bool> LinuxPorts::parked(ThreadId thread, PortId port) {
    const PortThread* const other = threads_.find(index(thread));
    PortState* const state = object(port);
    if (other == nullptr || state == nullptr) return false;
    const InCall call(watched_self);
    const std::scoped_lock hold(state->lock);
    return state->waits_here(*other);
}

std::optional<std::uint32_t> LinuxPorts::depth(PortId port) {
    PortState* const state = usable(port);
    if (state == nullptr) return std::nullopt;
    const InCall call(watched_self);
    const std::scoped_lock hold(state->lock);
    if (state->closed()) return std::nullopt;
    return static_cast<std::uint32_t>(state->depth());
}

std::optional<std::uint32_t> LinuxPorts::active(PortId port) {
    PortState* const state = usable(port);
    if (state == nullptr) return std::nullopt;
    const InCall call(watched_self);
    const std::scoped_lock hold(state->lock);
    if (state->closed()) return std::nullopt;
    return state->active();
}

std::uint64_t LinuxPorts::discarded(PortId port) {
    PortState* const state = object(port);
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
