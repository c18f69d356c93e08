// How the operations of a run begin, and what their packets tell.
#include <algorithm>

#include "real/run_handles.hpp"

namespace real {
namespace {

using sim::Fact;
using sim::FactKind;
using sim::Step;

Fact call_fact(FactKind kind, const IoOperation& operation, ThreadId by, Nanos at) {
    Fact fact{.t0 = at, .t1 = at, .kind = kind};
    fact.thread = by;
    fact.packet = operation.id;
    fact.handle = operation.handle;
    fact.operation = operation.step->operation;
    fact.bytes = operation.bytes;
    return fact;
}

}  // namespace

std::optional<Fact> RunHandles::start(const Step& step, IoActor& actor) {
    const HandleId handle = resolve(step.handle, actor);
    if (handle == HandleId::none) return std::nullopt;
    const auto id =
        static_cast<sim::PacketId>(run_.last_packet.fetch_add(1, std::memory_order_relaxed) + 1);
    const IoOperationPool::Taken taken = operations_.take();
    if (taken.operation == nullptr) {
        IoOperation none;
        none.id = id;
        none.bytes = step.transferred;
        none.handle = handle;
        none.step = &step;
        actor.note(call_fact(FactKind::io_called, none, actor.id, run_.stamp()));
        Fact returned = call_fact(FactKind::io_returned, none, actor.id, run_.stamp());
        returned.error = Win32Error::no_system_resources;
        return returned;
    }
    IoOperation& operation = *taken.operation;
    const bool back = step.as_received && actor.kept != nullptr;
    operation.bytes = back ? actor.kept_bytes : step.transferred;
    if (back) std::copy_n(actor.kept->buffer.begin(), actor.kept_bytes, operation.buffer.begin());
    operation.id = id;
    operation.handle = handle;
    operation.step = &step;
    operation.accepted = HandleId::none;
    operation.begun = run_.stamp();
    Fact called = call_fact(FactKind::io_called, operation, actor.id, operation.begun);
    called.event = step.event;
    Fact returned = call_fact(FactKind::io_returned, operation, actor.id, 0);
    actor.note(called);
    returned.error = carry_out(taken, actor, returned.bytes);
    returned.t0 = returned.t1 = run_.stamp();
    return returned;
}

// How much an operation asks for. A read of nothing never meets the error that it is to end with.
std::size_t RunHandles::room_for(const IoOperation& operation) {
    const Step& step = *operation.step;
    const bool reads = step.operation == Operation::read || step.operation == Operation::recv ||
                       step.operation == Operation::recv_from ||
                       step.operation == Operation::recv_msg;
    const bool fails = step.error != Win32Error::success;
    return reads && fails && operation.bytes == 0 ? 1 : operation.bytes;
}

IoStart RunHandles::call_for(const IoOperation& operation, const IoActor& actor) {
    const Step& step = *operation.step;
    return {
        .handle = operation.handle,
        .operation = step.operation,
        .by = actor.id,
        .id = static_cast<std::uint64_t>(operation.id),
        .label = step.label,
        .buffer = operation.buffer.first(room_for(operation)),
        .event = step.event == sim::EventId::none ? nullptr : &run_.events[sim::index(step.event)],
        .low_bit = step.low_bit,
        .routine = step.routine,
        .accepts = operation.accepted,
        .plan = {.at_once = step.immediate, .error = step.error, .bytes = operation.bytes}};
}

// What the call returns. The operation may be somebody else's when it does (I-IO-8).
Win32Error RunHandles::carry_out(const IoOperationPool::Taken& taken, IoActor& actor,
                                 std::uint32_t& bytes) {
    IoOperation& operation = *taken.operation;
    const Step& step = *operation.step;
    const sim::HandleSpec& spec = run_.scenario.handle_spec(operation.handle);
    if (step.accepts.kind != sim::HandleRef::Kind::none)
        operation.accepted = resolve(step.accepts, actor);
    const std::uint64_t id = static_cast<std::uint64_t>(operation.id);
    operation.waited_for = !spec.overlapped && !step.immediate;
    operation.to_far_end.store(true, std::memory_order_relaxed);
    const bool waits = operation.waited_for;
    const IoStart call = call_for(operation, actor);
    if (waits) {
        far_end_.begun(operation);
        actor.io_wait_begins();
    }
    const Handles::Started started = handles_.start(call, operation.overlapped);
    if (waits) {
        operation.over_for.store(id, std::memory_order_release);
        far_end_.look_again();
        actor.io_wait_ends();
        bytes = started.transferred;
        if (started.error == Win32Error::success && operation.accepted != HandleId::none)
            note_accepted(operation.accepted, actor.id, actor);
        IoOperationPool::give_back(operation);
        return started.error;
    }
    const bool pending = started.error == Win32Error::io_pending;
    if (pending)
        far_end_.begun(operation);
    else
        operation.to_far_end.store(false, std::memory_order_release);
    const bool over =
        pending || started.error == Win32Error::success || started.error == Win32Error::more_data;
    if (!over && !started.packet_comes) IoOperationPool::give_back(operation);
    if (over) IoOperationPool::may_end_silently(taken);
    if (over && !pending) bytes = started.transferred;
    return started.error;
}

std::optional<RunHandles::Received> RunHandles::receive(const Completion& packet) {
    IoOperation* const operation = operations_.find(packet.overlapped);
    if (operation == nullptr) return std::nullopt;
    Received received{
        .id = operation->id, .handle = operation->handle, .operation = operation->step->operation};
    if (packet.error == Win32Error::success) received.accepted = operation->accepted;
    if (sends_back_ && packet.bytes > 0 && sim::is_receive(received.operation)) {
        received.kept = operation;
        received.bytes = packet.bytes;
    } else {
        IoOperationPool::give_back(*operation);
    }
    return received;
}

void RunHandles::take_up(const Received& received, IoActor& actor) {
    put_down(actor);
    actor.kept = received.kept;
    actor.kept_bytes = received.bytes;
    actor.current = received.handle;
    if (received.accepted != HandleId::none)
        note_accepted(received.accepted, ThreadId::none, actor);
}

void RunHandles::put_down(IoActor& actor) {
    if (actor.kept != nullptr) IoOperationPool::give_back(*actor.kept);
    actor.kept = nullptr;
}

// A connection has been accepted, by a packet or, blocking, by a thread.
void RunHandles::note_accepted(HandleId accepted, ThreadId by, IoActor& actor) {
    Fact opened{.kind = FactKind::opened};
    opened.t0 = opened.t1 = run_.stamp();
    opened.thread = by;
    opened.handle = accepted;
    actor.note(opened);
    actor.current = accepted;
    const sim::HandleSpec& spec = run_.scenario.handle_spec(accepted);
    if (spec.modes != 0) static_cast<void>(handles_.set_modes(accepted, spec.modes));
    if (spec.port != PortId::none) bind_one(accepted, spec.port, key_of(accepted), actor);
}

}  // namespace real
