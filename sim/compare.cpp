#include "sim/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/compare_results.hpp"
#include "sim/lane_state.hpp"
#include "sim/model_of.hpp"
#include "sim/run_names.hpp"
#include "sim/scenario.hpp"
#include "sim/schedule.hpp"

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

// Why a run cannot be held against another; empty when it can.
std::string undecidable(const Trace& trace, std::string_view which) {
    if (trace.facts.empty()) return fmt::format("the {} trace is empty", which);
    if (trace.truncated) return fmt::format("the {} trace was cut off before its end", which);
    if (trace.header.dropped > 0 || trace.facts.back().amount > 0)
        return "facts were lost because a buffer of the recorder was full";
    if (trace.facts.back().kind != FactKind::ended ||
        trace.facts.back().outcome != Outcome::complete)
        return fmt::format("the {} run did not reach its end", which);
    const bool unsettled = std::any_of(trace.facts.begin(), trace.facts.end(), [](const Fact& f) {
        return f.kind == FactKind::not_settled;
    });
    if (unsettled)
        return "it could not be confirmed that the threads had settled before a stimulus";
    return {};
}

// A real run that goes another way than the other may have been faster or slower, no more.
bool only_time_may_differ(const Trace& left, const Trace& right) {
    if (left.header.backend == "model" && right.header.backend == "model") return false;
    if (is_schedule(right.header.scenario, right.header.scenario_name)) {
        const auto schedule = parse_schedule(right.header.scenario, right.header.scenario_name);
        return schedule && depends_on_time(*schedule);
    }
    const auto scenario = scenario_of(right.header);
    return scenario && depends_on_time(*scenario);
}

std::string undecidable(const Trace& left, const Trace& right) {
    const bool measured = left.header.backend == "model" && right.header.backend != "model";
    std::string why = undecidable(right, measured ? "measured" : "second");
    return why.empty() ? undecidable(left, measured ? "model's" : "first") : why;
}

std::string packet_differs(const Trace& left, const Trace& right, const RunNames& names,
                           const DispatchPair& pair) {
    return fmt::format("packet {} goes to {} in {}, but to {} in {}",
                       static_cast<std::uint32_t>(pair.packet),
                       name_or_none(left.header, pair.left), names.left,
                       name_or_none(right.header, pair.right), names.right);
}

// Sentences that promise no more than was seen; see "What the lanes are called".
std::string badge_of_recordings(const Trace& left, const Trace& right, const RunNames& names,
                                bool agree) {
    const std::string both = names.same_system
                                 ? fmt::format("Two runs on {}", in_words(right.header))
                                 : capital(fmt::format("{} and {}", names.left, names.right));
    std::string text = fmt::format("{} {}.", both, agree ? "agree" : "differ");
    if (!left.header.windows_evidence && !right.header.windows_evidence)
        text += " No evidence about Windows.";
    return text;
}

std::string badge_for(const Trace& left, const Trace& measured, const RunNames& names,
                      Agreement agreement) {
    const TraceHeader& header = measured.header;
    const bool agree = agreement == Agreement::agree;
    if (agreement == Agreement::undecided)
        return "Not decided. This run proves nothing either way.";
    if (left.header.backend != "model") return badge_of_recordings(left, measured, names, agree);
    if (header.backend == "model")
        return agree ? "Both runs of the model agree." : "The two runs of the model differ.";
    if (header.windows_evidence)
        return agree ? "Model and this Windows kernel agree in this run."
                     : "Model and this Windows kernel differ. Save and report this.";
    if (header.backend == "linux")
        return agree ? "Model and our Linux port agree. Real threads, same design; no evidence "
                       "about Windows."
                     : "Model and our Linux port differ: one of the two has a defect. Save and "
                       "report this.";
    return agree ? fmt::format("Model and {} agree. No evidence about Windows.", names.right)
                 : fmt::format("Model and {} differ. It is not Windows and keeps other rules.",
                               names.right);
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
    const RunNames names = names_of(model, measured);
    result.results = result_differences(model, measured, names.left, names.right);
    result.reason = undecidable(model, measured);
    result.whole = result.reason.empty();
    if (!result.whole) {
        result.agreement = Agreement::undecided;
    } else if (!same_packets) {
        result.agreement = Agreement::differ;
        result.reason =
            packet_differs(model, measured, names, result.pairs[result.first_difference]);
    } else if (!result.results.empty()) {
        result.agreement = Agreement::differ;
        result.reason = "the same packets go to the same threads, but " + result.results.front();
    } else {
        result.agreement = Agreement::agree;
        result.reason =
            result.pairs.size() == 1
                ? "the packet goes to the same thread, and every call has the same result"
                : fmt::format(
                      "all {} packets go to the same threads, and every call has the same result",
                      result.pairs.size());
    }
    if (result.agreement == Agreement::differ && only_time_may_differ(model, measured)) {
        result.agreement = Agreement::undecided;
        result.reason =
            "the scenario goes by times, so packets may reach other threads on a faster or slower "
            "computer";
    }
    result.badge = badge_for(model, measured, names, result.agreement);
    return result;
}

}  // namespace sim
