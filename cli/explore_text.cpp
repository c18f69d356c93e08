#include "cli/explore_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/explore_outcome.hpp"
#include "sim/explain.hpp"

namespace cli {
namespace {

using Failure = sim::ExploreFailure;

constexpr std::size_t kOutcomesShown = 8;
constexpr std::size_t kLinesShown = 24;      // of an outcome
constexpr std::size_t kSentencesShown = 80;  // of an order

std::string plural(std::uint64_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

std::string head(const sim::Scenario& scenario, const sim::Exploration& found) {
    std::string text = scenario.title + "\n";
    const std::string other = sim::describe(found.header.policies);
    if (!other.empty())
        text += fmt::format("This is another port than the documented one: {}\n", other);
    text += found.untimed
                ? "Durations mean nothing here: whatever can happen next may be next.\n"
                : "Times are those of the scenario; what happens at one instant comes in every "
                  "order.\n";
    text += fmt::format("\n  {}, {}, {}\n", plural(found.states, "state", "states"),
                        plural(found.transitions, "transition", "transitions"),
                        plural(found.final_states, "final state", "final states"));
    if (found.exhaustive())
        text += "  exhaustive: every order was tried\n";
    else
        text += fmt::format(
            "  NOT exhaustive: {}; some orders were not tried.\n"
            "  --max-states and --max-memory raise the bounds.\n",
            found.bound);
    text += fmt::format("  most threads active at once, in any order: {}\n", found.max_active);
    return text;
}

std::string ending_sentence(const sim::ExploredOutcome& outcome) {
    switch (outcome.ending) {
        case sim::ExploredOutcome::Ending::complete: return {};
        case sim::ExploredOutcome::Ending::time_limit:
            return "    the time limit of the scenario ends the run\n";
        case sim::ExploredOutcome::Ending::endless:
            return "    the run never ends: the same things happen for ever\n";
    }
    return {};
}

// The first outcome is told in full, each further one by what is different.
std::string outcome_text(const sim::Exploration& found, std::size_t which) {
    const sim::ExploredOutcome& outcome = found.outcomes[which];
    const sim::ExploredOutcome& first = found.outcomes.front();
    const auto lines = outcome_lines(found.header, outcome);
    const auto others = outcome_lines(found.header, first);
    std::string text = outcome.ends == 0
                           ? fmt::format("\n  Outcome {}\n", which + 1)
                           : fmt::format("\n  Outcome {} ({})\n", which + 1,
                                         plural(outcome.ends, "final state", "final states"));
    text += ending_sentence(outcome);
    text += outcome_table(found.header, outcome, which == 0 ? nullptr : &first);
    std::size_t width = 0;
    for (const OutcomeLine& line : lines) width = std::max(width, line.who.size());
    std::size_t shown = 0;
    for (const OutcomeLine& line : lines) {
        const auto same = std::find_if(others.begin(), others.end(), [&](const OutcomeLine& each) {
            return each.who == line.who;
        });
        const bool differs = same == others.end() || same->what != line.what;
        if (which > 0 && !differs) continue;
        if (++shown > kLinesShown) return text + "    … (--json has all)\n";
        text += fmt::format("    {:<{}}  {}\n", line.who, width, line.what);
    }
    for (const std::string& each : outcome.stuck) text += fmt::format("    ! {}\n", each);
    return text;
}

std::string outcomes_text(const sim::Exploration& found) {
    if (found.outcomes.empty()) return "\nNo order was followed to its end.\n";
    std::string text;
    if (found.outcomes.size() == 1)
        text =
            found.exhaustive() ? "\nOne outcome, whatever the order:\n" : "\nOne outcome so far:\n";
    else
        text = fmt::format("\n{} different outcomes{}; for each, what differs from the first:\n",
                           grouped(found.outcomes.size()), found.exhaustive() ? "" : " so far");
    const std::size_t shown = std::min(found.outcomes.size(), kOutcomesShown);
    for (std::size_t i = 0; i < shown; ++i) text += outcome_text(found, i);
    if (shown < found.outcomes.size())
        text += fmt::format("\n  … and {} more; --json has all, --witness writes a trace of each\n",
                            grouped(found.outcomes.size() - shown));
    return text;
}

std::string how_often(const sim::Exploration& found, const Failure& failure) {
    if (failure.kind == Failure::Kind::invariant)
        return fmt::format("met {}",
                           failure.times == 1 ? "once" : grouped(failure.times) + " times");
    return fmt::format(
        "in {} of {}", grouped(failure.times),
        plural(std::max(found.final_states, failure.times), "final state", "final states"));
}

// An order as a list of sentences, without what only the processors do.
std::string order_text(const sim::Scenario& scenario, const sim::ExploreOptions& options,
                       const Failure& failure) {
    const sim::Simulation run = sim::replay(scenario, options, failure.path, failure.ended);
    std::string text;
    std::size_t number = 0;
    for (const sim::Fact& fact : run.trace.facts) {
        const bool dull = fact.kind == sim::FactKind::on_cpu ||
                          fact.kind == sim::FactKind::off_cpu ||
                          fact.kind == sim::FactKind::parked ||
                          (fact.kind == sim::FactKind::ended && !failure.ended);
        if (dull) continue;
        if (++number > kSentencesShown) return text + "         … (--witness writes all of it)\n";
        text += fmt::format("    {:>4}  ", number);
        if (!options.untimed) text += fmt::format("{:>9}  ", sim::format_time(fact.t0));
        text += sim::sentence(run.trace.header, fact);
        if (fact.rule != sim::Rule::none) text += fmt::format("  [{}]", sim::info(fact.rule).id);
        text += "\n";
    }
    return text;
}

std::string verdicts_text(const sim::Scenario& scenario, const sim::ExploreOptions& options,
                          const sim::Exploration& found) {
    const auto any = [&](Failure::Kind kind) {
        return std::any_of(found.failures.begin(), found.failures.end(),
                           [&](const Failure& each) { return each.kind == kind; });
    };
    const std::string_view tried = found.exhaustive() ? "" : " that was tried";
    std::string text = "\n";
    if (!any(Failure::Kind::invariant))
        text += fmt::format("  the invariants INV-1 to INV-6 hold in every state{}\n", tried);
    if (!found.expects)
        text += "  the scenario expects nothing\n";
    else if (!any(Failure::Kind::expectation) && !found.outcomes.empty())
        text += fmt::format("  all expectations of the scenario are met in every order{}\n", tried);
    for (const std::string& each : found.always_stuck)
        text += fmt::format("  in every order{}: {}\n", tried, each);
    for (const Failure& each : found.failures) {
        const std::string_view what = each.kind == Failure::Kind::invariant ? "broken"
                                      : each.kind == Failure::Kind::expectation
                                          ? "not as expected"
                                          : "in some orders only";
        text += fmt::format("  {}: {} ({})\n", what, each.what, how_often(found, each));
    }
    if (found.failures.empty()) return text;
    return text + "\nThe shortest order in which the first of these happens:\n" +
           order_text(scenario, options, found.failures.front());
}

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string text = fmt::format("{}", number);
    for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
    return text;
}

std::string_view exploration_verdict(const sim::Exploration& found) {
    if (!found.failures.empty()) return "fails";
    return found.exhaustive() ? "holds" : "undecided";
}

std::string exploration_text(const sim::Scenario& scenario, const sim::ExploreOptions& options,
                             const sim::Exploration& found) {
    return head(scenario, found) + outcomes_text(found) + verdicts_text(scenario, options, found);
}

}  // namespace cli
