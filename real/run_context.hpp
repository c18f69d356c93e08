// What all threads of one run share: the ports, the scenario's events, the clock's origin, and the
// steps that workers and the driver carry out alike.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "real/clock.hpp"
#include "real/port.hpp"
#include "real/scenario_lock.hpp"
#include "real/thread_wrapper.hpp"
#include "sim/scenario.hpp"

namespace real {

class Gate;
class RunHandles;

struct RunContext {
    RunContext(const sim::Scenario&, Ports&);

    const sim::Scenario& scenario;
    Ports& ports;
    RunHandles* handles = nullptr;                    // null: the scenario has none
    Gate* gate = nullptr;                             // null: the run is not gated
    std::unique_ptr<ManualEvent[]> events;            // the scenario's, by EventId
    std::unique_ptr<ScenarioLock[]> locks;            // by LockId
    std::unique_ptr<ScenarioLock::Waiter[]> waiters;  // of locks, by ThreadId
    std::unique_ptr<ManualEvent[]> exited;            // set when a thread has left, by ThreadId
    std::vector<Apc*> user_apcs;                      // what QueueUserAPC queues, by ThreadId
    std::atomic<std::uint32_t> last_packet{0};        // ids count in posting order
    Nanos origin;                                     // clock_now() at the start of the run
    // The run is over: from now on workers leave at their next step and write nothing more.
    std::atomic<bool> over{false};
    ManualEvent over_event;          // wakes the sleepers among them
    std::atomic<Nanos> end{kNever};  // when it was over

    // The run starts now. Before any stamp is taken.
    void begin() { origin = clock_now(); }
    // Nanoseconds since the start of the run.
    [[nodiscard]] Nanos stamp() const { return clock_now() - origin; }

    // The run ends: everybody who waits for something of this run goes on.
    void finish();
    // Resets the event, unless the run is over.
    void reset(ManualEvent&) const;

    // Carries out a step that main can do too, bracketed by stamps, and returns its fact; of a post
    // one packet. Nothing when nothing happened. `by` is none for the driver.
    [[nodiscard]] std::optional<sim::Fact> outside_step(const sim::Step&, ThreadId by);

    // Of each thread, by ThreadId, for those who suspend and those who look.
    enum class Life : std::uint8_t { not_started, starting, begun };
    struct ThreadCell {
        std::atomic<Life> life{Life::not_started};
        std::atomic<std::int32_t> suspensions{0};
    };
    std::unique_ptr<ThreadCell[]> threads;

private:
    // A thread that has not started or has left cannot be suspended, and one that is not suspended
    // cannot be resumed. Returns when the thread has come to rest, so the interval of the fact ends
    // then; at the latest with the run.
    [[nodiscard]] std::optional<sim::Fact> suspend(ThreadId, ThreadId by);
    [[nodiscard]] std::optional<sim::Fact> resume(ThreadId);
    [[nodiscard]] sim::Fact post(const sim::Step&);
    [[nodiscard]] std::optional<sim::Fact> create(PortId);
    [[nodiscard]] std::optional<sim::Fact> read_depth(PortId);
    [[nodiscard]] std::optional<sim::Fact> queue_apc(ThreadId to);
    template <class Action>
    [[nodiscard]] sim::Fact bracket(sim::FactKind, Action);
};

}  // namespace real
