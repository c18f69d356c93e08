#include "real/run_context.hpp"

#include <algorithm>
#include <cassert>

#include "real/gate.hpp"

namespace real {

using sim::Fact;
using sim::FactKind;
using sim::Step;

RunContext::RunContext(const sim::Scenario& scenario_in, Ports& ports_in)
    : scenario(scenario_in),
      ports(ports_in),
      events(std::make_unique<ManualEvent[]>(scenario_in.events.size())),
      locks(std::make_unique<ScenarioLock[]>(scenario_in.locks.size())),
      waiters(std::make_unique<ScenarioLock::Waiter[]>(scenario_in.thread_count())),
      exited(std::make_unique<ManualEvent[]>(scenario_in.thread_count())),
      user_apcs(scenario_in.thread_count()),
      origin(clock_now()),
      threads(std::make_unique<ThreadCell[]>(scenario_in.thread_count())) {
    for (std::size_t i = 0; i < scenario.thread_count(); ++i)
        waiters[i].thread = sim::make_id<ThreadId>(i);
}

void RunContext::finish() {
    if (!over.load()) {
        end.store(stamp());
        over.store(true);
    }
    over_event.set();
    if (gate != nullptr) gate->end_all_sleeps();
    for (std::size_t i = 0; i < scenario.events.size(); ++i) events[i].set();
    for (std::size_t i = 0; i < scenario.thread_count(); ++i) {
        exited[i].set();
        waiters[i].turn.set();
    }
}

// finish() may come at any instant: after it every event is set.
void RunContext::reset(ManualEvent& event) const {
    event.reset();
    if (over.load()) event.set();
}

template <class Action>
Fact RunContext::bracket(FactKind kind, Action action) {
    Fact fact{.kind = kind};
    fact.t0 = stamp();
    fact.error = action();
    fact.t1 = stamp();
    return fact;
}

std::optional<Fact> RunContext::outside_step(const Step& step, ThreadId by) {
    const auto no_error = [](auto action) {
        return [action] {
            action();
            return Win32Error::success;
        };
    };
    std::optional<Fact> fact;
    switch (step.kind) {
        case Step::Kind::post: fact = post(step); break;
        case Step::Kind::set:
            fact = bracket(FactKind::event_set,
                           no_error([&] { events[sim::index(step.event)].set(); }));
            fact->event = step.event;
            break;
        case Step::Kind::reset:
            fact = bracket(FactKind::event_reset,
                           no_error([&] { reset(events[sim::index(step.event)]); }));
            fact->event = step.event;
            break;
        case Step::Kind::close:
            fact = bracket(FactKind::port_closed, [&] { return ports.close(step.port); });
            fact->port = step.port;
            break;
        case Step::Kind::create: fact = create(step.port); break;
        case Step::Kind::depth: fact = read_depth(step.port); break;
        case Step::Kind::suspend: return suspend(step.thread, by);
        case Step::Kind::resume: return resume(step.thread);
        case Step::Kind::apc: return queue_apc(step.thread);  // its thread is the one it goes to
        default: assert(false);  // unrecordable() refuses such scenarios before a run begins
    }
    if (fact) fact->thread = by;
    return fact;
}

Fact RunContext::post(const Step& step) {
    const std::uint32_t id = last_packet.fetch_add(1, std::memory_order_relaxed) + 1;
    // The id travels in `overlapped`, which a post does not interpret (P-POST-1), and in `bytes`
    // too unless the scenario has a use for them.
    const Completion packet{.key = step.key, .bytes = step.bytes.value_or(id), .overlapped = id};
    Fact fact = bracket(FactKind::posted, [&] { return ports.post(step.port, packet); });
    fact.port = step.port;
    fact.packet = static_cast<sim::PacketId>(id);
    fact.key = packet.key;
    fact.bytes = packet.bytes;
    return fact;
}

// Nothing happens when it exists.
std::optional<Fact> RunContext::create(PortId port) {
    const sim::PortSpec& spec = scenario.ports[sim::index(port)];
    const bool again = spec.duplicate_of != PortId::none;
    Fact fact = bracket(again ? FactKind::port_duplicated : FactKind::port_created, [&] {
        return again ? ports.duplicate(port, spec.duplicate_of)
                     : ports.create_as(port, spec.concurrency);
    });
    if (fact.error != Win32Error::success) return std::nullopt;
    fact.port = port;
    if (!again) fact.number = ports.limit(port);
    return fact;
}

std::optional<Fact> RunContext::read_depth(PortId port) {
    std::optional<std::uint32_t> depth;
    Fact fact = bracket(FactKind::depth, [&] {
        depth = ports.depth(port);
        return Win32Error::success;
    });
    if (!depth) return std::nullopt;
    fact.port = port;
    fact.number = *depth;
    return fact;
}

// A thread that has not begun or has ended gets none.
std::optional<Fact> RunContext::queue_apc(ThreadId to) {
    Fact fact = bracket(FactKind::apc_queued,
                        [&] { return ports.queue_apc(to, *user_apcs[sim::index(to)]); });
    if (fact.error != Win32Error::success) return std::nullopt;
    fact.thread = to;
    return fact;
}

std::optional<Fact> RunContext::suspend(ThreadId thread, ThreadId by) {
    ThreadCell& cell = threads[sim::index(thread)];
    if (cell.life.load(std::memory_order_acquire) == Life::not_started) return std::nullopt;
    while (cell.life.load(std::memory_order_acquire) == Life::starting) {
        if (over.load(std::memory_order_acquire)) return std::nullopt;
        yield_processor();
        if (by != ThreadId::none) ports.safe_point(by);
    }
    Fact fact{.kind = FactKind::suspended};
    fact.t0 = stamp();
    const SuspendResult result =
        ports.suspend(thread, by, std::max<Nanos>(scenario.limit - fact.t0, 0));
    fact.t1 = stamp();
    if (result.error != Win32Error::success && result.error != Win32Error::wait_timeout)
        return std::nullopt;
    cell.suspensions.fetch_add(1);
    fact.thread = thread;
    return fact;
}

std::optional<Fact> RunContext::resume(ThreadId thread) {
    Fact fact{.kind = FactKind::resumed};
    fact.t0 = stamp();
    const SuspendResult result = ports.resume(thread);
    fact.t1 = stamp();
    if (result.error != Win32Error::success || result.before == 0) return std::nullopt;
    threads[sim::index(thread)].suspensions.fetch_sub(1);
    fact.thread = thread;
    return fact;
}

}  // namespace real
