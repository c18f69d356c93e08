// What a port does for every packet: a packet is inserted, a thread asks and takes one or waits
// (TR1-TR3). The other verbs are in sim/port_model.cpp.
//
// A header, because these verbs are made for the way their facts go: into a list, or straight to
// whoever acts on them.
#pragma once

#include <cassert>

#include "sim/port_model_change.hpp"

namespace sim {

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
inline Rule why_taken(const PortModel::Get& get, bool returned) {
    if (get.alertable && get.apc_pending) return Rule::t_apc_2;
    return returned ? Rule::c_self_1 : Rule::q_fifo_1;
}

// The kind of a fact is known where it is made: of change(), and of what `out` does with it, one
// case is left.
template <class Out>
[[gnu::always_inline]] inline void PortModel::emit(Out& out, const Fact& fact) {
    [[maybe_unused]] const bool fits = change(fact);
    assert(fits);
    out.push_back(fact);
}

// -- TR1 ------------------------------------------------------------------------------------------

template <class Out>
void PortModel::insert(PortId id, const Packet& packet, ThreadId by, Out& out) {
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
template <class Out>
void PortModel::release_waiter(PortId id, FactKind kind, const Packet& packet, Rule rule,
                               Out& out) {
    const ThreadId thread = next_to_wake(ports_[index(id)]);
    emit(out, about(packet, {.kind = kind, .rule = rule, .port = id, .thread = thread}));
    if (policies_.drain == Drain::all) take_more(thread, id, out);
}

// -- TR2, TR3 -------------------------------------------------------------------------------------

template <class Out>
PortModel::Entered PortModel::enter(ThreadId id, PortId handle, Get get, Out& out) {
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
    const bool returned = from == to;
    if (returned) {
        emit(out, {.kind = FactKind::gave_up, .rule = Rule::c_self_1, .port = to, .thread = id});
    } else {
        if (get.alertable && get.apc_pending) return Entered::user_apc;  // T-APC-2
        if (from != PortId::none) leave_port(id, Rule::a_assoc_2, out);
        emit(out,
             {.kind = FactKind::associated, .rule = Rule::a_assoc_1, .port = to, .thread = id});
    }
    return take_or_wait(id, get, returned, out);
}

// `returned`: the caller was running and came back for more (C-SELF-1, C-SELF-2).
template <class Out>
PortModel::Entered PortModel::take_or_wait(ThreadId id, Get get, bool returned, Out& out) {
    const PortId at = threads_[index(id)].port;
    const PortState& port = ports_[index(at)];
    const bool queued = !port.queue.empty();
    if (queued && below_limit(port)) {
        const Packet& oldest = port.queue.front();
        emit(out, about(oldest, {.kind = FactKind::taken,
                                 .rule = why_taken(get, returned),
                                 .port = at,
                                 .thread = id}));
        if (get.batch > 1) take_more(id, at, out);
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
template <class Out>
void PortModel::take_more(ThreadId id, PortId at, Out& out) {
    const std::uint32_t batch = threads_[index(id)].batch;
    for (std::uint32_t got = 1; got < batch && !ports_[index(at)].queue.empty(); ++got) {
        const Packet& oldest = ports_[index(at)].queue.front();
        emit(out,
             about(oldest,
                   {.kind = FactKind::also_taken, .rule = Rule::g_ex_1, .port = at, .thread = id}));
    }
}

// -- what these and other verbs share -------------------------------------------------------------

template <class Out>
void PortModel::activate(PortId id, Rule rule, Out& out) {
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
template <class Out>
void PortModel::leave_port(ThreadId id, Rule rule, Out& out) {
    const PortId from = threads_[index(id)].port;
    emit(out, {.kind = FactKind::dissociated, .rule = rule, .port = from, .thread = id});
    activate(from, rule, out);
}

}  // namespace sim
