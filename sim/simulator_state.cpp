// The state of a run as bytes, for explorers: equal states, and only those, give equal bytes.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>

#include "sim/simulation_run.hpp"

namespace sim {
namespace {

class Bytes {
public:
    template <class T>
    void add(T value) {
        static_assert(std::is_integral_v<T> || std::is_enum_v<T>);
        char raw[sizeof(T)];
        std::memcpy(raw, &value, sizeof(T));
        text_.append(raw, sizeof(T));
    }
    template <class... T>
    void all(T... values) {
        (add(values), ...);
    }
    template <class T>
    void list(const std::vector<T>& values) {
        add(static_cast<std::uint32_t>(values.size()));
        for (const T& each : values) add(each);
    }
    void add(const Packet& packet) {
        all(packet.id, packet.key, packet.bytes, packet.error, packet.handle, packet.operation);
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

void add_request(Bytes& bytes, const IoRequest& io) {
    bytes.all(io.id, io.handle, io.by, io.operation, io.event, io.low_bit, io.routine, io.immediate,
              io.bytes, io.error);
}

void add_model(Bytes& bytes, const PortModel& model) {
    // The mark of Q-SELF-1 decides nothing while that switch is off.
    const bool marks = model.policies().self_insert != SelfInsert::off;
    for (const PortState& port : model.ports()) {
        bytes.all(port.active, port.created, port.handle_closed, port.more_handles, port.closed);
        bytes.list(port.waiting);
        for (const Packet& packet : port.queue.oldest(port.queue.size())) bytes.add(packet);
        bytes.add(PacketId::none);
    }
    for (const ThreadModel& t : model.threads())
        bytes.all(t.port, t.status, t.hand, t.suspend_count, t.blocked, t.resumes_wait,
                  marks && t.took_without_wait, t.batch);
    if (model.policies().wake == Wake::random)
        for (const std::uint64_t word : model.random().state()) bytes.add(word);
}

void add_handles(Bytes& bytes, const HandleModel& model) {
    for (const HandleState& h : model.handles())
        bytes.all(h.open, h.closed, h.bound, h.port, h.key, h.modes, h.open_handles, h.pending);
}

void add_clients(Bytes& bytes, const Clients& clients) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
        const Clients::Client& c = clients[i];
        bytes.all(c.end, c.phase, c.sends_no_more, c.was_reset, c.waits, c.messages, c.sent,
                  c.echoed, c.arrived, c.unread);
    }
    bytes.list(clients.backlog());
}

// A script that counts its rounds needs the count; one that repeats for ever must not have it.
std::uint64_t rounds_that_matter(const Worker& w) {
    const bool counts = w.script != nullptr &&
                        std::any_of(w.script->begin(), w.script->end(), [](const Step& step) {
                            return step.kind == Step::Kind::repeat && step.count != 0;
                        });
    return counts ? w.rounds : 0;
}

}  // namespace

std::string SimulationRun::state_key() const {
    Bytes bytes;
    add_model(bytes, model_);
    add_handles(bytes, handles_);
    const auto since = [&](Nanos instant) { return options_.untimed ? 0 : instant - now_; };
    // Which processor a thread has matters only where it costs something to turn to another.
    const bool processors_differ = !options_.untimed && scenario_->machine.switch_cost > 0;
    for (const Worker& w : workers_) {
        // Lists of steps are told apart by where they are: keys are compared within one process.
        const auto place = [](const Step* step) { return reinterpret_cast<std::uintptr_t>(step); };
        bytes.all(place(w.in_script.next), place(w.in_handler.next), place(w.in_handler.end),
                  rounds_that_matter(w), w.draws, w.posted);
        bytes.all(options_.untimed ? Nanos{w.left_to_compute > 0} : w.left_to_compute,
                  w.running ? since(w.quantum_ends) : 0,
                  w.left_to_compute > 0 && w.running ? since(w.slice_began) : 0,
                  w.running && processors_differ ? w.cpu : 0);
        // A round that takes no time is counted.
        if (!options_.untimed) bytes.all(w.idle_rounds, w.round_began == now_);
        bytes.all(w.running, w.held_back, w.returning, w.fetching, w.expired, w.alertable,
                  w.blocked, w.started, w.ended, w.spinning, w.reason, w.event, w.lock, w.watched,
                  w.joins, w.apcs, w.error, w.port, w.got_at, w.current, w.io_error);
        for (const Held& held : w.got) {
            bytes.add(held.packet);
            bytes.add(held.accepted);
        }
        bytes.add(PacketId::none);
        bytes.add(w.io_call.has_value());
        if (w.io_call) add_request(bytes, *w.io_call);
    }
    bytes.list(event_set_);
    for (const auto& waiters : event_waiters_) bytes.list(waiters);
    for (const Lock& lock : locks_) {
        bytes.all(lock.owner, lock.depth);
        bytes.list(lock.waiters);
        bytes.list(lock.spinners);
    }
    for (const Device& device : devices_) {
        bytes.add(device.busy);
        bytes.list(device.queue);
    }
    for (const Inflight& io : inflight_) {
        add_request(bytes, io.request);
        bytes.all(io.label, io.accepts, io.device, io.awaits_client, io.served, io.waited_for,
                  options_.untimed || io.served ? 0 : io.service);
    }
    bytes.add(PacketId::none);
    for (const Accepted& each : accepted_) bytes.all(each.packet, each.handle);
    add_clients(bytes, clients_);
    bytes.list(opened_);
    bytes.all(main_current_, settled_at_, pending_series_, next_packet_);
    if (settled_at_ < settled_.size()) bytes.add(settled_[settled_at_].done);
    if (!options_.untimed) {
        if (processors_differ) bytes.list(computer_.last_threads());
        bytes.list(computer_.ready());
    }
    // Which events there are, not in which order they were scheduled: those of one instant may
    // happen in any order. Of a thread's events only those of its present turn are left (choices()
    // drops the others), so the number of the turn need not be told.
    std::vector<std::tuple<Nanos, FutureEvent::Kind, std::uint32_t, std::uint64_t, bool>> events;
    for (const FutureEvent& e : future_.entries()) {
        const bool counted =
            e.kind == FutureEvent::Kind::stimulus || e.kind == FutureEvent::Kind::connect;
        events.emplace_back(since(e.at), e.kind, e.who, counted ? e.call : 0, e.series);
    }
    std::sort(events.begin(), events.end());
    for (const auto& [at, kind, who, call, series] : events) bytes.all(at, kind, who, call, series);
    return bytes.take();
}

}  // namespace sim
