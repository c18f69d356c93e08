// One worker: carries out its script on a real thread, one step after the other, and writes down
// what it sees. While it runs it takes no lock of ours, allocates nothing, prints nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "real/fact_buffer.hpp"
#include "real/run_context.hpp"
#include "real/worker_status.hpp"
#include "sim/scenario.hpp"

namespace real {

class Worker {
public:
    Worker(RunContext&, ThreadId, const std::vector<sim::Step>& script, std::size_t capacity);

    // The body of its thread.
    void run();

    StatusCell status;
    WaitCell waiting_for;
    FactBuffer facts;

private:
    // A list of steps in the middle of being carried out.
    struct Place {
        const std::vector<sim::Step>* steps = nullptr;  // null: none
        std::size_t next = 0;
    };
    enum class Next : std::uint8_t { go_on, leave };
    // A wait for something other than a packet.
    struct Wait {
        sim::Reason reason = sim::Reason::sleep;
        sim::EventId event = sim::EventId::none;
        sim::LockId lock = sim::LockId::none;
        bool timed = false;  // it ends by itself
    };

    void run_script();
    [[nodiscard]] const sim::Step* next_step();
    [[nodiscard]] Next carry_out(const sim::Step&);
    [[nodiscard]] Next get(PortId, Nanos timeout);
    void handle(const Completion&);
    void compute(Nanos duration);
    // Around every wait: the fact, the port (block_begins and block_ends), the status.
    void wait_begins(const Wait&);
    void wait_ends(const Wait&);
    void block(Nanos duration);
    void wait(sim::EventId);
    void write_switches(Nanos at, const SwitchCounts& after);
    void note(const sim::Fact&);
    [[nodiscard]] sim::Fact fact(sim::FactKind) const;  // of this thread, stamped now

    RunContext& run_;
    const ThreadId id_;
    Place script_;
    Place handler_;             // of the packet it has; goes before the rest of the script
    std::uint64_t rounds_ = 0;  // how often `repeat` was met
    bool announces_ = true;     // its waits; else they are seen from outside (block_notes.hpp)
    SwitchCounts before_{};     // of this thread, when it began with its script
};

}  // namespace real
