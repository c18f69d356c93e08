// What threads wait for besides packets: sleeps, events, locks, other threads, the handle of a
// port; and what is done to threads from outside: APCs and suspension.
#include <algorithm>
#include <utility>

#include "sim/simulation_run.hpp"

namespace sim {
namespace {

void remove(std::vector<ThreadId>& from, ThreadId id) {
    from.erase(std::remove(from.begin(), from.end(), id), from.end());
}

}  // namespace

// The thread waits for something else: it is paused and frees its slot (C-BLOCK-1).
void SimulationRun::block(ThreadId id, Reason reason, EventId event, LockId lock) {
    Worker& w = worker(id);
    w.blocked = true;
    w.reason = reason;
    w.event = event;
    w.lock = lock;
    model_.block(id, {.reason = reason, .event = event, .lock = lock}, facts());
    flush();
    leave_processor(w);
}

void SimulationRun::unblock(ThreadId id) {
    Worker& w = worker(id);
    w.blocked = false;
    w.alertable = false;
    ++w.call;  // its wake-up time, if there is one, has no meaning any more
    model_.unblock(id, {.reason = w.reason, .event = w.event, .lock = w.lock}, facts());
    make_ready(id);
    flush();
}

// A sleep, or the time-out of a wait, is over.
void SimulationRun::wake_up(ThreadId id, std::uint64_t call) {
    if (worker(id).call != call || !worker(id).blocked) return;
    stop_waiting(id);
    unblock(id);
}

// The thread is no longer among those that wait for what it waits for.
void SimulationRun::stop_waiting(ThreadId id) {
    Worker& w = worker(id);
    if (w.reason == Reason::event) remove(event_waiters_[index(w.event)], id);
    if (w.reason == Reason::port && w.watched != PortId::none) {
        w.watched = PortId::none;
        --port_watchers_;
    }
}

bool SimulationRun::sleep(ThreadId id, const Step& step) {
    Worker& w = worker(id);
    const Nanos duration = length_of(w, step);
    if (step.alertable && w.apcs > 0) {
        run_apcs(id);
        return true;
    }
    if (duration == 0) {  // Sleep(0) yields and keeps the slot (C-SPIN-1)
        model_.touch_dispatcher(id, facts());
        flush();
        return true;
    }
    future_.schedule(now_ + duration, FutureEvent::Kind::wake_up, number(id), ++w.call);
    w.alertable = step.alertable;
    block(id, Reason::sleep);
    return false;
}

// -- events ---------------------------------------------------------------------------------------

bool SimulationRun::wait_for_event(ThreadId id, const Step& step) {
    Worker& w = worker(id);
    if (step.alertable && w.apcs > 0) {
        run_apcs(id);
        return true;
    }
    if (event_set_[index(step.event)] != 0 || step.timeout == 0) {
        model_.touch_dispatcher(id, facts());  // satisfied at once: no wait (C-BLOCK-2)
        flush();
        return true;
    }
    ++w.call;
    if (step.timeout != kInfinite)
        future_.schedule(now_ + step.timeout, FutureEvent::Kind::wake_up, number(id), w.call);
    event_waiters_[index(step.event)].push_back(id);
    w.alertable = step.alertable;
    block(id, Reason::event, step.event);
    return false;
}

void SimulationRun::set_event(EventId event, ThreadId by, Rule why) {
    note({.kind = FactKind::event_set, .rule = why, .thread = by, .event = event});
    event_set_[index(event)] = 1;
    // Who is unblocked only becomes ready: nobody begins to wait meanwhile.
    for (const ThreadId waiter : event_waiters_[index(event)]) unblock(waiter);
    event_waiters_[index(event)].clear();
}

void SimulationRun::reset_event(EventId event, ThreadId by) {
    note({.kind = FactKind::event_reset, .thread = by, .event = event});
    event_set_[index(event)] = 0;
}

// -- the handle of a port (W-WAITABLE-1) ----------------------------------------------------------

bool SimulationRun::wait_for_port(ThreadId id, const Step& step) {
    const PortState& port = model_.port(model_.object(step.port));
    const bool signaled = !port.queue.empty() || port.closed || !model_.usable(step.port);
    if (signaled || step.timeout == 0) {
        model_.touch_dispatcher(id, facts());
        flush();
        return true;
    }
    Worker& w = worker(id);
    ++w.call;
    if (step.timeout != kInfinite)
        future_.schedule(now_ + step.timeout, FutureEvent::Kind::wake_up, number(id), w.call);
    w.watched = model_.object(step.port);
    ++port_watchers_;
    block(id, Reason::port);
    return false;
}

// A packet was queued or the port was closed: everybody who waits for its handle goes on.
void SimulationRun::signal_port(PortId port) {
    if (port_watchers_ == 0) return;
    if (model_.port(port).queue.empty() && !model_.port(port).closed) return;
    for (std::size_t t = 0; t < workers_.size(); ++t) {
        if (workers_[t].watched != port) continue;
        stop_waiting(make_id<ThreadId>(t));
        unblock(make_id<ThreadId>(t));
    }
}

void SimulationRun::signal_ports() {
    for (std::size_t p = 0; p < model_.ports().size(); ++p) signal_port(make_id<PortId>(p));
}

bool SimulationRun::join(ThreadId id, ThreadId other) {
    if (worker(other).ended) {
        model_.touch_dispatcher(id, facts());
        flush();
        return true;
    }
    worker(id).joins = other;
    block(id, Reason::join);
    return false;
}

// -- locks (C-LOCK-1) -----------------------------------------------------------------------------

// A lock that is free, or the thread's own, costs nothing. Otherwise the thread spins for the
// lock's budget, still active, and then waits, paused.
bool SimulationRun::lock(ThreadId id, LockId which) {
    Lock& lock = locks_[index(which)];
    if (lock.owner == ThreadId::none || lock.owner == id) {
        own(id, which);
        return true;
    }
    const Nanos spin = scenario_->locks[index(which)].spin;
    Worker& w = worker(id);
    w.lock = which;
    if (spin == 0) {
        lock.waiters.push_back(id);
        block(id, Reason::lock, EventId::none, which);
        return false;
    }
    note({.kind = FactKind::computing, .rule = Rule::c_lock_1, .thread = id, .amount = spin});
    w.spinning = true;
    lock.spinners.push_back(id);
    compute(w, spin);
    return false;
}

void SimulationRun::own(ThreadId id, LockId which) {
    Lock& lock = locks_[index(which)];
    lock.owner = id;
    ++lock.depth;
    note({.kind = FactKind::lock_taken, .rule = Rule::c_lock_1, .thread = id, .lock = which});
}

// The spinning ends: the thread has the lock, or waits for it now.
bool SimulationRun::end_of_spin(ThreadId id) {
    Worker& w = worker(id);
    w.spinning = false;
    Lock& lock = locks_[index(w.lock)];
    remove(lock.spinners, id);
    if (lock.owner == id) return true;
    if (lock.owner == ThreadId::none) {
        own(id, w.lock);
        return true;
    }
    lock.waiters.push_back(id);
    block(id, Reason::lock, EventId::none, w.lock);
    return false;
}

// Who spins gets the lock before those who wait: it runs already. Of several the longest.
void SimulationRun::unlock(ThreadId id, LockId which) {
    Lock& lock = locks_[index(which)];
    if (lock.owner != id) return;  // leaving a lock that one does not own means nothing here
    note({.kind = FactKind::lock_left, .thread = id, .lock = which});
    if (--lock.depth > 0) return;
    lock.owner = ThreadId::none;
    const auto spinner = std::find_if(lock.spinners.begin(), lock.spinners.end(), [&](ThreadId t) {
        return worker(t).running && worker(t).left_to_compute > 0;
    });
    if (spinner != lock.spinners.end()) {
        const ThreadId next = *spinner;
        own(next, which);
        worker(next).left_to_compute = 0;
        future_.schedule(now_, FutureEvent::Kind::slice_end, number(next), ++worker(next).turn);
    } else if (!lock.waiters.empty()) {
        const ThreadId next = lock.waiters.front();
        lock.waiters.erase(lock.waiters.begin());
        unblock(next);
        own(next, which);
    }
}

// -- APCs -----------------------------------------------------------------------------------------

// `user`: QueueUserAPC; otherwise a completion routine. It runs when the thread waits alertably.
void SimulationRun::queue_apc(ThreadId id, bool user) {
    Worker& w = worker(id);
    if (w.ended || !w.started) return;
    if (user) note({.kind = FactKind::apc_queued, .rule = Rule::t_apc_1, .thread = id});
    ++w.apcs;
    deliver_apcs(id);
}

// What is queued ends an alertable wait; of a suspended thread once it is resumed.
void SimulationRun::deliver_apcs(ThreadId id) {
    Worker& w = worker(id);
    if (w.apcs == 0 || !w.alertable || model_.thread(id).suspend_count > 0) return;
    if (w.blocked) {
        stop_waiting(id);
        run_apcs(id);
        unblock(id);
    } else if (model_.thread(id).status == ThreadStatus::waiting) {
        model_.end_wait(id, Win32Error::wait_io_completion, facts());
        w.error = Win32Error::wait_io_completion;
        w.returning = true;
        make_ready(id);
        flush();
    }
}

void SimulationRun::run_apcs(ThreadId id) {
    for (; worker(id).apcs > 0; --worker(id).apcs)
        note({.kind = FactKind::apc_ran, .rule = Rule::t_apc_1, .thread = id});
}

// -- suspension (C-SUSPEND-1, C-SUSPEND-2) --------------------------------------------------------

void SimulationRun::suspend(ThreadId id) {
    Worker& w = worker(id);
    if (w.ended || !w.started) return;
    model_.suspend(id, facts());
    flush();
    if (model_.thread(id).suspend_count > 1) return;
    if (computer_.forget(id)) {
        w.held_back = true;
    } else if (w.running) {
        // It may still be on its way to the processor.
        if (w.left_to_compute > 0) w.left_to_compute -= std::max<Nanos>(now_ - w.slice_began, 0);
        w.held_back = true;
        leave_processor(w);
    }
}

void SimulationRun::resume(ThreadId id) {
    Worker& w = worker(id);
    if (w.ended || model_.thread(id).suspend_count == 0) return;
    // In the middle of a get call, taken off the stack or on its way to fetch: the model goes on
    // with the call.
    const bool in_call = model_.thread(id).status == ThreadStatus::calling;
    model_.resume(id, w.expired, facts());
    const FactKind last = facts().back().kind;
    flush();
    if (model_.thread(id).suspend_count > 0) return;
    const bool held_back = std::exchange(w.held_back, false);
    if (in_call) {
        w.fetching = false;
        if (model_.thread(id).status != ThreadStatus::waiting) {
            // It took a packet, or its time-out has passed meanwhile.
            w.error = last == FactKind::wait_ended ? Win32Error::wait_timeout : Win32Error::success;
            w.expired = false;
            w.returning = true;
            make_ready(id);
        }
    } else if (held_back) {
        make_ready(id);
    }
    deliver_apcs(id);
    give_processors();
}

}  // namespace sim
