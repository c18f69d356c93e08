// What each fact does to the ports and threads, the invariants, and the value in words.
#include <fmt/format.h>

#include <algorithm>

#include "sim/port_model.hpp"

namespace sim {
namespace {

// Removes `id` from a stack; false when it is not there.
bool remove_from(std::vector<ThreadId>& stack, ThreadId id) {
    // From the top: that is where nearly every thread leaves.
    const auto found = std::find(stack.rbegin(), stack.rend(), id);
    if (found == stack.rend()) return false;
    stack.erase(std::next(found).base());
    return true;
}

}  // namespace

std::string_view name(ThreadStatus status) {
    switch (status) {
        case ThreadStatus::outside: return "outside";
        case ThreadStatus::calling: return "calling";
        case ThreadStatus::waiting: return "waiting";
        case ThreadStatus::released: return "released";
        case ThreadStatus::paused: return "paused";
    }
    return {};
}

bool PortModel::apply(const Fact& fact) {
    if (fact.port != PortId::none && index(fact.port) >= ports_.size()) return false;
    if (fact.thread != ThreadId::none && index(fact.thread) >= threads_.size()) return false;
    switch (fact.kind) {
        case FactKind::inserted:
        case FactKind::discarded:
        case FactKind::port_created:
        case FactKind::port_duplicated:
        case FactKind::port_closed: return apply_to_port(fact);
        case FactKind::handed_off:
        case FactKind::taken:
        case FactKind::also_taken:
        case FactKind::activated: return give_packet(fact);
        case FactKind::thread_started:
        case FactKind::posted:
        case FactKind::event_set:
        case FactKind::get_returned:
        case FactKind::also_returned:
        case FactKind::computing:
        case FactKind::parked:
        case FactKind::settled:
        case FactKind::not_settled:
        case FactKind::depth:
        case FactKind::switches:
        case FactKind::ended:
        case FactKind::event_reset:
        case FactKind::apc_queued:
        case FactKind::apc_ran:
        case FactKind::opened:
        case FactKind::duplicated:
        case FactKind::bound:
        case FactKind::modes_set:
        case FactKind::handle_closed:
        case FactKind::cancel_asked:
        case FactKind::io_called:
        case FactKind::io_returned:
        case FactKind::lock_taken:
        case FactKind::lock_left:
        case FactKind::completed:
        case FactKind::no_packet:
        case FactKind::on_cpu:
        case FactKind::off_cpu: return true;
        default: return fact.thread != ThreadId::none && apply_to_thread(fact);
    }
}

bool PortModel::apply_to_port(const Fact& fact) {
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
bool PortModel::close_handle(const Fact& fact) {
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
bool PortModel::give_packet(const Fact& fact) {
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
bool PortModel::apply_to_thread(const Fact& fact) {
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
        default: return apply_to_run(thread, fact);
    }
}

// What a fact does to whether a thread can run, and to what it holds.
bool PortModel::apply_to_run(ThreadModel& thread, const Fact& fact) {
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

std::optional<std::string> PortModel::broken_invariant() const {
    for (std::size_t p = 0; p < ports_.size(); ++p) {
        const PortState& port = ports_[p];
        const PortId id = make_id<PortId>(p);
        const auto released = static_cast<std::uint32_t>(
            std::count_if(threads_.begin(), threads_.end(), [&](const ThreadModel& t) {
                return t.port == id && t.status == ThreadStatus::released;
            }));
        if (released != port.active)
            return fmt::format("INV-1: port {} counts {} active threads, but {} are released", p,
                               port.active, released);
        for (const ThreadId t : port.waiting)
            if (thread(t).port != id || thread(t).status != ThreadStatus::waiting)
                return fmt::format("INV-2: thread {} is on the stack of port {} but is not waiting",
                                   index(t), p);
        const auto waiting = static_cast<std::size_t>(
            std::count_if(threads_.begin(), threads_.end(), [&](const ThreadModel& t) {
                return t.port == id && t.status == ThreadStatus::waiting;
            }));
        if (waiting != port.waiting.size())
            return fmt::format("INV-2: {} threads wait on port {}, {} are on its stack", waiting, p,
                               port.waiting.size());
        const bool conserves =
            policies_.self_insert == SelfInsert::off && policies_.handoff == Handoff::bound;
        if (conserves && !port.queue.empty() && !port.waiting.empty() && below_limit(port))
            return fmt::format("INV-3: port {} has a packet, a waiting thread and a free slot", p);
    }
    return std::nullopt;
}

std::string PortModel::to_text() const {
    std::string text;
    for (std::size_t p = 0; p < ports_.size(); ++p) {
        const PortState& port = ports_[p];
        text += fmt::format("port {}: active {}/{}, {} queued, waiting [", p, port.active,
                            port.limit, port.queue.size());
        for (const ThreadId t : port.waiting) text += fmt::format(" {}", index(t));
        text += port.closed ? " ], closed\n" : " ]\n";
    }
    for (std::size_t t = 0; t < threads_.size(); ++t)
        text += fmt::format(
            "thread {}: {}{}{}\n", t, name(threads_[t].status),
            threads_[t].hand == PacketId::none
                ? std::string()
                : fmt::format(", packet {}", static_cast<std::uint32_t>(threads_[t].hand)),
            threads_[t].suspend_count > 0 ? ", suspended" : "");
    return text;
}

}  // namespace sim
