// What a worker says of itself, for whoever looks from outside. Any thread may read it.
#pragma once

#include <atomic>
#include <cstdint>

#include "real/port.hpp"
#include "sim/fact.hpp"

namespace real {

// What a worker is doing, as it says itself: for the driver, which looks from outside.
struct WorkerStatus {
    enum class Doing : std::uint8_t {
        not_started,
        running,
        computing,
        getting,
        blocked,
        exited,
        gated,  // runs, and does nothing before it is let through (gate.hpp)
    };
    Doing doing = Doing::not_started;
    bool timed = false;          // getting or blocked: it ends by itself, when a time has passed
    PortId port = PortId::none;  // getting: which port
    bool suspended = false;      // in the middle of that, as far as its suspenders know
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

// What a worker is about to wait for besides packets, as it says itself; reason none: nothing.
struct WaitingFor {
    sim::Reason reason = sim::Reason::none;
    sim::EventId event = sim::EventId::none;
    sim::LockId lock = sim::LockId::none;
};
// The same in one word. Written by the worker, read by whoever sees that it blocks.
class WaitCell {
public:
    [[nodiscard]] std::uint64_t read() const { return word_.load(std::memory_order_acquire); }
    void write(const WaitingFor&);
    [[nodiscard]] static WaitingFor meaning(std::uint64_t word);

private:
    std::atomic<std::uint64_t> word_{0};
};

}  // namespace real
