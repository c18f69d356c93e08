#include "cli/blocking_summary.hpp"

#include <fmt/format.h>

#include "sim/explain.hpp"

namespace cli {
namespace {

using sim::Blocking;
using sim::Fact;
using sim::FactKind;
using sim::Nanos;
using sim::Spread;

std::optional<Spread> delay_of(const sim::Trace& trace, FactKind kind) {
    if (trace.header.blocking != Blocking::observed && trace.header.blocking != Blocking::sampled)
        return std::nullopt;
    std::vector<Nanos> delays;
    for (const Fact& fact : trace.facts)
        if (fact.kind == kind) delays.push_back(fact.t1 - fact.t0);
    return sim::spread_of(std::move(delays));
}

// May this fact of a thread have been one wait in the kernel? A call of a port may park, and even a
// poll or a post may wait a moment for the lock of our port.
bool may_wait(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::get_called:
        case FactKind::posted:
        case FactKind::port_closed:
        case FactKind::event_set:
        case FactKind::io_called:
        case FactKind::depth: return true;
        case FactKind::block_began: return fact.reason != sim::Reason::unannounced;
        default: return false;
    }
}

std::string line(const char* what, const Spread& spread) {
    if (spread.count == 0) return {};
    return fmt::format("  {}: median {}, 90 % within {}, at most {} ({} times)\n", what,
                       sim::format_time(spread.median), sim::format_time(spread.ninety),
                       sim::format_time(spread.most), spread.count);
}

void put(Json& json, const std::optional<Spread>& spread) {
    json.begin_object();
    if (spread) {
        json.key("count").value(static_cast<std::uint64_t>(spread->count));
        json.key("median_ns").value(static_cast<std::uint64_t>(spread->median));
        json.key("ninety_percent_ns").value(static_cast<std::uint64_t>(spread->ninety));
        json.key("most_ns").value(static_cast<std::uint64_t>(spread->most));
    }
    json.end_object();
}

}  // namespace

std::optional<Spread> delay_of_blocks(const sim::Trace& trace) {
    return delay_of(trace, FactKind::block_began);
}
std::optional<Spread> delay_of_returns(const sim::Trace& trace) {
    return delay_of(trace, FactKind::block_ended);
}

// Seen from outside, a wait that was not announced says so itself; one that was announced may have
// been too short to be seen, and proves nothing. Announced waits all have a fact, so there the
// kernel's count can be compared with them.
std::vector<HiddenWaits> hidden_waits(const sim::Trace& trace) {
    const bool announced = trace.header.blocking == Blocking::announced;
    // Lost facts may have been the calls that explain the waits.
    if (announced && trace.header.dropped > 0) return {};
    std::vector<std::uint64_t> known(trace.header.threads.size(), 0);
    std::vector<std::uint64_t> hidden(trace.header.threads.size(), 0);
    for (const Fact& fact : trace.facts) {
        const std::size_t thread = sim::index(fact.thread);
        if (thread >= known.size()) continue;
        if (may_wait(fact)) ++known[thread];
        if (fact.kind == FactKind::block_began && fact.reason == sim::Reason::unannounced)
            ++hidden[thread];
        if (announced && fact.kind == FactKind::switches && fact.number > known[thread])
            hidden[thread] = fact.number - known[thread];
    }
    std::vector<HiddenWaits> found;
    for (std::size_t t = 0; t < hidden.size(); ++t)
        if (hidden[t] > 0)
            found.push_back({.thread = sim::make_id<sim::ThreadId>(t), .waits = hidden[t]});
    return found;
}

std::string blocking_text(const sim::Trace& trace) {
    std::string text;
    if (const auto spread = delay_of_blocks(trace))
        text += line("from the kernel's switch to the release of the slot", *spread);
    if (const auto spread = delay_of_returns(trace))
        text += line("from running again to counting again", *spread);
    for (const HiddenWaits& hidden : hidden_waits(trace))
        text += fmt::format(
            "  {} blocked unannounced at least {}: the kernel switched it out for a wait more "
            "often than its calls and waits explain\n",
            sim::thread_name(trace.header, hidden.thread),
            hidden.waits == 1 ? std::string("once") : fmt::format("{} times", hidden.waits));
    return text;
}

void put_blocking(Json& json, const sim::Trace& trace) {
    json.begin_object();
    json.key("way").value(sim::name(trace.header.blocking));
    json.key("block_delay");
    put(json, delay_of_blocks(trace));
    json.key("return_delay");
    put(json, delay_of_returns(trace));
    json.key("hidden_waits").begin_list();
    for (const HiddenWaits& hidden : hidden_waits(trace)) {
        json.begin_object();
        json.key("thread").value(sim::thread_name(trace.header, hidden.thread));
        json.key("at_least").value(hidden.waits);
        json.end_object();
    }
    json.end_list().end_object();
}

}  // namespace cli
