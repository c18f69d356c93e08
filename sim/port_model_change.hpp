// What each fact does to the ports and threads: the only code that changes a PortModel.
//
// A header for PortModel's own parts, because of emit(): a verb knows which kind of fact it makes,
// so with this code inline the compiler keeps just the case that the verb needs.
#pragma once

#include <algorithm>

#include "sim/port_model.hpp"

namespace sim {

// Removes `id` from a stack; false when it is not there.
inline bool remove_from(std::vector<ThreadId>& stack, ThreadId id) {
    // From the top: that is where nearly every thread leaves.
    for (std::size_t place = stack.size(); place-- > 0;) {
        if (stack[place] != id) continue;
        stack.erase(stack.begin() + static_cast<std::ptrdiff_t>(place));
        return true;
    }
    return false;
}

// Ports and threads that the fact names exist. False: it does not fit, and nothing happened.
[[gnu::always_inline]] inline bool PortModel::change(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::inserted:
        case FactKind::discarded:
        case FactKind::port_created:
        case FactKind::port_duplicated:
        case FactKind::port_closed: return change_port(fact);
        case FactKind::handed_off:
        case FactKind::taken:
        case FactKind::also_taken:
        case FactKind::activated: return give_packet(fact);
        case FactKind::associated:
        case FactKind::gave_up:
        case FactKind::waits:
        case FactKind::woken:
        case FactKind::left_stack:
        case FactKind::wait_ended:
        case FactKind::slot_freed:
        case FactKind::slot_retaken:
        case FactKind::abandoned:
        case FactKind::dissociated: return change_thread(fact);
        case FactKind::get_called:
        case FactKind::block_began:
        case FactKind::block_ended:
        case FactKind::suspended:
        case FactKind::resumed:
        case FactKind::yielded:
        case FactKind::thread_exited: return change_run(fact);
        default: return true;  // it says nothing about ports and threads
    }
}

[[gnu::always_inline]] inline bool PortModel::change_port(const Fact& fact) {
    if (fact.port == PortId::none) return false;
    PortState& port = ports_[index(fact.port)];
    switch (fact.kind) {
        case FactKind::inserted:
            port.queue.push({.id = fact.packet,
                             .key = fact.key,
                             .bytes = fact.bytes,
                             .error = fact.error,
                             .handle = fact.handle,
                             .operation = fact.operation});
            return true;
        case FactKind::discarded:
            if (port.queue.empty() || port.queue.front().id != fact.packet) return false;
            port.queue.pop();
            return true;
        case FactKind::port_created: port.created = true; return true;
        case FactKind::port_duplicated:
            if (port.same_as == PortId::none) return false;
            port.created = true;
            port.handle_closed = false;
            ++ports_[index(port.same_as)].more_handles;
            return true;
        default: return close_handle(fact);
    }
}

// A handle of a port is closed; with the last one the port is.
[[gnu::always_inline]] inline bool PortModel::close_handle(const Fact& fact) {
    if (fact.error != Win32Error::success) return true;
    PortState& handle = ports_[index(fact.port)];
    PortState& port = ports_[index(object(fact.port))];
    if (handle.handle_closed) return false;
    handle.handle_closed = true;
    if (&handle != &port) {
        if (port.more_handles == 0) return false;
        --port.more_handles;
        handle.closed = true;  // as far as this handle goes
    }
    if (port.handle_closed && port.more_handles == 0) port.closed = true;
    return true;
}

// A packet comes into the hand of a thread; but for one more of a batch, the thread gets a slot.
[[gnu::always_inline]] inline bool PortModel::give_packet(const Fact& fact) {
    if (fact.port == PortId::none || fact.thread == ThreadId::none) return false;
    PortState& port = ports_[index(fact.port)];
    ThreadModel& thread = threads_[index(fact.thread)];
    if (thread.port != fact.port) return false;
    const bool from_queue = fact.kind != FactKind::handed_off;
    if (from_queue && (port.queue.empty() || port.queue.front().id != fact.packet)) return false;
    if (fact.kind == FactKind::also_taken) {
        port.queue.pop();
        return true;
    }
    if (fact.kind == FactKind::taken) {
        if (thread.status != ThreadStatus::calling) return false;
    } else {
        if (thread.status != ThreadStatus::waiting) return false;
        if (!remove_from(port.waiting, fact.thread)) return false;
    }
    if (from_queue) port.queue.pop();
    thread.took_without_wait = fact.kind == FactKind::taken;
    thread.status = ThreadStatus::released;
    thread.hand = fact.packet;
    ++port.active;
    return true;
}

// What a fact does to where a thread stands towards its port.
[[gnu::always_inline]] inline bool PortModel::change_thread(const Fact& fact) {
    if (fact.thread == ThreadId::none) return false;
    ThreadModel& thread = threads_[index(fact.thread)];
    PortState* port = thread.port == PortId::none ? nullptr : &ports_[index(thread.port)];
    const auto become = [&](ThreadStatus status) {
        if (port != nullptr && thread.status == ThreadStatus::released) --port->active;
        if (port != nullptr && status == ThreadStatus::released) ++port->active;
        thread.status = status;
        return true;
    };
    switch (fact.kind) {
        case FactKind::associated:
            if (port != nullptr || fact.port == PortId::none) return false;
            thread.port = fact.port;
            thread.status = ThreadStatus::calling;
            return true;
        case FactKind::gave_up:
            return thread.status == ThreadStatus::released && become(ThreadStatus::calling);
        case FactKind::waits:
            if (thread.status != ThreadStatus::calling || port == nullptr) return false;
            thread.took_without_wait = false;
            port->waiting.push_back(fact.thread);
            return become(ThreadStatus::waiting);
        case FactKind::woken:
        case FactKind::left_stack:
            if (port == nullptr || !remove_from(port->waiting, fact.thread)) return false;
            thread.resumes_wait = thread.suspend_count > 0;
            return become(thread.resumes_wait ? ThreadStatus::paused : ThreadStatus::calling);
        case FactKind::wait_ended:
            if (port == nullptr) return false;
            thread.took_without_wait = thread.status == ThreadStatus::calling;
            if (!thread.took_without_wait && !remove_from(port->waiting, fact.thread)) return false;
            return become(ThreadStatus::released);
        case FactKind::slot_freed:
            return thread.status == ThreadStatus::released && become(ThreadStatus::paused);
        case FactKind::slot_retaken:
            return thread.status == ThreadStatus::paused && become(ThreadStatus::released);
        case FactKind::abandoned:
        case FactKind::dissociated:
            if (port == nullptr) return false;
            remove_from(port->waiting, fact.thread);
            become(ThreadStatus::outside);
            thread.port = PortId::none;
            thread.resumes_wait = false;
            thread.took_without_wait = false;
            return true;
        default: return true;
    }
}

// What a fact does to whether a thread can run, and to what it holds.
[[gnu::always_inline]] inline bool PortModel::change_run(const Fact& fact) {
    if (fact.thread == ThreadId::none) return false;
    ThreadModel& thread = threads_[index(fact.thread)];
    switch (fact.kind) {
        case FactKind::get_called:
            thread.batch = std::max(fact.number, 1u);
            thread.hand = PacketId::none;
            return true;
        case FactKind::block_began:
            thread.blocked = true;
            thread.took_without_wait = false;
            return true;
        case FactKind::block_ended: thread.blocked = false; return true;
        case FactKind::suspended:
            ++thread.suspend_count;
            thread.took_without_wait = false;
            return true;
        case FactKind::resumed:
            if (thread.suspend_count == 0) return false;
            if (--thread.suspend_count == 0 && thread.resumes_wait) {
                thread.resumes_wait = false;
                thread.status = ThreadStatus::calling;
            }
            return true;
        case FactKind::yielded: thread.took_without_wait = false; return true;
        case FactKind::thread_exited: thread.hand = PacketId::none; return true;
        default: return true;
    }
}

}  // namespace sim
