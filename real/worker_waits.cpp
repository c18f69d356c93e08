// What a worker waits for besides packets. Every such wait lies between wait_begins() and
// wait_ends(), so that the facts, the port and the driver all hear of it, in the same order always.
#include "real/worker.hpp"

namespace real {

using sim::Fact;
using sim::FactKind;

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

void Worker::block(Nanos duration) {
    if (duration <= 0) return yield_processor();  // Sleep(0) is no wait (C-SPIN-1)
    const Wait sleep{.reason = sim::Reason::sleep, .timed = true};
    wait_begins(sleep);
    run_.over_event.wait(duration);  // a sleep that the end of the run can cut short
    wait_ends(sleep);
}

void Worker::wait(sim::EventId event) {
    ManualEvent& flag = run_.events[sim::index(event)];
    if (flag.is_set()) return;  // a wait that is satisfied at once is no block (C-BLOCK-2)
    const Wait waits{.reason = sim::Reason::event, .event = event};
    wait_begins(waits);
    flag.wait();
    wait_ends(waits);
}

}  // namespace real
