#include "sim/trace.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace sim {
namespace {

template <class Id>
std::string_view name_of(const std::vector<std::string>& names, Id id, std::string_view unknown) {
    return index(id) < names.size() ? std::string_view(names[index(id)]) : unknown;
}

}  // namespace

std::string_view name(Blocking blocking) {
    static constexpr std::array<std::string_view, 6> names = {"model",   "kernel",    "observed",
                                                              "sampled", "announced", "none"};
    return names[static_cast<std::size_t>(blocking)];
}

bool has_hidden_facts(const Trace& trace) {
    return std::any_of(trace.facts.begin(), trace.facts.end(), hidden);
}

Trace observable(const Trace& trace) {
    Trace result;
    result.header = trace.header;
    result.truncated = trace.truncated;
    std::copy_if(trace.facts.begin(), trace.facts.end(), std::back_inserter(result.facts),
                 [](const Fact& fact) { return !hidden(fact); });
    return result;
}

void Fingerprint::add(std::string_view block) {
    std::uint64_t hash = hash_;
    for (const char c : block) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3ull;
    }
    hash_ = hash;
}

std::string Fingerprint::digits() const {
    std::uint64_t hash = hash_;
    std::string digits(16, '0');
    for (std::size_t i = 16; i-- > 0; hash >>= 4) digits[i] = "0123456789abcdef"[hash & 15];
    return digits;
}

std::string fingerprint(std::string_view bytes) {
    Fingerprint whole;
    whole.add(bytes);
    return whole.digits();
}

std::string_view thread_name(const TraceHeader& header, ThreadId id) {
    return name_of(header.threads, id, "main");
}
std::string_view port_name(const TraceHeader& header, PortId id) {
    return name_of(header.ports, id, "?");
}
std::string_view event_name(const TraceHeader& header, EventId id) {
    return name_of(header.events, id, "?");
}
std::string_view lock_name(const TraceHeader& header, LockId id) {
    return name_of(header.locks, id, "?");
}
std::string_view handle_name(const TraceHeader& header, HandleId id) {
    return name_of(header.handles, id, "?");
}

}  // namespace sim
