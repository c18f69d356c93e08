#include "real/run_context.hpp"

#include <algorithm>

namespace real {

using sim::Fact;
using sim::FactKind;

RunContext::RunContext(const sim::Scenario& scenario_in, Ports& ports_in)
    : scenario(scenario_in),
      ports(ports_in),
      events(std::make_unique<ManualEvent[]>(scenario_in.events.size())),
      origin(clock_now()),
      threads(std::make_unique<ThreadCell[]>(scenario_in.thread_count())) {}

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
