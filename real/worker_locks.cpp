// How a worker takes and leaves locks (C-LOCK-1).
#include "real/cpu_burner.hpp"
#include "real/worker.hpp"

namespace real {

using sim::Fact;
using sim::FactKind;

void Worker::lock(sim::LockId which) {
    ScenarioLock& lock = run_.locks[sim::index(which)];
    ScenarioLock::Waiter& me = run_.waiters[sim::index(id_)];
    const Nanos spin = run_.scenario.locks[sim::index(which)].spin;
    if (!lock.try_take(id_)) {
        run_.reset(me.turn);
        const bool taken = spin > 0 ? spin_for(lock, spin) : lock.take_or_queue(me);
        if (!taken) {
            const Wait waits{.reason = sim::Reason::lock, .lock = which};
            wait_begins(waits);
            me.turn.wait();
            wait_ends(waits);
        }
    }
    Fact taken = fact(FactKind::lock_taken);
    taken.lock = which;
    note(taken);
}

// A thread that spins computes: it stays active. False: the thread is queued for the lock.
bool Worker::spin_for(ScenarioLock& lock, Nanos budget) {
    Fact spins = fact(FactKind::computing);
    spins.amount = budget;
    note(spins);
    status.write(WorkerStatus::Doing::computing);
    lock.spin_begins();
    std::atomic<bool> enough{false};
    burn_cpu(budget, enough, [&] {
        if (run_.over.load(std::memory_order_relaxed) || lock.try_take(id_)) enough = true;
    });
    status.write(WorkerStatus::Doing::running);
    return lock.spin_ends(run_.waiters[sim::index(id_)]);
}

void Worker::unlock(sim::LockId which) {
    Fact left = fact(FactKind::lock_left);
    left.lock = which;
    if (!run_.locks[sim::index(which)].leave(id_)) return;  // not its own: means nothing here
    left.t1 = run_.stamp();
    note(left);
}

}  // namespace real
