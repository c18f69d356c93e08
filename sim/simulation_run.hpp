// One run of the simulator: for the simulator's own parts, and for an explorer, which copies runs
// and takes their events in every order. A value: a copy goes on by itself.
//
//   simulator.cpp          time, stimuli, the course of a run
//   simulator_threads.cpp  processors, scripts and handlers
//   simulator_ports.cpp    get, post, close
//   simulator_waits.cpp    sleeps, events, locks, joins, APCs, suspension
//   simulator_io.cpp       handles, operations, devices
//   simulator_clients.cpp  the other ends of connections
//   simulator_facts.cpp    what is written down, the summary
//   simulation_react.hpp   who goes on because of what a port has decided
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/clients.hpp"
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

// How far a thread has come in a list of steps.
struct Place {
    const Step* next = nullptr;
    const Step* end = nullptr;  // null: it is in no list

    static Place at_start_of(const std::vector<Step>& steps) {
        return {steps.data(), steps.data() + steps.size()};
    }
    [[nodiscard]] bool inside() const { return end != nullptr; }
    [[nodiscard]] bool at_end() const { return next == end; }
};

// What a thread is in the middle of.
struct Worker {
    ThreadId id = ThreadId::none;
    const std::vector<Step>* script = nullptr;
    Place in_script;
    Place in_handler;
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
    bool awaits_client = false;  // a client ends it, not a device
    bool served = false;         // else it waits in the device's queue
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

    // Something that waits for the run to settle: a stimulus, or a group of threads or clients.
    using Of = FutureEvent::Kind;  // stimulus, start_thread or connect
    struct Settled {
        std::uint32_t position = 0;
        Of of = Of::stimulus;
        std::size_t which = 0;   // index of the stimulus or of the group
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
    void set_up_draws();
    void schedule_group(const When&, Of, std::size_t which, std::uint32_t position);
    void schedule_next(const When&, Of, std::size_t which, std::uint64_t done, bool series);
    [[nodiscard]] Nanos next_arrival(const When&, std::size_t which, std::uint64_t done);
    [[nodiscard]] bool stale(const FutureEvent&) const;
    void happen(const FutureEvent&);
    [[nodiscard]] bool can_settle() const;
    [[nodiscard]] bool at_rest();
    void next_settled();
    [[nodiscard]] const When& when_of(const Settled&) const;
    void occur(const Settled&, std::uint64_t occurrence);
    void begin_series(Settled&);
    void end(Outcome);

    // simulator_threads.cpp
    void start(ThreadId);
    void make_ready(ThreadId);
    void give_processors();
    void leave_processor(Worker&);
    void on_cpu(Worker&);
    void go_on(Worker&);
    [[nodiscard]] static bool goes_on_alone(const Worker&, const Step&);
    [[nodiscard]] bool return_first(Worker&);
    [[nodiscard]] bool do_step(Worker&, const Step&);
    [[nodiscard]] bool do_rarer_step(Worker&, const Step&);
    [[nodiscard]] bool do_outside_step(ThreadId, const Step&);
    [[nodiscard]] bool fetch(Worker&);
    const Step* next_step(Worker&);
    void take_up(Worker&, std::size_t held);
    void put_down(const Worker&);
    [[nodiscard]] Nanos length_of(Worker&, const Step&);
    void post_one(Worker&, const Step&);
    void compute(Worker&, Nanos duration);
    void next_slice(Worker&);
    void slice_end(Worker&);
    [[nodiscard]] bool repeat(Worker&, const Step&);
    void exit(ThreadId);

    // simulator_ports.cpp
    [[nodiscard]] bool get(Worker&, const Step&, Nanos timeout);
    [[nodiscard]] bool after_entering(Worker&, PortModel::Entered);
    [[nodiscard]] bool return_from_get(Worker&);
    void write_returned(const Worker&);
    void time_out(ThreadId, std::uint64_t call);
    void post(const Step&, ThreadId by);
    void create(PortId, ThreadId by);
    void create(const Step&, ThreadId by);
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
    [[nodiscard]] Key key_of(HandleId, const Step&) const;
    void close_handles(const HandleRef&, ThreadId by);
    void close_handle(HandleId, ThreadId by);
    void cancel(const Step&, ThreadId by);
    [[nodiscard]] bool start_io(const Step&, ThreadId by);
    void submit(Inflight);
    void serve(DeviceId);
    void io_done(PacketId);
    void complete(PacketId, Win32Error, std::uint32_t bytes);
    void end_waited_io(const Inflight&);
    bool return_from_io(ThreadId);
    [[nodiscard]] bool leaves_accept_loop(const IoRequest&, Win32Error);
    void accept(const Inflight&);
    void find_operations_of(HandleId file, std::uint32_t label);
    void abort_found(Win32Error);
    [[nodiscard]] std::size_t inflight_at(PacketId) const;
    [[nodiscard]] Win32Error closing_error(HandleId) const;

    // simulator_clients.cpp
    [[nodiscard]] HandleId file(HandleId) const;
    void connect(std::size_t client);
    void act(std::size_t client);
    void think(std::size_t client);
    void over(std::size_t client, Win32Error);
    void write_client(std::size_t client, Win32Error);
    void count_out(std::size_t client);
    void write_open_clients();
    void serve_backlog(HandleId listener);
    void deliver(std::size_t client);
    void meet_client(Inflight&);
    static void fix_end(Inflight&, Win32Error, std::uint32_t bytes);
    [[nodiscard]] Win32Error end_of(const IoRequest&) const;
    void echo(const IoRequest&);
    void close_on_clients(HandleId closed);
    [[nodiscard]] std::uint32_t bytes_of(const Step&, ThreadId by);

    // simulator_facts.cpp
    [[nodiscard]] bool full() const {
        return tracing() && result_.trace.facts.size() >= options_.max_facts;
    }
    [[nodiscard]] bool tracing() const { return options_.keep_trace; }
    [[gnu::always_inline]] void write(Fact fact) {
        fact.t0 = fact.t1 = now_;
        result_.trace.facts.push_back(fact);
    }
    // Something that no model decides and nobody reacts to. What a run does for every packet asks
    // tracing() first: making a fact costs more than throwing it away.
    void note(const Fact& fact) {
        assert(decided_.empty());
        if (tracing()) write(fact);
    }
    void write_parked(bool settled);
    // Where models write what they decide, until flush().
    PortModel::Facts& facts() { return decided_; }
    void flush();
    void signal_ports();
    void run_the_ready() {
        if (computer_.can_assign()) give_processors();
        if (port_watchers_ > 0) signal_ports();
    }
    void watch(PortId);

    // simulation_react.hpp
    template <bool kTraced>
    class Outlet;
    void insert(PortId, const Packet&, ThreadId by);
    [[nodiscard]] PortModel::Entered enter(ThreadId, PortId handle, const PortModel::Get&);
    void react(const Fact&);
    void receive(const Fact&);
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
    PortModel::Facts decided_;  // what has not had its consequences yet
    std::vector<Worker> workers_;
    std::vector<std::uint8_t> event_set_;
    std::vector<std::vector<ThreadId>> event_waiters_;
    std::vector<Lock> locks_;
    std::vector<Device> devices_;
    std::vector<Inflight> inflight_;  // ascending ids
    std::vector<PacketId> found_;     // operations about to be aborted; empty between steps
    std::vector<Accepted> accepted_;
    Clients clients_;
    std::vector<std::uint32_t> opened_;  // by group of handles: how many have been opened in turn
    HandleId main_current_ = HandleId::none;  // what `this` means to main
    std::vector<Settled> settled_;            // in file order
    std::size_t settled_at_ = 0;
    std::uint64_t pending_series_ = 0;  // timed occurrences left of the settled thing before
    std::optional<Statistics> statistics_;
    std::vector<DrawStream> arrivals_;  // by stimulus
    std::vector<DrawStream> services_;  // by Step::stream of handlers
    std::uint32_t next_packet_ = 1;
    std::uint32_t port_watchers_ = 0;  // threads in wait_port
    Nanos now_ = 0;
};

}  // namespace sim
