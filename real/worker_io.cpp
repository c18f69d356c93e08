// A worker's steps that concern handles.
#include "real/cpu_burner.hpp"
#include "real/worker.hpp"

namespace real {

using sim::Step;

// False: the worker leaves.
bool Worker::use_handle(const Step& step) {
    RunHandles& handles = *run_.handles;
    switch (step.kind) {
        case Step::Kind::open: handles.open(step, *this); break;
        case Step::Kind::bind: handles.bind(step, *this); break;
        case Step::Kind::modes: handles.set_modes(step, *this); break;
        case Step::Kind::close_handle: handles.close(step, *this); break;
        case Step::Kind::cancel: handles.cancel(step, *this); break;
        default: return start_io(step);
    }
    return true;
}

// The call that starts an operation computes for a while before it returns, if the scenario says
// so: time enough for others to handle the operation's packet (I-IO-8). False: a blocking accept
// has failed, so the accept loop is over.
bool Worker::start_io(const Step& step) {
    auto returned = run_.handles->start(step, *this);
    if (!returned) return true;
    if (step.call_time > 0) {
        status.write(WorkerStatus::Doing::computing);
        burn_cpu(step.call_time, run_.over);
        status.write(WorkerStatus::Doing::running);
        returned->t0 = returned->t1 = run_.stamp();
    }
    note(*returned);
    return step.operation != Operation::accept || returned->error == Win32Error::success ||
           run_.scenario.handle_spec(returned->handle).overlapped;
}

void Worker::io_wait_begins() {
    wait_begins({.reason = sim::Reason::io});
}

void Worker::io_wait_ends() {
    wait_ends({.reason = sim::Reason::io});
}

}  // namespace real
