// What a scenario expects of a run, held against what happened.
#include <fmt/format.h>

#include <algorithm>

#include "sim/compare.hpp"
#include "sim/lane_state.hpp"
#include "sim/simulator.hpp"

namespace sim {
namespace {

std::uint32_t number(PacketId packet) {
    return static_cast<std::uint32_t>(packet);
}

void check_dispatch(const Scenario& scenario, const Simulation& run,
                    std::vector<std::string>& unmet) {
    const auto& wanted = scenario.expect.dispatch;
    if (wanted.empty()) return;
    const std::vector<Dispatch> got = dispatches(run.trace);
    const TraceHeader& header = run.trace.header;
    for (std::size_t i = 0; i < std::max(wanted.size(), got.size()); ++i) {
        if (i >= got.size()) {
            unmet.push_back(fmt::format("dispatch {}: {} is expected, but there are only {}", i + 1,
                                        thread_name(header, wanted[i].thread), got.size()));
            return;
        }
        const std::string happened = fmt::format("packet {} goes to {}", number(got[i].packet),
                                                 thread_name(header, got[i].thread));
        if (i >= wanted.size()) {
            unmet.push_back(fmt::format("dispatch {}: none is expected, but {}", i + 1, happened));
            return;
        }
        const bool same_packet =
            wanted[i].packet == PacketId::none || wanted[i].packet == got[i].packet;
        if (wanted[i].thread == got[i].thread && same_packet) continue;
        unmet.push_back(fmt::format("dispatch {}: {} is expected{}, but {}", i + 1,
                                    thread_name(header, wanted[i].thread),
                                    wanted[i].packet == PacketId::none
                                        ? std::string()
                                        : fmt::format(" with packet {}", number(wanted[i].packet)),
                                    happened));
        return;  // what follows differs because of this
    }
}

template <class Number>
void check_number(std::string_view what, const std::optional<Number>& wanted, Number got,
                  std::vector<std::string>& unmet) {
    if (wanted && *wanted != got)
        unmet.push_back(fmt::format("{}: {} is expected, but it is {}", what, *wanted, got));
}

void check_wakes(const Scenario& scenario, const Simulation& run, std::vector<std::string>& unmet) {
    const auto got = [&](ThreadId thread) {
        const auto& counts = run.summary.packets_per_thread;
        return index(thread) < counts.size() ? counts[index(thread)] : 0;
    };
    for (const ThreadId thread : scenario.expect.wakes)
        if (got(thread) == 0)
            unmet.push_back(fmt::format("wakes: {} should get a packet, but it gets none",
                                        thread_name(run.trace.header, thread)));
    for (const ThreadId thread : scenario.expect.never_wakes)
        if (got(thread) > 0)
            unmet.push_back(fmt::format("never_wakes: {} should get no packet, but it gets {}",
                                        thread_name(run.trace.header, thread), got(thread)));
}

std::string error_text(Win32Error error) {
    const auto code = static_cast<std::uint32_t>(error);
    const std::string_view known = name(error);
    return known.empty() ? fmt::format("error {}", code) : fmt::format("{} ({})", known, code);
}

// "ERROR_SUCCESS (0) and WAIT_TIMEOUT (258)", in the order in which they first appear.
std::string list(const std::vector<Win32Error>& errors) {
    constexpr std::size_t kShown = 6;
    std::string text;
    const std::size_t shown = std::min(errors.size(), kShown);
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) text += i + 1 == errors.size() ? " and " : ", ";
        text += error_text(errors[i]);
    }
    if (errors.size() > shown) text += fmt::format(" and {} more", errors.size() - shown);
    return text;
}

void check_return(const ExpectedReturn& wanted, const Trace& trace,
                  std::vector<std::string>& unmet) {
    std::vector<Win32Error> returned;  // few, because there are few kinds of errors
    for (const Fact& fact : trace.facts) {
        if (fact.thread != wanted.thread || !tells_return(fact.kind)) continue;
        if (fact.error == wanted.error) return;
        if (std::find(returned.begin(), returned.end(), fact.error) == returned.end())
            returned.push_back(fact.error);
    }
    const std::string_view who = thread_name(trace.header, wanted.thread);
    const std::string instead = returned.empty()
                                    ? fmt::format("no call of {} returns at all", who)
                                    : fmt::format("its calls return {}", list(returned));
    unmet.push_back(fmt::format("returns: a call of {} should return {}, but {}", who,
                                error_text(wanted.error), instead));
}

void check_rule(Rule rule, const Trace& trace, std::vector<std::string>& unmet) {
    const bool explains = std::any_of(trace.facts.begin(), trace.facts.end(),
                                      [rule](const Fact& fact) { return fact.rule == rule; });
    if (!explains)
        unmet.push_back(fmt::format(
            "rules: {} should explain something that happens, but it explains nothing here. It "
            "says: {}",
            info(rule).id, info(rule).sentence));
}

void check_finally(const std::vector<Predicate>& predicates, const Trace& trace,
                   std::vector<std::string>& unmet) {
    if (predicates.empty()) return;
    ModelState state(trace.header);
    for (const Fact& fact : trace.facts) state.apply(fact);
    const Stage stage = state.stage();
    const Fact last = trace.facts.back();
    const PredicateNames names{trace.header.ports, trace.header.threads, trace.header.handles};
    for (const Predicate& predicate : predicates) {
        if (holds(predicate, stage, &last)) continue;
        const std::string found = answers(predicate, names, stage, &last);
        unmet.push_back(fmt::format("finally: `{}` should hold when the run is over, but {}",
                                    predicate.text, found.empty() ? "it does not" : found));
    }
}

}  // namespace

bool tells_return(FactKind kind) {
    switch (kind) {
        case FactKind::get_returned:
        case FactKind::io_returned:
        case FactKind::posted:
        case FactKind::port_closed:
        case FactKind::opened:
        case FactKind::duplicated:
        case FactKind::bound:
        case FactKind::modes_set:
        case FactKind::handle_closed:
        case FactKind::cancel_asked: return true;
        default: return false;
    }
}

std::vector<std::string> unmet_expectations(const Scenario& scenario, const Simulation& run) {
    std::vector<std::string> unmet;
    const Expect& expect = scenario.expect;
    const bool has_trace = !run.trace.facts.empty();
    if (has_trace) check_dispatch(scenario, run, unmet);
    check_number("max_active", expect.max_active, run.summary.max_active, unmet);
    check_number("delivered", expect.delivered, run.summary.packets_delivered, unmet);
    check_number("left_in_queue", expect.left_in_queue, run.summary.packets_left, unmet);
    check_number("discarded", expect.discarded, run.summary.packets_discarded, unmet);
    check_wakes(scenario, run, unmet);
    if (!has_trace) return unmet;  // unchecked_expectations says what is left
    for (const ExpectedReturn& each : expect.returns) check_return(each, run.trace, unmet);
    for (const Rule rule : expect.rules) check_rule(rule, run.trace, unmet);
    check_finally(expect.finally, run.trace, unmet);
    return unmet;
}

std::vector<std::string_view> unchecked_expectations(const Scenario& scenario,
                                                     const Simulation& run) {
    std::vector<std::string_view> unchecked;
    if (!run.trace.facts.empty()) return unchecked;
    const Expect& expect = scenario.expect;
    if (!expect.dispatch.empty()) unchecked.push_back("dispatch");
    if (!expect.returns.empty()) unchecked.push_back("returns");
    if (!expect.rules.empty()) unchecked.push_back("rules");
    if (!expect.finally.empty()) unchecked.push_back("finally");
    return unchecked;
}

}  // namespace sim
