// The gate of a run that is carried out one step at a time. Before each step a worker stops here
// until the driver lets it through. It is still running for its port: it polls and yields and never
// waits in the kernel, so it keeps its slot (C-SPIN-1).
//
// Time does not pass by itself in such a run: a sleep is a wait in the kernel that the driver ends,
// and what a thread computes takes its duration only in the order of the steps.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "real/port.hpp"
#include "real/thread_wrapper.hpp"
#include "sim/scenario.hpp"

namespace real {

class Gate {
public:
    explicit Gate(std::size_t threads);

    // By a worker. It arrives with the step that it will do next (null: it exits), which must live
    // as long as the run; then it waits until it is let through, or `over`.
    void arrive(ThreadId, const sim::Step* next);
    void wait(ThreadId, Ports&, const std::atomic<bool>& over);
    void computed(ThreadId, Nanos duration);
    // The event that ends its sleep, which is not set yet.
    [[nodiscard]] ManualEvent& sleep_begins(ThreadId, Nanos duration);
    void sleep_ended(ThreadId);

    // By the driver. Is the thread held at the gate?
    [[nodiscard]] bool holds(ThreadId) const;
    [[nodiscard]] const sim::Step* next_step(ThreadId) const;
    void let_through(ThreadId);
    // How long it has computed since this was asked last.
    [[nodiscard]] Nanos take_computed(ThreadId);
    // How long it means to sleep; nothing when it does not sleep.
    [[nodiscard]] std::optional<Nanos> sleeps(ThreadId) const;
    void end_sleep(ThreadId);
    // Its sleep has been ended, but it still is on its way out of it.
    [[nodiscard]] bool wakes_up(ThreadId) const;
    void end_all_sleeps();

private:
    struct Cell {
        std::atomic<bool> holds{false};
        std::atomic<const sim::Step*> next{nullptr};
        std::atomic<Nanos> computed{0};
        std::atomic<Nanos> sleeps{-1};  // negative: it does not
        ManualEvent alarm;
    };

    [[nodiscard]] Cell& cell(ThreadId thread) const { return cells_[sim::index(thread)]; }

    std::size_t size_;
    std::unique_ptr<Cell[]> cells_;  // by ThreadId
};

}  // namespace real
