#include <algorithm>
#include <cstdint>

#include "sim/trace_io.hpp"
#include "tests/fuzz/harness.hpp"

namespace fuzz {
namespace {

constexpr std::size_t kThreads = 5, kPorts = 3, kHandles = 3;

sim::TraceHeader header_of(std::uint8_t choice) {
    sim::TraceHeader header;
    header.ports = {"P", "Q", "R"};
    header.concurrency = {1u + choice % 3u, 2, 0xFFFFFFFF};
    if (choice % 5 == 4) header.port_same_as = {sim::PortId::none, sim::PortId::none, {}};
    header.threads = {"T1", "T2", "T3", "T4", "T5"};
    header.events = {"go"};
    header.locks = {"L"};
    header.handles = {"file", "pipe", "other"};
    if (choice % 7 == 6)
        header.handle_same_as = {sim::HandleId::none, sim::HandleId::none, sim::HandleId{0}};
    header.policies.wake = static_cast<sim::Wake>(choice % 3);
    return header;
}

// An id of the header, or none.
template <class Id>
Id pick(std::uint8_t byte, std::size_t count) {
    return byte % (count + 1) == count ? Id::none : sim::make_id<Id>(byte % (count + 1));
}

// Eight bytes say one fact: its kind, who, where, which packet, and small numbers.
sim::Fact fact_of(std::string_view bytes, sim::Nanos now) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    sim::Fact fact;
    fact.t0 = fact.t1 = now;
    fact.kind = static_cast<sim::FactKind>(byte(0) % sim::kFactKindCount);
    fact.thread = pick<sim::ThreadId>(byte(1) & 7, kThreads);
    fact.port = pick<sim::PortId>(byte(1) >> 3 & 3, kPorts);
    fact.packet = static_cast<sim::PacketId>(byte(2) % 16);
    fact.handle = pick<sim::HandleId>(byte(3) & 3, kHandles);
    fact.operation = static_cast<sim::Operation>((byte(3) >> 2) % sim::kOperationCount);
    fact.error = byte(4) < 128 ? sim::Win32Error::success : sim::Win32Error{byte(4)};
    fact.reason = static_cast<sim::Reason>(byte(5) & 7);
    fact.event = pick<sim::EventId>(byte(5) >> 3 & 1, 1);
    fact.key = byte(6);
    fact.number = byte(6);
    fact.amount = byte(7) == 0 ? sim::kInfinite : byte(7);
    fact.bytes = byte(7);
    fact.outcome = static_cast<sim::Outcome>(byte(7) & 3);
    return fact;
}

}  // namespace

void fold(std::string_view bytes) {
    if (bytes.empty()) return;
    sim::Trace trace;
    trace.header = header_of(static_cast<std::uint8_t>(bytes.front()));
    bytes.remove_prefix(1);
    for (sim::Nanos now = 0; bytes.size() >= 8; ++now, bytes.remove_prefix(8))
        trace.facts.push_back(fact_of(bytes, now));
    // What a file cannot say is dropped on the way through one.
    const auto read = sim::trace_from_ndjson(sim::to_ndjson(trace), "fuzz.trace");
    if (!read) return;  // a place that had to be named was `none`
    look_at(*read);
    look_at(sim::observable(*read));
}

}  // namespace fuzz
