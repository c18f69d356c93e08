// What the threads of a simulation do: run on processors, carry out steps, wait.
#include <algorithm>
#include <utility>

#include "sim/simulation_run.hpp"

namespace sim {
namespace {

// Rounds of a script that take no time are free up to here; then each costs a little, so that a
// thread that polls for ever lets time pass.
constexpr std::uint32_t kFreeRounds = 1000;
constexpr Nanos kIdleRoundCost = 1'000;

}  // namespace

// -- processors -----------------------------------------------------------------------------------

void SimulationRun::start(ThreadId id) {
    note({.kind = FactKind::thread_started, .thread = id});
    make_ready(id);
    give_processors();
}

void SimulationRun::make_ready(ThreadId id) {
    computer_.make_ready(id);
}

void SimulationRun::give_processors() {
    while (const auto given = computer_.assign()) {
        worker(given->thread).cpu = given->cpu;
        if (given->switched) ++result_.summary.context_switches;
        const Nanos cost = given->switched ? scenario_.machine.switch_cost : 0;
        future_.schedule(now_ + cost, FutureEvent::Kind::on_cpu,
                         static_cast<std::uint32_t>(index(given->thread)));
    }
}

void SimulationRun::leave_processor(ThreadId id) {
    const std::uint32_t cpu = worker(id).cpu;
    note({.kind = FactKind::off_cpu, .thread = id, .number = cpu});
    computer_.leave(cpu);
    give_processors();
}

void SimulationRun::on_cpu(ThreadId id) {
    Worker& w = worker(id);
    note({.kind = FactKind::on_cpu, .thread = id, .number = w.cpu});
    w.quantum_ends = now_ + scenario_.machine.quantum;
    if (w.left_to_compute > 0)
        next_slice(id);
    else
        go_on(id);
}

void SimulationRun::compute(ThreadId id, Nanos duration) {
    worker(id).left_to_compute = duration;
    next_slice(id);
}

void SimulationRun::next_slice(ThreadId id) {
    Worker& w = worker(id);
    w.slice_began = now_;
    future_.schedule(std::min(now_ + w.left_to_compute, w.quantum_ends),
                     FutureEvent::Kind::slice_end, static_cast<std::uint32_t>(index(id)));
}

void SimulationRun::slice_end(ThreadId id) {
    Worker& w = worker(id);
    w.left_to_compute -= now_ - w.slice_began;
    if (w.left_to_compute <= 0) {
        go_on(id);
    } else if (computer_.anyone_ready()) {
        // Preempted: it stays released and counted (C-COUNT-2), but others run first.
        make_ready(id);
        leave_processor(id);
    } else {
        w.quantum_ends = now_ + scenario_.machine.quantum;
        next_slice(id);
    }
}

// -- steps ----------------------------------------------------------------------------------------

// Carries out steps until one takes time or gives up the processor.
void SimulationRun::go_on(ThreadId id) {
    Worker& w = worker(id);
    if (std::exchange(w.fetching, false)) {
        const bool expired = std::exchange(w.expired, false);
        if (model_.thread(id).status != ThreadStatus::calling) {
            w.error = Win32Error::abandoned_wait_0;  // the port was closed on its way
            return_from_get(id);
            return;
        }
        const PortModel::Entered entered = model_.refetch(id, expired, scratch_);
        flush();
        if (!after_entering(id, entered)) return;
    } else if (std::exchange(w.returning, false) && !return_from_get(id)) {
        return;
    }
    for (;;) {
        const Step* step = next_step(id);
        if (step == nullptr) return exit(id);
        if (!do_step(id, *step)) return;
    }
}

const Step* SimulationRun::next_step(ThreadId id) {
    Worker& w = worker(id);
    if (w.handler != nullptr) {
        if (w.handler_at < w.handler->size()) return &(*w.handler)[w.handler_at++];
        w.handler = nullptr;
    }
    return w.script_at < w.script->size() ? &(*w.script)[w.script_at++] : nullptr;
}

// False: the thread does not go on at this instant.
bool SimulationRun::do_step(ThreadId id, const Step& step) {
    switch (step.kind) {
        case Step::Kind::get: return get(id, step.port, step.timeout);
        case Step::Kind::poll: return get(id, step.port, 0);
        case Step::Kind::cpu:
            note({.kind = FactKind::computing,
                  .rule = Rule::c_spin_1,
                  .thread = id,
                  .amount = step.duration.a});
            if (step.duration.zero()) return true;
            compute(id, step.duration.a);
            return false;
        case Step::Kind::block:
            if (step.duration.zero()) {  // Sleep(0) yields and keeps the slot (C-SPIN-1)
                model_.touch_dispatcher(id, scratch_);
                flush();
                return true;
            }
            future_.schedule(now_ + step.duration.a, FutureEvent::Kind::wake_up,
                             static_cast<std::uint32_t>(index(id)));
            block(id, Reason::sleep, EventId::none);
            return false;
        case Step::Kind::wait:
            if (event_set_[index(step.event)] != 0) {
                model_.touch_dispatcher(id, scratch_);  // satisfied at once: no wait (C-BLOCK-2)
                flush();
                return true;
            }
            event_waiters_[index(step.event)].push_back(id);
            block(id, Reason::event, step.event);
            return false;
        case Step::Kind::set: set_event(step.event, id); return true;
        case Step::Kind::post:
            for (std::uint64_t i = 0; i < step.count; ++i)
                post(step.port, step.key, step.bytes, id);
            return true;
        case Step::Kind::close: close(step.port, id); return true;
        case Step::Kind::repeat: return repeat(id, step);
        case Step::Kind::exit: exit(id); return false;
        default: return true;
    }
    return false;
}

bool SimulationRun::repeat(ThreadId id, const Step& step) {
    Worker& w = worker(id);
    ++w.rounds;
    if (step.count != 0 && w.rounds >= step.count) return true;
    w.script_at = 0;
    const bool idle = std::exchange(w.round_began, now_) == now_;
    w.idle_rounds = idle ? w.idle_rounds + 1 : 0;
    if (w.idle_rounds < kFreeRounds) return true;
    compute(id, kIdleRoundCost);
    return false;
}

void SimulationRun::exit(ThreadId id) {
    worker(id).ended = true;
    model_.exit(id, scratch_);
    flush();
    leave_processor(id);
}

// -- get ------------------------------------------------------------------------------------------

bool SimulationRun::get(ThreadId id, PortId port, Nanos timeout) {
    Worker& w = worker(id);
    w.port = port;
    ++w.call;
    const PortModel::Entered entered = model_.enter(id, port, {.timeout = timeout}, scratch_);
    flush();
    if (entered == PortModel::Entered::waits && timeout > 0)
        future_.schedule(now_ + timeout, FutureEvent::Kind::time_out,
                         static_cast<std::uint32_t>(index(id)), w.call);
    return after_entering(id, entered);
}

bool SimulationRun::after_entering(ThreadId id, PortModel::Entered entered) {
    Worker& w = worker(id);
    watch(w.port);
    switch (entered) {
        case PortModel::Entered::waits: leave_processor(id); return false;
        case PortModel::Entered::took: w.error = Win32Error::success; break;
        case PortModel::Entered::timed_out: w.error = Win32Error::wait_timeout; break;
        case PortModel::Entered::user_apc: w.error = Win32Error::wait_io_completion; break;
        case PortModel::Entered::invalid_handle: w.error = Win32Error::invalid_handle; break;
    }
    return return_from_get(id);
}

// The call returns; a packet goes to its handler. False: the thread ends, its port is gone.
bool SimulationRun::return_from_get(ThreadId id) {
    Worker& w = worker(id);
    ++w.call;  // a time-out that is still scheduled no longer concerns this thread
    Fact fact{.kind = FactKind::get_returned, .error = w.error, .port = w.port, .thread = id};
    fact.number = static_cast<std::uint32_t>(w.got.size());
    if (w.got.empty()) {
        note(fact);
        if (w.error == Win32Error::wait_timeout || w.error == Win32Error::wait_io_completion)
            return true;
        exit(id);
        return false;
    }
    for (const Packet& packet : w.got) {
        fact.packet = packet.id;
        fact.key = packet.key;
        fact.bytes = packet.bytes;
        note(fact);
        fact.kind = FactKind::also_returned;
    }
    w.handler = handler_for(w.got.front().key);
    w.handler_at = 0;
    w.got.clear();
    return true;
}

const std::vector<Step>* SimulationRun::handler_for(Key key) const {
    const Handler* handler = scenario_.handler_for({.key = key});
    return handler == nullptr ? nullptr : &handler->steps;
}

void SimulationRun::time_out(ThreadId id, std::uint64_t call) {
    Worker& w = worker(id);
    if (w.call != call) return;
    if (model_.thread(id).status != ThreadStatus::waiting) {
        // Decided already and on its way back, or on its way to fetch.
        if (w.fetching) w.expired = true;
        return;
    }
    model_.end_wait(id, Win32Error::wait_timeout, scratch_);
    w.error = Win32Error::wait_timeout;
    w.returning = true;
    make_ready(id);
    flush();
    watch(w.port);
}

// -- waiting for something else -------------------------------------------------------------------

void SimulationRun::block(ThreadId id, Reason reason, EventId event) {
    worker(id).reason = reason;
    worker(id).event = event;
    model_.block(id, reason, event, scratch_);
    flush();
    leave_processor(id);
}

void SimulationRun::unblock(ThreadId id) {
    model_.unblock(id, worker(id).reason, worker(id).event, scratch_);
    make_ready(id);
    flush();
    if (model_.thread(id).port != PortId::none) watch(model_.thread(id).port);
}

}  // namespace sim
