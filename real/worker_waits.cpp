// What a worker waits for besides packets. Every such wait lies between wait_begins() and
// wait_ends(), so that the facts, the port and the driver all hear of it, in the same order always.
#include "real/worker.hpp"

namespace real {

using sim::Fact;
using sim::FactKind;
using sim::Step;

// Announced, the thread stops counting inside the call that the two stamps enclose. Watched, it
// only says what it is about to wait for: whether it then really waits is for others to see
// (C-BLOCK-2), and they write the facts.
void Worker::wait_begins(const Wait& wait) {
    waiting_for.write({.reason = wait.reason, .event = wait.event, .lock = wait.lock});
    if (announces_) {
        Fact began = fact(FactKind::block_began);
        began.reason = wait.reason;
        began.event = wait.event;
        began.lock = wait.lock;
        run_.ports.block_begins(id_);
        began.t1 = run_.stamp();
        note(began);
    }
    status.write(WorkerStatus::Doing::blocked, PortId::none, wait.timed);
}

void Worker::wait_ends(const Wait& wait) {
    waiting_for.write({});
    Fact ended = fact(FactKind::block_ended);
    if (announces_) run_.ports.block_ends(id_);
    status.write(WorkerStatus::Doing::running);
    if (!announces_) return;
    ended.t1 = run_.stamp();
    ended.reason = wait.reason;
    ended.event = wait.event;
    ended.lock = wait.lock;
    note(ended);
}

// What is queued already runs at once and takes no time; what comes later ends the wait.
void Worker::sleep(const Step& step) {
    const Nanos duration = length_of(step);
    if (step.alertable && run_.ports.run_apcs(id_)) return;
    if (duration <= 0) return yield_processor();  // Sleep(0) is no wait (C-SPIN-1)
    const Wait sleep{.reason = sim::Reason::sleep, .timed = true};
    wait_begins(sleep);
    // A sleep that the end of the run can cut short.
    if (run_.gate != nullptr)
        sleep_gated(duration, step.alertable);
    else
        static_cast<void>(wait(run_.over_event, duration, step.alertable));
    wait_ends(sleep);
}

void Worker::wait_for_event(const Step& step) {
    if (step.alertable && run_.ports.run_apcs(id_)) return;
    ManualEvent& event = run_.events[sim::index(step.event)];
    // A wait that is satisfied at once is no block (C-BLOCK-2), and neither is a look.
    if (event.is_set() || step.timeout == 0) return;
    const Wait waits{
        .reason = sim::Reason::event, .event = step.event, .timed = step.timeout != sim::kInfinite};
    wait_begins(waits);
    static_cast<void>(wait(event, step.timeout, step.alertable));
    wait_ends(waits);
}

WaitEnd Worker::wait(ManualEvent& event, Nanos timeout, bool alertable) {
    if (alertable) return run_.ports.wait_alertably(id_, event, timeout);
    return event.wait(timeout, [this] { safe_point(); }) ? WaitEnd::satisfied : WaitEnd::timed_out;
}

void Worker::wait_for_port(const Step& step) {
    if (run_.ports.wait_port(step.port, 0) != WaitEnd::timed_out || step.timeout == 0) return;
    const Wait waits{.reason = sim::Reason::port, .timed = step.timeout != sim::kInfinite};
    wait_begins(waits);
    static_cast<void>(run_.ports.wait_port(step.port, step.timeout, [this] { safe_point(); }));
    wait_ends(waits);
}

// Until the other thread has written its last fact, an instant before it leaves the system.
void Worker::join(ThreadId thread) {
    ManualEvent& exited = run_.exited[sim::index(thread)];
    if (exited.is_set()) return;
    const Wait waits{.reason = sim::Reason::join};
    wait_begins(waits);
    exited.wait(sim::kInfinite, [this] { safe_point(); });
    wait_ends(waits);
}

}  // namespace real
