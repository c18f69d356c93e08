// How a worker of a gated run stops before each of its steps.
#include "real/gate.hpp"
#include "real/worker.hpp"

namespace real {

// The step that it may do now; null: none any longer, it exits. Going back to the first step of a
// script is nothing that could be seen, so nobody has to be asked for it.
const sim::Step* Worker::pass_gate(const sim::Step* step) {
    if (step != nullptr && step->kind == sim::Step::Kind::repeat) return step;
    Gate& gate = *run_.gate;
    gate.arrive(id_, step);
    status.write(WorkerStatus::Doing::gated);
    gate.wait(id_, run_.ports, run_.over);
    status.write(WorkerStatus::Doing::running);
    return run_.over.load(std::memory_order_acquire) ? nullptr : step;
}

void Worker::sleep_gated(Nanos duration, bool alertable) {
    ManualEvent& alarm = run_.gate->sleep_begins(id_, duration);
    if (run_.over.load(std::memory_order_acquire)) alarm.set();
    static_cast<void>(wait(alarm, sim::kInfinite, alertable));
    run_.gate->sleep_ended(id_);
}

}  // namespace real
