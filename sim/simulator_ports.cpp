// What threads and the driver do to ports: ask for packets, post, create, close.
#include <utility>

#include "sim/simulation_run.hpp"

namespace sim {

// -- get ------------------------------------------------------------------------------------------

bool SimulationRun::get(Worker& w, const Step& step, Nanos timeout) {
    put_down(w);
    w.got.clear();
    w.got_at = 0;
    w.in_handler = {};
    w.port = step.port;
    w.alertable = step.alertable;
    ++w.call;
    const PortModel::Entered entered = enter(w.id, step.port,
                                             {.timeout = timeout,
                                              .batch = step.batch,
                                              .alertable = step.alertable,
                                              .apc_pending = w.apcs > 0});
    if (entered == PortModel::Entered::waits && timeout > 0)
        future_.schedule(now_ + timeout, FutureEvent::Kind::time_out, number(w.id), w.call);
    return after_entering(w, entered);
}

bool SimulationRun::after_entering(Worker& w, PortModel::Entered entered) {
    switch (entered) {
        case PortModel::Entered::waits:
            leave_processor(w);
            deliver_apcs(w.id);  // one came while it was on its way to fetch a packet
            return false;
        case PortModel::Entered::took: w.error = Win32Error::success; break;
        case PortModel::Entered::timed_out: w.error = Win32Error::wait_timeout; break;
        case PortModel::Entered::user_apc: w.error = Win32Error::wait_io_completion; break;
        case PortModel::Entered::invalid_handle: w.error = Win32Error::invalid_handle; break;
        case PortModel::Entered::invalid_parameter: w.error = Win32Error::invalid_parameter; break;
    }
    return return_from_get(w);
}

// The call returns; its first packet is taken up. False: the thread ends, its port is gone.
bool SimulationRun::return_from_get(Worker& w) {
    ++w.call;  // a time-out that is still scheduled no longer concerns this thread
    w.alertable = false;
    if (!w.got.empty()) {
        if (tracing()) write_returned(w);
        take_up(w, 0);
        return true;
    }
    Rule why = Rule::none;
    if (w.error == Win32Error::wait_io_completion) {
        run_apcs(w.id);
        const bool of_port = model_.thread(w.id).port == model_.object(w.port);
        why = of_port ? Rule::t_apc_1 : Rule::t_apc_2;
    }
    if (w.error == Win32Error::invalid_parameter) why = Rule::g_ex_4;
    note({.kind = FactKind::get_returned,
          .rule = why,
          .error = w.error,
          .port = w.port,
          .thread = w.id});
    if (w.error != Win32Error::abandoned_wait_0 && w.error != Win32Error::invalid_handle)
        return true;
    exit(w.id);
    return false;
}

// A get call returns with packets.
void SimulationRun::write_returned(const Worker& w) {
    Fact fact{.kind = FactKind::get_returned, .port = w.port, .thread = w.id};
    fact.number = static_cast<std::uint32_t>(w.got.size());
    for (const Held& held : w.got) {
        fact.rule = held.packet.error == Win32Error::success ? Rule::none : Rule::i_io_4;
        fact.packet = held.packet.id;
        fact.key = held.packet.key;
        fact.bytes = held.packet.bytes;
        fact.error = held.packet.error;
        fact.handle = held.packet.handle;
        fact.operation = held.packet.operation;
        note(fact);
        fact.kind = FactKind::also_returned;
    }
}

void SimulationRun::time_out(ThreadId id, std::uint64_t call) {
    Worker& w = worker(id);
    if (w.call != call || w.returning) return;  // it has returned, or is about to
    if (model_.thread(id).status != ThreadStatus::waiting) {
        // On its way to fetch a packet, or suspended in the middle of the call: it ends then.
        w.expired = true;
        return;
    }
    model_.end_wait(id, Win32Error::wait_timeout, facts());
    w.error = Win32Error::wait_timeout;
    w.returning = true;
    make_ready(id);
    flush();
}

// -- post, create, close --------------------------------------------------------------------------

void SimulationRun::post(const Step& step, ThreadId by) {
    const Packet packet{.id = static_cast<PacketId>(next_packet_),
                        .key = step.key,
                        .bytes = step.bytes.value_or(next_packet_)};
    ++next_packet_;
    const PortId port = model_.object(step.port);
    const auto capacity = scenario_->ports[index(port)].capacity;
    Win32Error error = Win32Error::success;
    Rule why = Rule::p_post_1;
    if (!model_.usable(step.port)) {
        error = Win32Error::invalid_handle;
        why = Rule::p_post_3;
    } else if (capacity && model_.port(port).queue.size() >= *capacity &&
               model_.would_queue(port, by)) {
        error = Win32Error::no_system_resources;
        why = Rule::q_unbound_1;
    }
    if (tracing())
        note({.kind = FactKind::posted,
              .rule = why,
              .error = error,
              .port = step.port,
              .thread = by,
              .packet = packet.id,
              .key = packet.key,
              .bytes = packet.bytes});
    if (error != Win32Error::success) {
        ++result_.summary.posts_failed;
        return;
    }
    ++result_.summary.packets_posted;
    insert(port, packet, by);
}

void SimulationRun::create(PortId port, ThreadId by) {
    const bool again = scenario_->ports[index(port)].duplicate_of == PortId::none;
    (void)(again ? model_.create(port, by, facts()) : model_.duplicate(port, by, facts()));
    flush();
}

// A call that cannot bind leaves no port behind (H-HANDLE-5).
void SimulationRun::create(const Step& step, ThreadId by) {
    const HandleId handle = resolve(step.handle, by);
    if (handle == HandleId::none || handles_.bindable(handle) == Win32Error::success)
        create(step.port, by);
    if (handle == HandleId::none) return;
    (void)handles_.bind(handle, step.port, true, key_of(handle, step), by, facts());
    flush();
}

void SimulationRun::close(PortId port, ThreadId by) {
    if (!model_.usable(port)) {
        note({.kind = FactKind::port_closed,
              .rule = Rule::x_close_3,
              .error = Win32Error::invalid_handle,
              .port = port,
              .thread = by});
        return;
    }
    model_.close(port, by, facts());
    flush();
    signal_port(model_.object(port));
}

void SimulationRun::read_depth(PortId port, ThreadId by) {
    const auto queued = static_cast<std::uint32_t>(model_.port(model_.object(port)).queue.size());
    note({.kind = FactKind::depth,
          .rule = Rule::q_depth_1,
          .port = port,
          .thread = by,
          .number = queued});
}

}  // namespace sim
