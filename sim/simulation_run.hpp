// One run of the simulator, for simulator.cpp and its parts only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/computer.hpp"
#include "sim/event_queue.hpp"
#include "sim/port_model.hpp"
#include "sim/simulator.hpp"

namespace sim {

// What a thread is in the middle of.
struct Worker {
    const std::vector<Step>* script = nullptr;
    const std::vector<Step>* handler = nullptr;  // null: not in a handler
    std::size_t script_at = 0;
    std::size_t handler_at = 0;
    std::uint64_t rounds = 0;  // how often `repeat` has been reached
    Nanos round_began = 0;
    std::uint32_t idle_rounds = 0;  // rounds in a row that took no time
    Nanos left_to_compute = 0;
    Nanos quantum_ends = 0;
    Nanos slice_began = 0;
    std::uint32_t cpu = 0;
    std::uint64_t call = 0;  // counts get calls: an old time-out must not end a new one
    bool returning = false;  // a get call has been decided; it returns when it runs
    bool fetching = false;   // woken without a packet (handoff = refetch)
    bool expired = false;    // its call timed out while it was on its way to fetch
    bool ended = false;
    Reason reason = Reason::none;  // what it is blocked for
    EventId event = EventId::none;
    Win32Error error = Win32Error::success;
    PortId port = PortId::none;
    std::vector<Packet> got;  // packets of the call that returns
};

class SimulationRun {
public:
    SimulationRun(const Scenario&, const SimulateOptions&);
    Simulation run();

private:
    // Something that waits for the run to settle: a stimulus or a group of thread starts.
    struct Settled {
        std::uint32_t position = 0;
        bool is_threads = false;
        std::size_t which = 0;   // index of the stimulus or of the thread group
        std::uint64_t done = 0;  // occurrences so far
    };

    // simulator.cpp: time, stimuli, facts
    void set_up();
    void schedule_group(const When&, FutureEvent::Kind, std::uint32_t first, bool numbered,
                        Settled settled);
    void happen(const FutureEvent&);
    bool next_settled();
    const When& when_of(const Settled&) const;
    void occur(const Settled&, std::uint64_t occurrence);
    void stimulate(const Stimulus&);
    void post(PortId, Key, const std::optional<std::uint32_t>& bytes, ThreadId by);
    void set_event(EventId, ThreadId by);
    void close(PortId, ThreadId by);
    void write_parked(bool settled);
    void note(Fact fact);
    void flush();
    void react(const Fact&);
    void watch(PortId);
    void finish(Outcome);

    // simulator_threads.cpp: what threads do
    void start(ThreadId);
    void make_ready(ThreadId);
    void give_processors();
    void leave_processor(ThreadId);
    void on_cpu(ThreadId);
    void go_on(ThreadId);
    bool do_step(ThreadId, const Step&);
    const Step* next_step(ThreadId);
    bool get(ThreadId, PortId, Nanos timeout);
    bool after_entering(ThreadId, PortModel::Entered);
    bool return_from_get(ThreadId);
    const std::vector<Step>* handler_for(Key) const;
    void compute(ThreadId, Nanos duration);
    void next_slice(ThreadId);
    void slice_end(ThreadId);
    void block(ThreadId, Reason, EventId);
    void unblock(ThreadId);
    bool repeat(ThreadId, const Step&);
    void exit(ThreadId);
    void time_out(ThreadId, std::uint64_t call);

    Worker& worker(ThreadId id) { return workers_[index(id)]; }

    const Scenario& scenario_;
    const SimulateOptions& options_;
    Simulation result_;
    PortModel model_;
    Computer computer_;
    EventQueue future_;
    PortModel::Facts scratch_;
    std::vector<Worker> workers_;
    std::vector<std::uint8_t> event_set_;
    std::vector<std::vector<ThreadId>> event_waiters_;
    std::vector<Settled> settled_;  // in file order
    std::size_t settled_at_ = 0;
    std::uint64_t pending_series_ = 0;  // timed occurrences left of the settled thing before
    std::uint32_t next_packet_ = 1;
    Nanos now_ = 0;
};

}  // namespace sim
