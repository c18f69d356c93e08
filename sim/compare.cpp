#include "sim/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/lane_state.hpp"

namespace sim {
namespace {

bool delivers(FactKind kind, bool from_hidden) {
    switch (kind) {
        case FactKind::handed_off:
        case FactKind::taken:
        case FactKind::also_taken:
        case FactKind::activated: return from_hidden;
        case FactKind::get_returned:
        case FactKind::also_returned: return !from_hidden;
        default: return false;
    }
}

// How the calls of each thread ended that brought no packet: {thread, error} with multiplicity.
std::map<std::pair<ThreadId, Win32Error>, std::size_t> empty_returns(const Trace& trace) {
    std::map<std::pair<ThreadId, Win32Error>, std::size_t> counts;
    for (const Fact& fact : trace.facts)
        if (fact.kind == FactKind::get_returned && fact.packet == PacketId::none)
            ++counts[{fact.thread, fact.error}];
    return counts;
}

std::vector<DispatchPair> pair_up(const Trace& left, const Trace& right) {
    std::map<PacketId, DispatchPair> pairs;
    for (const Dispatch& d : dispatches(left)) {
        DispatchPair& pair = pairs[d.packet];
        pair.packet = d.packet;
        pair.left = d.thread;
        pair.left_step = d.step;
    }
    for (const Dispatch& d : dispatches(right)) {
        DispatchPair& pair = pairs[d.packet];
        pair.packet = d.packet;
        pair.right = d.thread;
        pair.right_step = d.step;
    }
    std::vector<DispatchPair> list;
    list.reserve(pairs.size());
    for (const auto& [packet, pair] : pairs) list.push_back(pair);
    return list;
}

// Why a measurement cannot be held against the model; empty when it can.
std::string undecidable(const Trace& trace) {
    if (trace.facts.empty()) return "the measured trace is empty";
    if (trace.truncated) return "the measured trace was cut off before its end";
    if (trace.header.dropped > 0 || trace.facts.back().amount > 0)
        return "facts were lost because a buffer of the recorder was full";
    if (trace.facts.back().kind != FactKind::ended ||
        trace.facts.back().outcome != Outcome::complete)
        return "the measured run did not reach its end";
    const bool unsettled = std::any_of(trace.facts.begin(), trace.facts.end(), [](const Fact& f) {
        return f.kind == FactKind::not_settled;
    });
    if (unsettled)
        return "it could not be confirmed that the threads had settled before a stimulus";
    return {};
}

std::string who(const TraceHeader& header, ThreadId thread) {
    return thread == ThreadId::none ? "no thread" : std::string(thread_name(header, thread));
}

std::string first_difference_sentence(const Trace& model, const Trace& measured,
                                      const DispatchPair& pair) {
    return fmt::format("packet {} goes to {} in the model, but to {} in {}",
                       static_cast<std::uint32_t>(pair.packet), who(model.header, pair.left),
                       who(measured.header, pair.right), measured.header.lane);
}

// Sentences that promise no more than was seen; see "What the lanes are called".
std::string badge_for(const Trace& measured, Agreement agreement) {
    const TraceHeader& header = measured.header;
    if (agreement == Agreement::undecided)
        return "Not decided. This run proves nothing either way.";
    if (header.backend == "model")
        return agreement == Agreement::agree ? "Both runs of the model agree."
                                             : "The two runs of the model differ.";
    if (header.windows_evidence)
        return agreement == Agreement::agree
                   ? "Model and this Windows kernel agree in this run."
                   : "Model and this Windows kernel differ. Save and report this.";
    if (header.backend == "linux")
        return agreement == Agreement::agree
                   ? "Model and our Linux port agree. Real threads, same design; no evidence about "
                     "Windows."
                   : "Model and our Linux port differ: one of the two has a defect. Save and "
                     "report "
                     "this.";
    return agreement == Agreement::agree
               ? fmt::format("Model and {} agree. No evidence about Windows.", header.lane)
               : fmt::format("Model and {} differ. That system does not follow these rules.",
                             header.lane);
}

}  // namespace

std::vector<Dispatch> dispatches(const Trace& trace) {
    const bool from_hidden = has_hidden_facts(trace);
    std::vector<Dispatch> list;
    for (std::size_t i = 0; i < trace.facts.size(); ++i) {
        const Fact& fact = trace.facts[i];
        if (fact.packet == PacketId::none || !delivers(fact.kind, from_hidden)) continue;
        list.push_back(
            {.packet = fact.packet, .thread = fact.thread, .port = fact.port, .step = i + 1});
    }
    return list;
}

std::uint32_t max_active(const Trace& trace) {
    if (!has_hidden_facts(trace)) return 0;
    ModelState state(trace.header);
    std::uint32_t most = 0;
    for (const Fact& fact : trace.facts) {
        state.apply(fact);
        for (const PortState& port : state.model().ports()) most = std::max(most, port.active);
    }
    return most;
}

Comparison compare(const Trace& model, const Trace& measured) {
    Comparison result;
    result.pairs = pair_up(model, measured);
    result.first_difference = static_cast<std::size_t>(
        std::find_if(result.pairs.begin(), result.pairs.end(),
                     [](const DispatchPair& pair) { return !pair.same(); }) -
        result.pairs.begin());
    const bool same_packets = result.first_difference == result.pairs.size();
    const std::string undecided = undecidable(measured);
    if (!undecided.empty()) {
        result.agreement = Agreement::undecided;
        result.reason = undecided;
    } else if (!same_packets) {
        result.agreement = Agreement::differ;
        result.reason =
            first_difference_sentence(model, measured, result.pairs[result.first_difference]);
    } else if (empty_returns(model) != empty_returns(measured)) {
        result.agreement = Agreement::differ;
        result.reason =
            "the same packets go to the same threads, but the calls without a packet "
            "end differently";
    } else {
        result.agreement = Agreement::agree;
        result.reason = fmt::format(
            "all {} packets go to the same threads, and every call has the "
            "same result",
            result.pairs.size());
    }
    result.badge = badge_for(measured, result.agreement);
    return result;
}

}  // namespace sim
