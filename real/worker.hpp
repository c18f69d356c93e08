// One worker: carries out its script on a real thread, one step after the other, and writes down
// what it sees. While it runs it takes no lock of ours, allocates nothing, prints nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "real/clock.hpp"
#include "real/fact_buffer.hpp"
#include "real/port.hpp"
#include "real/thread_wrapper.hpp"
#include "sim/scenario.hpp"

namespace real {

// What a worker is doing, as it says itself: for the driver, which looks from outside.
struct WorkerStatus {
    enum class Doing : std::uint8_t { not_started, running, computing, getting, blocked, exited };
    Doing doing = Doing::not_started;
    bool timed = false;          // getting or blocked: it ends by itself, when a time has passed
    PortId port = PortId::none;  // getting: which port
    std::uint32_t changes = 0;   // counts every change: equal counts mean that nothing moved

    bool operator==(const WorkerStatus&) const = default;
};

// A WorkerStatus in one word, so that it is read and written as one.
class StatusCell {
public:
    [[nodiscard]] WorkerStatus read() const;
    // By the worker only (by the driver before the worker starts).
    void write(WorkerStatus::Doing, PortId port = PortId::none, bool timed = false);

private:
    std::atomic<std::uint64_t> word_{0};
};

// What all threads of one run share.
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
};

class Worker {
public:
    Worker(RunContext&, ThreadId, const std::vector<sim::Step>& script, std::size_t capacity);

    // The body of its thread.
    void run();

    StatusCell status;
    FactBuffer facts;

private:
    // A list of steps in the middle of being carried out.
    struct Place {
        const std::vector<sim::Step>* steps = nullptr;  // null: none
        std::size_t next = 0;
    };
    enum class Next : std::uint8_t { go_on, leave };

    void run_script();
    [[nodiscard]] const sim::Step* next_step();
    [[nodiscard]] Next carry_out(const sim::Step&);
    [[nodiscard]] Next get(PortId, Nanos timeout);
    void handle(const Completion&);
    void compute(Nanos duration);
    void block(Nanos duration);
    void wait(sim::EventId);
    void write_switches(Nanos at);
    void note(const sim::Fact&);
    [[nodiscard]] sim::Fact fact(sim::FactKind) const;  // of this thread, stamped now

    RunContext& run_;
    const ThreadId id_;
    Place script_;
    Place handler_;             // of the packet it has; goes before the rest of the script
    std::uint64_t rounds_ = 0;  // how often `repeat` was met
};

}  // namespace real
