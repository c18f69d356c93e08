// One worker: carries out its script on a real thread, one step after the other, and writes down
// what it sees. While it runs it takes no lock of ours, allocates nothing, prints nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "real/fact_buffer.hpp"
#include "real/run_context.hpp"
#include "real/run_handles.hpp"
#include "real/worker_status.hpp"
#include "sim/scenario.hpp"

namespace real {

class Worker final : private Apc, private IoActor {
public:
    Worker(RunContext&, ThreadId, const std::vector<sim::Step>& script, std::size_t capacity);

    // The body of its thread.
    void live();

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
    // worker_gate.cpp: of a gated run
    [[nodiscard]] const sim::Step* pass_gate(const sim::Step*);
    void sleep_gated(Nanos duration, bool alertable);
    [[nodiscard]] const sim::Step* next_step();
    [[nodiscard]] Next carry_out(const sim::Step&);
    // worker_io.cpp: steps that concern handles
    [[nodiscard]] bool use_handle(const sim::Step&);
    [[nodiscard]] bool start_io(const sim::Step&);
    void io_wait_begins() override;
    void io_wait_ends() override;

    [[nodiscard]] Nanos length_of(const sim::Step&);
    void compute(Nanos duration);
    void outside(const sim::Step&);

    // worker_calls.cpp
    [[nodiscard]] Next get(const sim::Step&, Nanos timeout);
    [[nodiscard]] GetManyResult call(const sim::Step&, Nanos timeout);
    void write_returned(sim::Fact returned);
    void take_up(std::size_t place);
    [[nodiscard]] sim::PacketId packet_at(std::size_t place) const;
    [[nodiscard]] sim::PacketId packet_in_hand() const;
    void run() override;  // a user APC

    // worker_waits.cpp
    // Around every wait: the fact, the port (block_begins and block_ends), the status.
    void wait_begins(const Wait&);
    void wait_ends(const Wait&);
    void sleep(const sim::Step&);
    void wait_for_event(const sim::Step&);
    void wait_for_port(const sim::Step&);
    void join(ThreadId);
    [[nodiscard]] WaitEnd wait(ManualEvent&, Nanos timeout, bool alertable);

    // worker_locks.cpp
    void lock(sim::LockId);
    [[nodiscard]] bool spin_for(ScenarioLock&, Nanos budget);
    void unlock(sim::LockId);

    void safe_point() { run_.ports.safe_point(id_); }
    void write_switches(Nanos at, const SwitchCounts& after);
    void note(const sim::Fact&) override;
    [[nodiscard]] sim::Fact fact(sim::FactKind) const;  // of this thread, stamped now

    RunContext& run_;
    const ThreadId id_;
    Place script_;
    Place handler_;                // of the packet it has; goes before the rest of the script
    std::uint64_t rounds_ = 0;     // how often `repeat` was met
    std::uint64_t draws_ = 0;      // how many durations of the script were drawn
    std::vector<Completion> got_;  // room for what a call brings
    std::vector<std::optional<RunHandles::Received>> received_;  // of operations among them
    std::size_t got_count_ = 0;
    std::size_t got_at_ = 0;  // the one in hand
    bool announces_ = true;   // its waits; else they are seen from outside (block_notes.hpp)
    SwitchCounts before_{};   // of this thread, when it began with its script
};

}  // namespace real
