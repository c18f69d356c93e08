#include "real/run_context.hpp"

namespace real {

using sim::Fact;
using sim::FactKind;

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

}  // namespace real
