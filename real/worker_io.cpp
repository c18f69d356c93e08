// A worker's steps that concern handles.
#include "real/cpu_burner.hpp"
#include "real/worker.hpp"

namespace real {

using sim::Step;

void Worker::use_handle(const Step& step) {
    RunHandles& handles = *run_.handles;
    switch (step.kind) {
        case Step::Kind::open: return handles.open(step, *this);
        case Step::Kind::bind: return handles.bind(step, *this);
        case Step::Kind::modes: return handles.set_modes(step, *this);
        case Step::Kind::close_handle: return handles.close(step, *this);
        case Step::Kind::cancel: return handles.cancel(step, *this);
        default: return start_io(step);
    }
}

// The call that starts an operation computes for a while before it returns, if the scenario says
// so: time enough for others to handle the operation's packet (I-IO-8).
void Worker::start_io(const Step& step) {
    auto returned = run_.handles->start(step, *this);
    if (!returned) return;
    if (step.call_time > 0) {
        status.write(WorkerStatus::Doing::computing);
        burn_cpu(step.call_time, run_.over);
        status.write(WorkerStatus::Doing::running);
        returned->t0 = returned->t1 = run_.stamp();
    }
    note(*returned);
}

void Worker::io_wait_begins() {
    wait_begins({.reason = sim::Reason::io});
}

void Worker::io_wait_ends() {
    wait_ends({.reason = sim::Reason::io});
}

}  // namespace real
