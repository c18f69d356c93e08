// What a worker waits for besides packets. Every such wait lies between wait_begins() and
// wait_ends(), so that the facts, the port and the driver all hear of it, in the same order always.
#include "real/worker.hpp"

namespace real {

using sim::Fact;
using sim::FactKind;

// The thread still runs when the fact is stamped: it waits somewhere inside the two stamps.
void Worker::wait_begins(const Wait& wait) {
    Fact began = fact(FactKind::block_began);
    began.reason = wait.reason;
    began.event = wait.event;
    began.lock = wait.lock;
    note(began);
    run_.ports.block_begins(id_);
    status.write(WorkerStatus::Doing::blocked, PortId::none, wait.timed);
}

void Worker::wait_ends(const Wait& wait) {
    run_.ports.block_ends(id_);
    status.write(WorkerStatus::Doing::running);
    Fact ended = fact(FactKind::block_ended);
    ended.reason = wait.reason;
    ended.event = wait.event;
    ended.lock = wait.lock;
    note(ended);
}

void Worker::block(Nanos duration) {
    if (duration <= 0) return yield_processor();  // Sleep(0) is no wait (C-SPIN-1)
    const Wait sleep{.reason = sim::Reason::sleep, .timed = true};
    wait_begins(sleep);
    // A sleep that the end of the run can cut short.
    run_.over_event.wait(duration, [this] { safe_point(); });
    wait_ends(sleep);
}

void Worker::wait(sim::EventId event) {
    ManualEvent& flag = run_.events[sim::index(event)];
    if (flag.is_set()) return;  // a wait that is satisfied at once is no block (C-BLOCK-2)
    const Wait waits{.reason = sim::Reason::event, .event = event};
    wait_begins(waits);
    flag.wait(sim::kInfinite, [this] { safe_point(); });
    wait_ends(waits);
}

}  // namespace real
