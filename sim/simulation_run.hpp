// One run of the simulator: for the simulator's own parts, and for an explorer, which copies runs
// and takes their events in every order. A value: a copy goes on by itself.
//
//   simulator.cpp          time, stimuli, the course of a run
//   simulator_threads.cpp  processors, scripts and handlers
//   simulator_ports.cpp    get, post, close
//   simulator_waits.cpp    sleeps, events, locks, joins, APCs, suspension
//   simulator_io.cpp       handles, operations, devices
//   simulator_facts.cpp    what is written down, and who goes on because of it
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/computer.hpp"
#include "sim/event_queue.hpp"
#include "sim/handle_model.hpp"
#include "sim/port_model.hpp"
#include "sim/simulator.hpp"
#include "sim/statistics.hpp"

namespace sim {

// A packet in the hands of a worker.
struct Held {
    Packet packet;
    Nanos arrived = 0;                   // when it was inserted
    HandleId accepted = HandleId::none;  // of an accept: the new connection
};

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
    Nanos on_cpu_since = 0;
    std::uint32_t cpu = 0;
    std::uint64_t turn = 0;    // counts what events may be about: those of an old turn mean nothing
    std::uint64_t call = 0;    // counts get calls and waits: an old time-out must not end a new one
    std::uint64_t draws = 0;   // random durations of its script so far
    std::uint64_t posted = 0;  // packets of its post step so far, where steps interleave
    bool running = false;      // has a processor
    bool held_back = false;    // suspended; it has something to do when it is resumed
    bool returning = false;    // a get call has been decided; it returns when it runs
    bool fetching = false;     // woken without a packet (handoff = refetch)
    bool expired = false;      // its call timed out while it could not end
    bool timed = false;        // its get call has a time-out
    bool alertable = false;    // its get call or wait is alertable
    bool blocked = false;
    bool started = false;
    bool ended = false;
    Reason reason = Reason::none;  // what it is blocked for
    EventId event = EventId::none;
    LockId lock = LockId::none;  // it waits or spins for
    bool spinning = false;
    PortId watched = PortId::none;    // wait_port
    ThreadId joins = ThreadId::none;  // it waits for its end
    std::uint32_t apcs = 0;           // queued user APCs
    Win32Error error = Win32Error::success;
    PortId port = PortId::none;         // handle of the port that it asked last
    std::vector<Held> got;              // packets of the call that returns, then in its hands
    std::size_t got_at = 0;             // the one it handles
    HandleId current = HandleId::none;  // what `this` means
    // An operation whose call computes before it returns, or that is waited for.
    std::optional<IoRequest> io_call;
    Win32Error io_error = Win32Error::success;
};

// An operation that has not ended.
struct Inflight {
    IoRequest request;
    std::uint32_t label = 0;
    HandleId accepts = HandleId::none;  // the first handle of the template it will open
    DeviceId device = DeviceId::none;
    bool served = false;  // else it waits in the device's queue
    Nanos service = 0;
    bool waited_for =
        false;  // its thread is blocked until it ends (a handle that is not overlapped)
};

class SimulationRun {
public:
    SimulationRun(const Scenario&, const SimulateOptions&);
    // To the end. Nothing can be done with the run afterwards.
    Simulation run();

    // -- for explorers: instead of run(), one event after the other --
    // What may happen next. Each is a place for take(); none: the run is over. When untimed any
    // event may be next, and the next settled thing when nobody can run; else those of the earliest
    // instant. With wake = random each waiter that it may wake is a choice of its own.
    using Choice = std::uint64_t;  // the event's place; above 32 bits: whom to wake
    [[nodiscard]] std::vector<Choice> choices();
    void take(Choice choice);
    Simulation finish();  // once there are no choices
    Simulation stop();    // in the middle
    // The facts since the last call, into `facts`; the run keeps none.
    void move_facts(std::vector<Fact>& facts);
    // The texts of the trace's header, which copies of a run do well without.
    TraceHeader move_header() { return std::exchange(result_.trace.header, {}); }
    // Everything that the future depends on, as bytes that are equal for equal states. Instants
    // count from now; untimed they are left out.
    [[nodiscard]] std::string state_key() const;
    [[nodiscard]] const PortModel& model() const { return model_; }
    [[nodiscard]] const HandleModel& handles() const { return handles_; }
    [[nodiscard]] const std::vector<Worker>& workers() const { return workers_; }
    [[nodiscard]] const SimulationSummary& summary() const { return result_.summary; }
    [[nodiscard]] Nanos now() const { return now_; }
    [[nodiscard]] std::size_t pending_events() const { return future_.entries().size(); }

private:
    // A choice that means "the next settled thing", which is no event.
    static constexpr Choice kSettled = 0xFFFFFFFF;
    static constexpr unsigned kWakeShift = 32;

    // Something that waits for the run to settle: a stimulus or a group of thread starts.
    struct Settled {
        std::uint32_t position = 0;
        bool is_threads = false;
        std::size_t which = 0;   // index of the stimulus or of the thread group
        std::uint64_t done = 0;  // occurrences so far
    };
    struct Lock {
        ThreadId owner = ThreadId::none;
        std::uint32_t depth = 0;        // how often the owner has entered it
        std::vector<ThreadId> waiters;  // the longest first
        std::vector<ThreadId> spinners;
    };
    struct Device {
        std::uint32_t busy = 0;
        std::vector<PacketId> queue;  // the longest first
    };
    // A new connection on its way to the worker that gets the packet of its accept.
    struct Accepted {
        PacketId packet;
        HandleId handle;
    };

    // simulator.cpp
    [[nodiscard]] std::vector<Choice> with_wakes(const std::vector<Choice>& places) const;
    void reserve_trace();
    void set_up();
    void set_up_handles();
    void schedule_group(const When&, bool is_threads, std::size_t which, std::uint32_t position);
    void schedule_next(const When&, bool is_threads, std::size_t which, std::uint64_t done,
                       bool series);
    bool stale(const FutureEvent&) const;
    void happen(const FutureEvent&);
    [[nodiscard]] bool can_settle() const;
    void next_settled();
    [[nodiscard]] const When& when_of(const Settled&) const;
    void occur(const Settled&, std::uint64_t occurrence);
    void begin_series(Settled&);
    void end(Outcome);

    // simulator_threads.cpp
    void start(ThreadId);
    void make_ready(ThreadId);
    void give_processors();
    void leave_processor(ThreadId);
    void on_cpu(ThreadId);
    void go_on(ThreadId);
    [[nodiscard]] bool goes_on_alone(ThreadId, const Step&);
    [[nodiscard]] bool return_first(ThreadId);
    [[nodiscard]] bool do_step(ThreadId, const Step&);
    [[nodiscard]] bool do_outside_step(ThreadId, const Step&);
    const Step* next_step(Worker&);
    void take_up(Worker&, std::size_t held);
    void put_down(const Worker&);
    [[nodiscard]] Nanos length_of(ThreadId, const Step&);
    void post_one(ThreadId, const Step&);
    void compute(ThreadId, Nanos duration);
    void next_slice(ThreadId);
    void slice_end(ThreadId);
    [[nodiscard]] bool repeat(ThreadId, const Step&);
    void exit(ThreadId);

    // simulator_ports.cpp
    [[nodiscard]] bool get(ThreadId, const Step&, Nanos timeout);
    [[nodiscard]] bool after_entering(ThreadId, PortModel::Entered);
    [[nodiscard]] bool return_from_get(ThreadId);
    void write_returned(const Worker&, ThreadId);
    void time_out(ThreadId, std::uint64_t call);
    void post(const Step&, ThreadId by);
    void create(PortId, ThreadId by);
    void close(PortId, ThreadId by);
    void read_depth(PortId, ThreadId by);

    // simulator_waits.cpp
    void block(ThreadId, Reason, EventId = EventId::none, LockId = LockId::none);
    void unblock(ThreadId);
    void wake_up(ThreadId, std::uint64_t call);
    void stop_waiting(ThreadId);
    [[nodiscard]] bool sleep(ThreadId, const Step&);
    [[nodiscard]] bool wait_for_event(ThreadId, const Step&);
    [[nodiscard]] bool wait_for_port(ThreadId, const Step&);
    [[nodiscard]] bool join(ThreadId, ThreadId other);
    void set_event(EventId, ThreadId by, Rule = Rule::none);
    void reset_event(EventId, ThreadId by);
    void signal_port(PortId);
    [[nodiscard]] bool lock(ThreadId, LockId);
    void unlock(ThreadId, LockId);
    void own(ThreadId, LockId);
    [[nodiscard]] bool end_of_spin(ThreadId);
    void queue_apc(ThreadId, bool user);
    void deliver_apcs(ThreadId);
    void run_apcs(ThreadId);
    void suspend(ThreadId);
    void resume(ThreadId);

    // simulator_io.cpp
    [[nodiscard]] HandleId resolve(const HandleRef&, ThreadId by);
    void open(const Step&, ThreadId by);
    void open_handle(HandleId, ThreadId by);
    void bind(const Step&, ThreadId by);
    void close_handle(HandleId, ThreadId by);
    void cancel(const Step&, ThreadId by);
    [[nodiscard]] bool start_io(const Step&, ThreadId by);
    void submit(Inflight);
    void serve(DeviceId);
    void io_done(PacketId);
    void complete(PacketId, Win32Error, std::uint32_t bytes);
    void end_waited_io(const Inflight&);
    bool return_from_io(ThreadId);
    void accept(const Inflight&);
    void find_operations_of(HandleId file, std::uint32_t label);
    void abort_found(Win32Error);
    [[nodiscard]] std::size_t inflight_at(PacketId) const;
    [[nodiscard]] Win32Error closing_error(HandleId) const;

    // simulator_facts.cpp
    [[nodiscard]] bool full() const { return result_.trace.facts.size() >= options_.max_facts; }
    void write_parked(bool settled);
    // Where models write what they decide: the trace, which is emptied by flush() if it is not
    // kept.
    PortModel::Facts& facts() { return result_.trace.facts; }
    [[nodiscard]] bool tracing() const { return options_.keep_trace; }
    // Something that no model decides and nobody reacts to. What a run does for every packet asks
    // tracing() first: making a fact costs more than throwing it away.
    void note(const Fact& fact) {
        if (!tracing()) return;
        assert(reacted_ == facts().size());
        facts().push_back(fact);
        facts().back().t0 = facts().back().t1 = now_;
        ++reacted_;
    }
    void flush();
    void react(const Fact&);
    void receive(const Fact&);
    void watch(PortId);
    void finish_summary();

    Worker& worker(ThreadId id) { return workers_[index(id)]; }
    static std::uint32_t number(ThreadId id) { return static_cast<std::uint32_t>(index(id)); }

    const Scenario* scenario_;
    const Handler* only_handler_;  // of all packets; null: it depends on the packet
    SimulateOptions options_;
    std::uint64_t seed_;
    Simulation result_;
    PortModel model_;
    HandleModel handles_;
    Computer computer_;
    EventQueue future_;
    std::size_t reacted_ = 0;  // facts before this one have had their consequences
    std::vector<Worker> workers_;
    std::vector<std::uint8_t> event_set_;
    std::vector<std::vector<ThreadId>> event_waiters_;
    std::vector<Lock> locks_;
    std::vector<Device> devices_;
    std::vector<Inflight> inflight_;  // ascending ids
    std::vector<PacketId> found_;     // operations about to be aborted; empty between steps
    std::vector<Accepted> accepted_;
    std::vector<std::uint32_t> opened_;  // by group of handles: how many have been opened in turn
    HandleId main_current_ = HandleId::none;  // what `this` means to main
    std::vector<Settled> settled_;            // in file order
    std::size_t settled_at_ = 0;
    std::uint64_t pending_series_ = 0;  // timed occurrences left of the settled thing before
    std::optional<Statistics> statistics_;
    std::uint32_t next_packet_ = 1;
    std::uint32_t port_watchers_ = 0;  // threads in wait_port
    Nanos now_ = 0;
};

}  // namespace sim
