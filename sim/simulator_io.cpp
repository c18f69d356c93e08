// Handles and operations of a simulation: what is started on files, pipes and sockets, the devices
// that serve it, and the packets that tell its end.
#include <algorithm>
#include <utility>

#include "sim/simulation_run.hpp"

namespace sim {

// -- handles --------------------------------------------------------------------------------------

// The handle that a step means; none when `this` stands for nothing or a template is used up.
HandleId SimulationRun::resolve(const HandleRef& ref, ThreadId by) {
    switch (ref.kind) {
        case HandleRef::Kind::none:
        case HandleRef::Kind::open: return HandleId::none;
        case HandleRef::Kind::handle: return ref.handle;
        case HandleRef::Kind::current:
            return by == ThreadId::none ? main_current_ : worker(by).current;
        case HandleRef::Kind::fresh: break;
    }
    const HandleSpec& spec = scenario_->handle_spec(ref.handle);
    std::uint32_t& opened = opened_[static_cast<std::size_t>(&spec - scenario_->handles.data())];
    if (opened == spec.count) return HandleId::none;
    return make_id<HandleId>(index(spec.first) + opened++);
}

void SimulationRun::open(const Step& step, ThreadId by) {
    const HandleId handle = resolve(step.handle, by);
    if (handle != HandleId::none) return open_handle(handle, by);
    // A template that is used up: the last of its handles cannot be opened once more.
    const HandleSpec& spec = scenario_->handle_spec(step.handle.handle);
    note({.kind = FactKind::opened,
          .error = Win32Error::no_system_resources,
          .thread = by,
          .handle = make_id<HandleId>(index(spec.first) + spec.count - 1)});
}

// Opens it, and binds it if the scenario says to which port.
void SimulationRun::open_handle(HandleId handle, ThreadId by) {
    const Win32Error error = handles_.open(handle, by, facts());
    (by == ThreadId::none ? main_current_ : worker(by).current) = handle;
    const HandleSpec& spec = scenario_->handle_spec(handle);
    if (error == Win32Error::success && spec.port != PortId::none) {
        const Key key = spec.key + (index(handle) - index(spec.first));
        (void)handles_.bind(handle, spec.port, model_.usable(spec.port), key, by, facts());
    }
    flush();
}

void SimulationRun::bind(const Step& step, ThreadId by) {
    const HandleId handle = resolve(step.handle, by);
    // `this`, and nothing is in hand.
    if (handle == HandleId::none && step.handle.kind != HandleRef::Kind::none) return;
    (void)handles_.bind(handle, step.port, model_.usable(step.port), key_of(handle, step), by,
                        facts());
    flush();
}

// What the step says, or the scenario says of the handle.
Key SimulationRun::key_of(HandleId handle, const Step& step) const {
    if (step.own_key || handle == HandleId::none) return step.own_key.value_or(0);
    const HandleSpec& spec = scenario_->handle_spec(handle);
    return spec.key + (index(handle) - index(spec.first));
}

// Pipes break, everything else aborts (I-IO-7).
Win32Error SimulationRun::closing_error(HandleId handle) const {
    return scenario_->handle_spec(handle).kind == HandleSpec::Kind::pipe
               ? Win32Error::broken_pipe
               : Win32Error::operation_aborted;
}

void SimulationRun::close_handles(const HandleRef& ref, ThreadId by) {
    if (ref.kind != HandleRef::Kind::open) {
        const HandleId handle = resolve(ref, by);
        if (handle != HandleId::none) close_handle(handle, by);
        return;
    }
    const HandleSpec& spec = scenario_->handle_spec(ref.handle);
    for (std::uint32_t i = 0; i < spec.count; ++i) {
        const HandleId each = make_id<HandleId>(index(spec.first) + i);
        if (handles_.is_open(each)) close_handle(each, by);
    }
}

void SimulationRun::close_handle(HandleId handle, ThreadId by) {
    const Win32Error error = handles_.close(handle, by, facts());
    flush();
    if (error != Win32Error::success || handles_.file_of(handle).open_handles > 0) return;
    find_operations_of(handles_.handles()[index(handle)].file, 0);
    abort_found(closing_error(handle));
    if (!clients_.empty()) close_on_clients(file(handle));
}

void SimulationRun::cancel(const Step& step, ThreadId by) {
    const HandleId handle = resolve(step.handle, by);
    if (handle == HandleId::none) return;
    if (handles_.is_open(handle))
        find_operations_of(handles_.handles()[index(handle)].file, step.label);
    const PacketId only = step.label != 0 && !found_.empty() ? found_.front() : PacketId::none;
    (void)handles_.cancel(handle, !found_.empty(), only, by, facts());
    flush();
    abort_found(Win32Error::operation_aborted);
}

// -- starting operations --------------------------------------------------------------------------

// False: the thread does not go on at this instant.
bool SimulationRun::start_io(const Step& step, ThreadId by) {
    const HandleId handle = resolve(step.handle, by);
    if (handle == HandleId::none) return true;
    ++result_.summary.operations;
    const HandleSpec& spec = scenario_->handle_spec(handle);
    Inflight io{.request = {.id = static_cast<PacketId>(next_packet_++),
                            .handle = handle,
                            .by = by,
                            .operation = step.operation,
                            .event = step.event,
                            .low_bit = step.low_bit,
                            .routine = step.routine,
                            .immediate = step.immediate,
                            .bytes = bytes_of(step, by),
                            .error = step.error},
                .label = step.label,
                .accepts = step.accepts.handle,
                .device = spec.device};
    const auto count = static_cast<std::uint64_t>(io.request.id);
    if (step.own_duration)
        io.service = draw(step.duration, seed_, StreamOf::device, 1'000 + step.stream, count);
    else if (spec.device != DeviceId::none)
        io.service = draw(scenario_->devices[index(spec.device)].service, seed_, StreamOf::device,
                          index(spec.device), count);
    if (step.event != EventId::none) event_set_[index(step.event)] = 0;  // reset by the call
    Win32Error error = handles_.start(io.request, facts());
    flush();
    const bool started = error == Win32Error::io_pending;
    if (started && !clients_.empty()) meet_client(io);
    const bool immediate = io.request.immediate;
    if (started && !immediate && !spec.overlapped && by != ThreadId::none) {
        io.waited_for = true;
        worker(by).io_call = io.request;
        submit(io);
        block(by, Reason::io);
        return false;
    }
    if (started && immediate) {
        inflight_.push_back(io);
        complete(io.request.id, io.request.error, io.request.bytes);
        error = io.request.error;
    } else if (started) {
        submit(io);
    }
    if (step.call_time > 0 && by != ThreadId::none) {
        worker(by).io_call = io.request;
        worker(by).io_error = error;
        compute(worker(by), step.call_time);
        return false;
    }
    handles_.returned(io.request, error, facts());
    flush();
    return by == ThreadId::none || !leaves_accept_loop(io.request, error);
}

// A thread whose blocking accept fails leaves its loop: what it listened on has been closed. True:
// it has exited.
bool SimulationRun::leaves_accept_loop(const IoRequest& request, Win32Error error) {
    if (request.operation != Operation::accept || error == Win32Error::success) return false;
    if (scenario_->handle_spec(request.handle).overlapped) return false;
    exit(request.by);
    return true;
}

// The call that started an operation returns: it has computed, or the operation was waited for.
bool SimulationRun::return_from_io(ThreadId id) {
    Worker& w = worker(id);
    const IoRequest request = *std::exchange(w.io_call, std::nullopt);
    handles_.returned(request, w.io_error, facts());
    flush();
    return !leaves_accept_loop(request, w.io_error);
}

// -- devices --------------------------------------------------------------------------------------

void SimulationRun::submit(Inflight io) {
    const PacketId id = io.request.id;
    io.served = io.device == DeviceId::none || io.awaits_client;
    if (io.awaits_client) io.device = DeviceId::none;
    inflight_.push_back(io);
    if (io.awaits_client) return;
    if (io.served) {
        future_.schedule(now_ + io.service, FutureEvent::Kind::io_done,
                         static_cast<std::uint32_t>(id));
        return;
    }
    devices_[index(io.device)].queue.push_back(id);
    serve(io.device);
}

// A device takes up operations while it has a free server.
void SimulationRun::serve(DeviceId which) {
    Device& device = devices_[index(which)];
    const std::uint32_t servers = scenario_->devices[index(which)].servers;
    while (!device.queue.empty() && (servers == 0 || device.busy < servers)) {
        const PacketId id = device.queue.front();
        device.queue.erase(device.queue.begin());
        Inflight& io = inflight_[inflight_at(id)];
        io.served = true;
        ++device.busy;
        future_.schedule(now_ + io.service, FutureEvent::Kind::io_done,
                         static_cast<std::uint32_t>(id));
    }
}

// Its place in inflight_, or the end.
std::size_t SimulationRun::inflight_at(PacketId id) const {
    const auto found = std::lower_bound(
        inflight_.begin(), inflight_.end(), id,
        [](const Inflight& each, PacketId wanted) { return each.request.id < wanted; });
    const bool there = found != inflight_.end() && found->request.id == id;
    return there ? static_cast<std::size_t>(found - inflight_.begin()) : inflight_.size();
}

// Pending operations of a file; with a label only those that were started under it.
void SimulationRun::find_operations_of(HandleId file, std::uint32_t label) {
    for (const Inflight& each : inflight_)
        if (handles_.handles()[index(each.request.handle)].file == file &&
            (label == 0 || each.label == label))
            found_.push_back(each.request.id);
}

void SimulationRun::io_done(PacketId id) {
    const std::size_t at = inflight_at(id);
    if (at == inflight_.size()) return;  // it was aborted meanwhile
    const IoRequest& request = inflight_[at].request;
    const Win32Error error = end_of(request);
    complete(id, error, error == request.error ? request.bytes : 0);
}

// -- ends -----------------------------------------------------------------------------------------

// The end of one operation ends or starts no other, so the list stays as it was made.
void SimulationRun::abort_found(Win32Error error) {
    for (const PacketId id : found_)
        if (inflight_at(id) != inflight_.size()) complete(id, error, 0);
    found_.clear();
}

// An operation ends: its server is free, its event is set, its packet goes to the port.
void SimulationRun::complete(PacketId id, Win32Error error, std::uint32_t bytes) {
    const std::size_t at = inflight_at(id);
    Inflight io = inflight_[at];
    inflight_.erase(inflight_.begin() + static_cast<std::ptrdiff_t>(at));
    io.request.error = error;
    io.request.bytes = bytes;
    if (io.device != DeviceId::none) {
        Device& device = devices_[index(io.device)];
        if (io.served && !io.request.immediate)
            --device.busy;
        else
            device.queue.erase(std::remove(device.queue.begin(), device.queue.end(), id),
                               device.queue.end());
        serve(io.device);
    }
    if (error == Win32Error::success && io.accepts != HandleId::none) accept(io);
    if (error == Win32Error::success) echo(io.request);
    if (io.waited_for) return end_waited_io(io);
    const HandleModel::End end = handles_.finish(io.request, facts());
    flush();
    if (io.request.event != EventId::none)
        set_event(io.request.event, ThreadId::none,
                  io.request.low_bit ? Rule::i_io_9 : Rule::i_io_10);
    // A routine that main started never runs: main does not wait alertably.
    if (end.routine && io.request.by != ThreadId::none) queue_apc(io.request.by, false);
    if (!end.packet) return;
    const PortId port = model_.object(end.port);
    if (model_.port(port).closed) {  // nobody can receive it any more (X-CLOSE-5)
        note({.kind = FactKind::no_packet,
              .rule = Rule::x_close_5,
              .packet = id,
              .handle = io.request.handle,
              .operation = io.request.operation});
        return;
    }
    insert(port,
           {.id = id,
            .key = end.key,
            .bytes = bytes,
            .error = error,
            .handle = io.request.handle,
            .operation = io.request.operation},
           ThreadId::none);
}

// The thread that waited for its operation goes on (C-PAGE-1). A failure is what the call returns;
// a success is told by `completed`, too.
void SimulationRun::end_waited_io(const Inflight& io) {
    if (io.request.error == Win32Error::success) (void)handles_.finish(io.request, facts());
    flush();
    Worker& w = worker(io.request.by);
    w.io_call = io.request;
    w.io_error = io.request.error;
    if (!w.ended) unblock(io.request.by);
}

// A connection is accepted: the next handle of the template stands for it.
void SimulationRun::accept(const Inflight& io) {
    const HandleId handle = resolve({HandleRef::Kind::fresh, io.accepts}, io.request.by);
    if (handle == HandleId::none) return;
    if (const auto client = clients_.first_in_backlog(file(io.request.handle)))
        clients_.accept(*client, handle);
    if (io.waited_for || !scenario_->handle_spec(io.request.handle).overlapped) {
        open_handle(handle, io.request.by);
        return;
    }
    open_handle(handle, ThreadId::none);
    accepted_.push_back({io.request.id, handle});
}

}  // namespace sim
