// The worker pool: one thread of the operating system per thread of the scenario.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "real/gate.hpp"
#include "real/worker.hpp"

namespace real {

class WorkerPool {
public:
    // Allocates everything that a worker needs; starts nothing. Both arguments must outlive it. If
    // the scenario has handles, the ports must have some too.
    // Gated: each worker stops before each of its steps.
    WorkerPool(const sim::Scenario&, Ports&, bool gated = false);
    // Calls finish(); threads that do not leave are let go (see finish).
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    [[nodiscard]] std::size_t size() const { return workers_.size(); }
    // False: the system cannot give another thread.
    [[nodiscard]] bool start(ThreadId);
    [[nodiscard]] std::vector<WorkerStatus> statuses() const;
    // Has a worker that says `exited` left the system too?
    [[nodiscard]] bool gone(ThreadId thread) const { return threads_[sim::index(thread)].ended(); }
    [[nodiscard]] std::optional<bool> asleep(ThreadId thread) const {
        return threads_[sim::index(thread)].asleep();
    }
    // The name that the kernel has for the thread.
    [[nodiscard]] const std::string& kernel_name(ThreadId thread) const {
        return kernel_names_[sim::index(thread)];
    }

    // Makes every worker leave: nothing more is written, sleepers and waiters are woken, the ports
    // are closed. False: some thread has not left within `patience` (under Wine 8 a close wakes
    // nobody, X-CLOSE-1); only the end of the process ends it then.
    bool finish(Nanos patience);

    // What every worker says that it waits for, by ThreadId.
    [[nodiscard]] std::vector<const WaitCell*> wait_cells() const;
    // For the drain: the notebook of every worker.
    [[nodiscard]] FactBuffer& facts(std::size_t worker) { return workers_[worker]->facts; }
    [[nodiscard]] RunContext& context() { return context_; }

private:
    [[nodiscard]] bool join_all(Nanos patience);
    void resume_all();

    RunContext context_;
    std::unique_ptr<RunHandles> handles_;           // if the scenario has any
    std::unique_ptr<Gate> gate_;                    // if the run is gated
    bool started_ = false;                          // any worker at all
    std::vector<std::unique_ptr<Worker>> workers_;  // by ThreadId
    std::vector<Thread> threads_;
    std::vector<std::string> kernel_names_;
};

}  // namespace real
