#include "real/worker.hpp"

#include <cassert>

#include "real/cpu_burner.hpp"

namespace real {
namespace {

using Doing = WorkerStatus::Doing;
using sim::Fact;
using sim::FactKind;
using sim::Step;

constexpr std::uint32_t kPortMask = 0x7FFFFF;  // 23 bits; all ones: none

}  // namespace

// Bits 0–7 doing, 8 timed, 9–31 port, 32–63 changes.
WorkerStatus StatusCell::read() const {
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    const auto port = static_cast<std::uint32_t>(word >> 9) & kPortMask;
    return {.doing = static_cast<Doing>(word & 0xFF),
            .timed = (word >> 8 & 1) != 0,
            .port = port == kPortMask ? PortId::none : sim::make_id<PortId>(port),
            .changes = static_cast<std::uint32_t>(word >> 32)};
}

void StatusCell::write(Doing doing, PortId port, bool timed) {
    const std::uint64_t changes = (word_.load(std::memory_order_relaxed) >> 32) + 1;
    const std::uint64_t place = static_cast<std::uint32_t>(port) & kPortMask;
    word_.store(changes << 32 | place << 9 | static_cast<std::uint64_t>(timed) << 8 |
                    static_cast<std::uint64_t>(doing),
                std::memory_order_release);
}

RunContext::RunContext(const sim::Scenario& scenario_in, Ports& ports_in)
    : scenario(scenario_in),
      ports(ports_in),
      events(std::make_unique<ManualEvent[]>(scenario_in.events.size())),
      origin(clock_now()) {}

Fact RunContext::post(PortId port, Key key, std::optional<std::uint32_t> bytes, ThreadId by) {
    const std::uint32_t id = last_packet.fetch_add(1, std::memory_order_relaxed) + 1;
    // The id travels in `overlapped`, which a post does not interpret (P-POST-1), and in `bytes`
    // too unless the scenario has a use for them.
    const Completion packet{.key = key, .bytes = bytes.value_or(id), .overlapped = id};
    Fact fact{.kind = FactKind::posted};
    fact.t0 = stamp();
    fact.error = ports.post(port, packet);
    fact.t1 = stamp();
    fact.port = port;
    fact.thread = by;
    fact.packet = static_cast<sim::PacketId>(id);
    fact.key = key;
    fact.bytes = packet.bytes;
    return fact;
}

Fact RunContext::set(sim::EventId event, ThreadId by) {
    Fact fact{.kind = FactKind::event_set};
    fact.t0 = stamp();
    events[sim::index(event)].set();
    fact.t1 = stamp();
    fact.event = event;
    fact.thread = by;
    return fact;
}

Fact RunContext::close(PortId port, ThreadId by) {
    Fact fact{.kind = FactKind::port_closed};
    fact.t0 = stamp();
    fact.error = ports.close(port);
    fact.t1 = stamp();
    fact.port = port;
    fact.thread = by;
    return fact;
}

Worker::Worker(RunContext& run, ThreadId id, const std::vector<Step>& script, std::size_t capacity)
    : facts(capacity), run_(run), id_(id), script_{.steps = &script} {}

Fact Worker::fact(FactKind kind) const {
    Fact fact{.kind = kind};
    fact.t0 = fact.t1 = run_.stamp();
    fact.thread = id_;
    return fact;
}

void Worker::note(const Fact& fact) {
    if (!run_.over.load(std::memory_order_acquire)) facts.push(fact);
}

void Worker::run() {
    note(fact(FactKind::thread_started));
    run_.ports.thread_begins(id_);
    run_script();
    Fact left = fact(FactKind::thread_exited);
    run_.ports.thread_ends(id_);
    left.t1 = run_.stamp();
    note(left);
    write_switches(left.t1);
    status.write(Doing::exited);
}

// Written even when the run is over: this is where it is known.
void Worker::write_switches(Nanos at) {
    const auto counts = own_switch_counts();
    if (!counts) return;
    Fact switches{.kind = FactKind::switches};
    switches.t0 = switches.t1 = run_.over.load(std::memory_order_acquire) ? run_.end.load() : at;
    switches.thread = id_;
    switches.number = static_cast<std::uint32_t>(counts->voluntary);
    switches.amount = static_cast<std::int64_t>(counts->involuntary);
    facts.push(switches);
}

void Worker::run_script() {
    while (const Step* step = next_step())
        if (carry_out(*step) == Next::leave) return;
}

// Nothing when the script has ended, or the run is over.
const Step* Worker::next_step() {
    if (run_.over.load(std::memory_order_acquire)) return nullptr;
    for (Place* place : {&handler_, &script_}) {
        if (place->steps && place->next < place->steps->size())
            return &(*place->steps)[place->next++];
    }
    return nullptr;
}

Worker::Next Worker::carry_out(const Step& step) {
    switch (step.kind) {
        case Step::Kind::get: return get(step.port, step.timeout);
        case Step::Kind::poll: return get(step.port, 0);
        case Step::Kind::cpu: compute(step.duration.a); break;
        case Step::Kind::block: block(step.duration.a); break;
        case Step::Kind::wait: wait(step.event); break;
        case Step::Kind::set: note(run_.set(step.event, id_)); break;
        case Step::Kind::post:
            for (std::uint64_t i = 0; i < step.count && !run_.over; ++i)
                note(run_.post(step.port, step.key, step.bytes, id_));
            break;
        case Step::Kind::close: note(run_.close(step.port, id_)); break;
        case Step::Kind::repeat:
            // `count` is how many times in all, so one less than that often goes back.
            if (step.count == 0 || ++rounds_ < step.count) script_.next = 0;
            break;
        case Step::Kind::exit: return Next::leave;
        default: assert(false);  // unrecordable() refuses such scenarios before a run begins
    }
    return Next::go_on;
}

Worker::Next Worker::get(PortId port, Nanos timeout) {
    Fact called = fact(FactKind::get_called);
    called.port = port;
    called.amount = timeout;
    called.number = 1;
    note(called);
    status.write(Doing::getting, port, timeout != sim::kInfinite);
    const GetResult result = run_.ports.get(id_, port, timeout);
    Fact returned = fact(FactKind::get_returned);
    status.write(Doing::running);
    if (run_.over.load(std::memory_order_acquire)) return Next::leave;

    returned.port = port;
    returned.error = result.error;
    if (result.has_packet) {
        returned.number = 1;
        returned.packet = static_cast<sim::PacketId>(result.packet.overlapped);
        returned.key = result.packet.key;
        returned.bytes = result.packet.bytes;
    }
    note(returned);
    if (result.has_packet) handle(result.packet);
    // Nothing will ever come from a port that is gone.
    const bool gone = !result.has_packet && (result.error == Win32Error::abandoned_wait_0 ||
                                             result.error == Win32Error::invalid_handle);
    return gone ? Next::leave : Next::go_on;
}

void Worker::handle(const Completion& packet) {
    const sim::Handler* handler = run_.scenario.handler_for({.key = packet.key});
    handler_ = {.steps = handler == nullptr ? nullptr : &handler->steps};
}

void Worker::compute(Nanos duration) {
    Fact computing = fact(FactKind::computing);
    computing.amount = duration;
    note(computing);
    status.write(Doing::computing);
    burn_cpu(duration, run_.over);
    status.write(Doing::running);
}

void Worker::block(Nanos duration) {
    if (duration <= 0) return yield_processor();  // Sleep(0) is no wait (C-SPIN-1)
    Fact began = fact(FactKind::block_began);
    began.reason = sim::Reason::sleep;
    note(began);
    run_.ports.block_begins(id_);
    status.write(Doing::blocked, PortId::none, true);
    run_.over_event.wait(duration);  // a sleep that the end of the run can cut short
    run_.ports.block_ends(id_);
    status.write(Doing::running);
    Fact ended = fact(FactKind::block_ended);
    ended.reason = sim::Reason::sleep;
    note(ended);
}

void Worker::wait(sim::EventId event) {
    ManualEvent& flag = run_.events[sim::index(event)];
    if (flag.is_set()) return;  // a wait that is satisfied at once is no block (C-BLOCK-2)
    Fact began = fact(FactKind::block_began);
    began.reason = sim::Reason::event;
    began.event = event;
    note(began);
    run_.ports.block_begins(id_);
    status.write(Doing::blocked);
    flag.wait();
    run_.ports.block_ends(id_);
    status.write(Doing::running);
    Fact ended = fact(FactKind::block_ended);
    ended.reason = sim::Reason::event;
    ended.event = event;
    note(ended);
}

}  // namespace real
