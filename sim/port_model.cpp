#include "sim/port_model.hpp"

#include <algorithm>
#include <cassert>

#include "sim/port_model_change.hpp"

namespace sim {
namespace {

// Does anybody but a reader of the trace have to know? A thread goes on, or a queue changes.
constexpr bool has_consequences(FactKind kind) {
    switch (kind) {
        case FactKind::get_called:
        case FactKind::associated:
        case FactKind::gave_up:
        case FactKind::waits: return false;
        default: return true;
    }
}

// A fact about a packet says everything about it: the simulator needs no look into the queue.
[[gnu::always_inline]] inline Fact about(const Packet& packet, Fact fact) {
    fact.packet = packet.id;
    fact.key = packet.key;
    fact.bytes = packet.bytes;
    fact.error = packet.error;
    fact.handle = packet.handle;
    fact.operation = packet.operation;
    return fact;
}

// `returned`: the caller was running and came back for more.
Rule why_taken(const PortModel::Get& get, bool returned) {
    if (get.alertable && get.apc_pending) return Rule::t_apc_2;
    return returned ? Rule::c_self_1 : Rule::q_fifo_1;
}

}  // namespace

// The kind of a fact is known where it is made: of change() one case is left, and a fact that
// nobody asked for is not even made. It is made where it stays: copying it would cost as much
// again.
[[gnu::always_inline]] inline void PortModel::emit(Facts& out, const Fact& fact) {
    [[maybe_unused]] const bool fits = change(fact);
    assert(fits);
    if (reports_all_ || has_consequences(fact.kind)) out.emplace_back() = fact;
}

PortModel::PortModel(Policies policies, std::uint64_t seed) : policies_(policies), random_(seed) {}

PortId PortModel::create_port(std::uint32_t limit) {
    ports_.emplace_back().limit = std::max(limit, 1u);
    return make_id<PortId>(ports_.size() - 1);
}

PortId PortModel::declare_port(std::uint32_t limit) {
    const PortId id = create_port(limit);
    ports_.back().created = false;
    return id;
}

PortId PortModel::declare_duplicate(PortId of) {
    const PortId id = declare_port(ports_[index(of)].limit);
    ports_.back().same_as = of;
    return id;
}

bool PortModel::create(PortId id, ThreadId by, Facts& out) {
    const PortState& port = ports_[index(id)];
    if (port.created || port.same_as != PortId::none) return false;
    emit(out, {.kind = FactKind::port_created,
               .rule = Rule::c_value_1,
               .port = id,
               .thread = by,
               .number = port.limit});
    return true;
}

bool PortModel::duplicate(PortId id, ThreadId by, Facts& out) {
    const PortState& handle = ports_[index(id)];
    if (handle.same_as == PortId::none || usable(id)) return false;
    if (!ports_[index(handle.same_as)].created || ports_[index(handle.same_as)].closed)
        return false;
    emit(out,
         {.kind = FactKind::port_duplicated, .rule = Rule::x_close_2, .port = id, .thread = by});
    return true;
}

void PortModel::ensure_thread(ThreadId id) {
    if (index(id) >= threads_.size()) threads_.resize(index(id) + 1);
}

bool PortModel::below_limit(const PortState& port) const {
    switch (policies_.limit) {
        case Limit::on: return port.active < port.limit;
        case Limit::off: return true;
        case Limit::plus_one: return port.active <= port.limit;
        case Limit::minus_one: return port.active < std::max(port.limit, 2u) - 1;
    }
    return false;
}

ThreadId PortModel::next_to_wake(const PortState& port) {
    switch (policies_.wake) {
        case Wake::lifo: break;
        case Wake::fifo: return port.waiting.front();
        case Wake::random: return port.waiting[random_place(port.waiting.size())];
    }
    return port.waiting.back();
}

// Q-SELF-1 as the NT 5.2 design has it: the thread's last dispatcher operation was a removal from
// this very port that did not have to wait.
bool PortModel::inserts_into_own_port(ThreadId by, PortId id) const {
    if (policies_.self_insert == SelfInsert::off || by == ThreadId::none) return false;
    const ThreadModel& thread = threads_[index(by)];
    return thread.port == id && thread.took_without_wait;
}

// -- TR1 ------------------------------------------------------------------------------------------

bool PortModel::would_queue(PortId id, ThreadId by) const {
    const PortState& port = ports_[index(id)];
    const bool can_release = !port.waiting.empty() && below_limit(port);
    return !can_release || inserts_into_own_port(by, id) || policies_.handoff != Handoff::bound;
}

void PortModel::insert(PortId id, const Packet& packet, ThreadId by, Facts& out) {
    const PortState& port = ports_[index(id)];
    const bool own = inserts_into_own_port(by, id);
    const bool can_release = !port.waiting.empty() && below_limit(port);
    if (can_release && !own && policies_.handoff == Handoff::bound) {
        release_waiter(id, FactKind::handed_off, packet, Rule::w_lifo_1, out);
        return;
    }
    Rule why = Rule::q_fifo_1;
    if (can_release && own) why = Rule::q_self_1;
    if (!port.waiting.empty() && !can_release) why = Rule::c_limit_1;
    emit(out, about(packet, {.kind = FactKind::inserted, .rule = why, .port = id}));
    if (can_release && !own)
        emit(out, {.kind = FactKind::woken,
                   .rule = Rule::q_handoff_1,
                   .port = id,
                   .thread = next_to_wake(port)});
}

// A waiter leaves the stack with a packet: handed off (the packet never was in the queue) or
// activated (it was the oldest queued one).
void PortModel::release_waiter(PortId id, FactKind kind, const Packet& packet, Rule rule,
                               Facts& out) {
    const ThreadId thread = next_to_wake(ports_[index(id)]);
    emit(out, about(packet, {.kind = kind, .rule = rule, .port = id, .thread = thread}));
    if (policies_.drain == Drain::all) take_more(thread, id, out);
}

// -- TR2, TR3 -------------------------------------------------------------------------------------

PortModel::Entered PortModel::enter(ThreadId id, PortId handle, Get get, Facts& out) {
    assert(threads_[index(id)].status == ThreadStatus::outside ||
           threads_[index(id)].status == ThreadStatus::released);
    emit(out, {.kind = FactKind::get_called,
               .port = handle,
               .thread = id,
               .number = get.batch,
               .amount = get.timeout});
    if (get.batch == 0) return Entered::invalid_parameter;
    if (!usable(handle)) return Entered::invalid_handle;
    const PortId to = object(handle);
    const PortId from = threads_[index(id)].port;
    if (from != to) {
        if (get.alertable && get.apc_pending) return Entered::user_apc;  // T-APC-2
        if (from != PortId::none) leave_port(id, Rule::a_assoc_2, out);
        emit(out,
             {.kind = FactKind::associated, .rule = Rule::a_assoc_1, .port = to, .thread = id});
        return take_or_wait(id, get, false, out);
    }
    emit(out, {.kind = FactKind::gave_up, .rule = Rule::c_self_1, .port = to, .thread = id});
    return take_or_wait(id, get, true, out);
}

PortModel::Entered PortModel::refetch(ThreadId id, bool expired, Facts& out) {
    assert(threads_[index(id)].status == ThreadStatus::calling);
    const Get get{.timeout = expired ? 0 : kInfinite, .batch = threads_[index(id)].batch};
    return take_or_wait(id, get, false, out);
}

// `returned`: the caller was running and came back for more (C-SELF-1, C-SELF-2).
PortModel::Entered PortModel::take_or_wait(ThreadId id, Get get, bool returned, Facts& out) {
    const PortId at = threads_[index(id)].port;
    const PortState& port = ports_[index(at)];
    const bool queued = !port.queue.empty();
    if (queued && below_limit(port)) {
        const Packet& oldest = port.queue.front();
        emit(out, about(oldest, {.kind = FactKind::taken,
                                 .rule = why_taken(get, returned),
                                 .port = at,
                                 .thread = id}));
        take_more(id, at, out);
        return Entered::took;
    }
    if (get.alertable && get.apc_pending) {
        emit(out, {.kind = FactKind::wait_ended,
                   .rule = Rule::t_apc_1,
                   .error = Win32Error::wait_io_completion,
                   .port = at,
                   .thread = id});
        return Entered::user_apc;
    }
    if (get.timeout == 0) {
        emit(out, {.kind = FactKind::wait_ended,
                   .rule = queued ? Rule::t_timeout_4 : Rule::t_timeout_2,
                   .error = Win32Error::wait_timeout,
                   .port = at,
                   .thread = id});
        return Entered::timed_out;
    }
    emit(out, {.kind = FactKind::waits,
               .rule = queued ? Rule::c_self_2 : Rule::w_lifo_2,
               .port = at,
               .thread = id});
    return Entered::waits;
}

// A batch call goes on while there are packets and room (G-EX-1). It stays one active thread
// (C-BATCH-1).
void PortModel::take_more(ThreadId id, PortId at, Facts& out) {
    const std::uint32_t batch = threads_[index(id)].batch;
    for (std::uint32_t got = 1; got < batch && !ports_[index(at)].queue.empty(); ++got) {
        const Packet& oldest = ports_[index(at)].queue.front();
        emit(out,
             about(oldest,
                   {.kind = FactKind::also_taken, .rule = Rule::g_ex_1, .port = at, .thread = id}));
    }
}

// -- TR4, TR5 -------------------------------------------------------------------------------------

void PortModel::end_wait(ThreadId id, Win32Error error, Facts& out) {
    const ThreadModel& thread = threads_[index(id)];
    assert(thread.status == ThreadStatus::waiting);
    const bool queued = !ports_[index(thread.port)].queue.empty();
    Rule why = queued ? Rule::t_timeout_4 : Rule::t_timeout_1;
    if (error != Win32Error::wait_timeout) why = Rule::t_apc_1;
    emit(out, {.kind = FactKind::wait_ended,
               .rule = why,
               .error = error,
               .port = thread.port,
               .thread = id});
}

void PortModel::restack(ThreadId id, Facts& out) {
    assert(threads_[index(id)].status == ThreadStatus::waiting);
    emit(out, {.kind = FactKind::left_stack,
               .rule = Rule::w_lifo_3,
               .port = threads_[index(id)].port,
               .thread = id});
    take_or_wait(id, {.batch = threads_[index(id)].batch}, false, out);
}

// -- TR6, TR7 -------------------------------------------------------------------------------------

void PortModel::block(ThreadId id, WaitFor what, Facts& out) {
    assert(!threads_[index(id)].blocked);
    emit(out, {.kind = FactKind::block_began,
               .reason = what.reason,
               .thread = id,
               .event = what.event,
               .lock = what.lock});
    const ThreadModel& thread = threads_[index(id)];
    if (thread.status != ThreadStatus::released) return;
    emit(
        out,
        {.kind = FactKind::slot_freed, .rule = Rule::c_block_1, .port = thread.port, .thread = id});
    activate(thread.port, Rule::c_block_1, out);
}

void PortModel::unblock(ThreadId id, WaitFor what, Facts& out) {
    assert(threads_[index(id)].blocked);
    emit(out, {.kind = FactKind::block_ended,
               .reason = what.reason,
               .thread = id,
               .event = what.event,
               .lock = what.lock});
    const ThreadModel& thread = threads_[index(id)];
    if (thread.status != ThreadStatus::paused || thread.suspend_count > 0) return;
    emit(out, {.kind = FactKind::slot_retaken,
               .rule = Rule::c_unblock_1,
               .port = thread.port,
               .thread = id});
}

void PortModel::activate(PortId id, Rule rule, Facts& out) {
    const PortState& port = ports_[index(id)];
    if (port.waiting.empty() || port.queue.empty() || !below_limit(port)) return;
    if (policies_.handoff == Handoff::refetch) {
        emit(out, {.kind = FactKind::woken,
                   .rule = Rule::q_handoff_1,
                   .port = id,
                   .thread = next_to_wake(port)});
        return;
    }
    const Packet oldest = port.queue.front();
    release_waiter(id, FactKind::activated, oldest, rule, out);
}

// The thread stops being associated: it exits or asks another port.
void PortModel::leave_port(ThreadId id, Rule rule, Facts& out) {
    const PortId from = threads_[index(id)].port;
    emit(out, {.kind = FactKind::dissociated, .rule = rule, .port = from, .thread = id});
    activate(from, rule, out);
}

void PortModel::exit(ThreadId id, Facts& out) {
    emit(out, {.kind = FactKind::thread_exited, .thread = id});
    if (threads_[index(id)].port != PortId::none) leave_port(id, Rule::a_assoc_3, out);
}

// -- TR8 ------------------------------------------------------------------------------------------

void PortModel::suspend(ThreadId id, Facts& out) {
    emit(out, {.kind = FactKind::suspended, .thread = id});
    const ThreadModel& thread = threads_[index(id)];
    if (thread.suspend_count > 1) return;
    if (thread.status == ThreadStatus::waiting) {
        emit(out, {.kind = FactKind::left_stack,
                   .rule = Rule::c_suspend_2,
                   .port = thread.port,
                   .thread = id});
    } else if (thread.status == ThreadStatus::released) {
        emit(out, {.kind = FactKind::slot_freed,
                   .rule = Rule::c_suspend_1,
                   .port = thread.port,
                   .thread = id});
        activate(thread.port, Rule::c_suspend_1, out);
    }
}

void PortModel::resume(ThreadId id, bool expired, Facts& out) {
    if (threads_[index(id)].suspend_count == 0) return;
    emit(out, {.kind = FactKind::resumed, .thread = id});
    const ThreadModel& thread = threads_[index(id)];
    if (thread.suspend_count > 0 || thread.blocked) return;
    if (thread.status == ThreadStatus::calling) {
        take_or_wait(id, {.timeout = expired ? 0 : kInfinite, .batch = thread.batch}, false, out);
    } else if (thread.status == ThreadStatus::paused) {
        emit(out, {.kind = FactKind::slot_retaken,
                   .rule = Rule::c_suspend_1,
                   .port = thread.port,
                   .thread = id});
    }
}

// -- TR9 ------------------------------------------------------------------------------------------

void PortModel::close(PortId handle, ThreadId by, Facts& out) {
    assert(usable(handle));
    const PortId id = object(handle);
    const PortState& port = ports_[index(id)];
    const bool last = port.more_handles + (port.handle_closed ? 0u : 1u) == 1;
    emit(out, {.kind = FactKind::port_closed,
               .rule = last ? Rule::none : Rule::x_close_2,
               .port = handle,
               .thread = by});
    if (!last || policies_.close == Close::keep) return;
    while (!port.waiting.empty())
        emit(out, {.kind = FactKind::abandoned,
                   .rule = Rule::x_close_1,
                   .error = Win32Error::abandoned_wait_0,
                   .port = id,
                   .thread = port.waiting.back()});
    while (!port.queue.empty())
        emit(out, {.kind = FactKind::discarded,
                   .rule = Rule::x_close_4,
                   .port = id,
                   .packet = port.queue.front().id});
    for (std::size_t t = 0; t < threads_.size(); ++t) {
        if (threads_[t].port != id) continue;
        // A thread that was suspended in the middle of its wait finds out when it is resumed.
        const bool waited = threads_[t].resumes_wait;
        emit(out, {.kind = waited ? FactKind::abandoned : FactKind::dissociated,
                   .rule = waited ? Rule::x_close_1 : Rule::a_assoc_4,
                   .error = waited ? Win32Error::abandoned_wait_0 : Win32Error::success,
                   .port = id,
                   .thread = make_id<ThreadId>(t)});
    }
}

void PortModel::touch_dispatcher(ThreadId id, Facts& out) {
    if (threads_[index(id)].took_without_wait) emit(out, {.kind = FactKind::yielded, .thread = id});
}

}  // namespace sim
