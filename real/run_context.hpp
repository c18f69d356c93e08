// What all threads of one run share: the ports, the scenario's events, the clock's origin, and the
// steps that workers and the driver carry out alike.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "real/clock.hpp"
#include "real/port.hpp"
#include "real/thread_wrapper.hpp"
#include "sim/scenario.hpp"

namespace real {

struct RunContext {
    RunContext(const sim::Scenario&, Ports&);

    const sim::Scenario& scenario;
    Ports& ports;
    std::unique_ptr<ManualEvent[]> events;      // the scenario's, by EventId
    std::atomic<std::uint32_t> last_packet{0};  // ids count in posting order
    Nanos origin;                               // clock_now() at the start of the run
    // The run is over: from now on workers leave at their next step and write nothing more.
    std::atomic<bool> over{false};
    ManualEvent over_event;     // wakes the sleepers among them
    std::atomic<Nanos> end{0};  // when it was over; valid once `over` is set

    // Nanoseconds since the start of the run.
    [[nodiscard]] Nanos stamp() const { return clock_now() - origin; }

    // Carries out one post, set or close, bracketed by stamps, and returns its fact. `by` is none
    // for the driver.
    [[nodiscard]] sim::Fact post(PortId, Key, std::optional<std::uint32_t> bytes, ThreadId by);
    [[nodiscard]] sim::Fact set(sim::EventId, ThreadId by);
    [[nodiscard]] sim::Fact close(PortId, ThreadId by);
    // The same, but nothing when nothing happened: a thread that has not started or has left cannot
    // be suspended, and one that is not suspended cannot be resumed. Returns when the thread has
    // come to rest, so the interval of the fact ends then; at the latest with the run.
    [[nodiscard]] std::optional<sim::Fact> suspend(ThreadId, ThreadId by);
    [[nodiscard]] std::optional<sim::Fact> resume(ThreadId);

    // Of each thread, by ThreadId, for those who suspend and those who look.
    enum class Life : std::uint8_t { not_started, starting, begun };
    struct ThreadCell {
        std::atomic<Life> life{Life::not_started};
        std::atomic<std::int32_t> suspensions{0};
    };
    std::unique_ptr<ThreadCell[]> threads;
};

}  // namespace real
