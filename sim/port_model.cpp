#include "sim/port_model.hpp"

#include <algorithm>
#include <cassert>

#include "sim/port_model_verbs.hpp"

namespace sim {

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

bool PortModel::below_limit(std::uint32_t limit, std::uint32_t active) const {
    switch (policies_.limit) {
        case Limit::on: return active < limit;
        case Limit::off: return true;
        case Limit::plus_one: return active <= limit;
        case Limit::minus_one: return active < std::max(limit, 2u) - 1;
    }
    return false;
}

bool PortModel::has_room(PortId id, ThreadId caller) const {
    const ThreadModel& thread = threads_[index(caller)];
    const bool counts = thread.port == id && thread.status == ThreadStatus::released;
    return below_limit(ports_[index(id)].limit, ports_[index(id)].active - (counts ? 1u : 0u));
}

ThreadId PortModel::first_to_wake(PortId id) const {
    const PortState& port = ports_[index(id)];
    return policies_.wake == Wake::fifo ? port.waiting.front() : port.waiting.back();
}

ThreadId PortModel::next_to_wake(const PortState& port) {
    if (policies_.wake == Wake::random) return port.waiting[random_place(port.waiting.size())];
    return policies_.wake == Wake::fifo ? port.waiting.front() : port.waiting.back();
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

// -- TR2, TR3 -------------------------------------------------------------------------------------

PortModel::Entered PortModel::refetch(ThreadId id, bool expired, Facts& out) {
    assert(threads_[index(id)].status == ThreadStatus::calling);
    const Get get{.timeout = expired ? 0 : kInfinite, .batch = threads_[index(id)].batch};
    return take_or_wait(id, get, false, out);
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

template void PortModel::insert(PortId, const Packet&, ThreadId, Facts&);
template PortModel::Entered PortModel::enter(ThreadId, PortId, Get, Facts&);

}  // namespace sim
