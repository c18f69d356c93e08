#include "sim/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/check_explain.hpp"
#include "sim/check_faults.hpp"
#include "sim/check_rules.hpp"
#include "sim/check_window.hpp"
#include "sim/check_witness.hpp"
#include "sim/explain.hpp"

namespace sim {

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::conforms: return "conforms";
        case Verdict::violates: return "violates";
        case Verdict::inconclusive: break;
    }
    return "inconclusive";
}

std::string_view name(Evidence evidence) {
    switch (evidence) {
        case Evidence::hard: return "hard";
        case Evidence::margin: return "margin";
        case Evidence::stat: break;
    }
    return "stat";
}

std::string_view name(RuleVerdict verdict) {
    switch (verdict) {
        case RuleVerdict::holds: return "holds";
        case RuleVerdict::violated: return "violated";
        case RuleVerdict::undecided: return "undecided";
        case RuleVerdict::not_exercised: break;
    }
    return "not_exercised";
}

namespace {

class Check {
public:
    Check(const Trace& trace, const CheckOptions& options)
        : trace_(trace), options_(options), rules_(report_) {
        search_options_ = {.effort = options.effort, .progress = options.progress};
        quiet_options_ = {.effort = options.effort, .progress = {}};
    }
    CheckReport run() {
        if (nothing_to_judge()) return std::move(report_);
        CheckHistory likely = read_history(trace_, {.margin = options_.margin});
        if (contradicts_itself(likely)) return std::move(report_);
        find_early_timeouts();
        CheckSearch search(likely, {}, search_options_);
        const CheckSearch::Answer answer = search.run();
        report_.steps += search.steps();
        switch (answer) {
            case CheckSearch::Answer::found: conforms(likely, search); break;
            case CheckSearch::Answer::gave_up: give_up(search); break;
            case CheckSearch::Answer::none: fails(likely, search); break;
        }
        rules_.finish();
        return std::move(report_);
    }

private:
    [[nodiscard]] bool nothing_to_judge();
    [[nodiscard]] bool contradicts_itself(const CheckHistory&);
    void find_early_timeouts();
    void show_witness(const CheckHistory&, const CheckSearch&);
    void conforms(const CheckHistory&, const CheckSearch&);
    void give_up(const CheckSearch&);
    void fails(const CheckHistory&, const CheckSearch&);
    void place(Nanos margin, const CheckHistory&, const CheckSearch&);
    void name_rules(Evidence, const CheckSearch&);
    void say_what_was_possible(const CheckSearch&);
    [[nodiscard]] bool only_open() const;
    [[nodiscard]] bool weak_on_windows() const;
    [[nodiscard]] std::string explanation() const;
    void inconclusive(std::string reason, std::string what_helps) {
        report_.verdict = Verdict::inconclusive;
        report_.reason = std::move(reason);
        report_.what_helps = std::move(what_helps);
    }

    const Trace& trace_;
    CheckOptions options_;
    SearchOptions search_options_, quiet_options_;
    CheckReport report_;
    RuleFindings rules_;
};

bool Check::nothing_to_judge() {
    std::uint64_t lost = trace_.header.dropped;
    bool called = false;
    Nanos last = kEarliest;
    for (std::size_t at = 0; at < trace_.facts.size(); ++at) {
        const Fact fact = trace_.facts[at];
        if (fact.t0 < last || fact.t1 < fact.t0) {
            inconclusive(fmt::format("Fact {} is out of order.", at + 1),
                         "A trace whose facts are in the order of their t0.");
            return true;
        }
        last = fact.t0;
        called = called || fact.kind == FactKind::get_returned;
        if (fact.kind == FactKind::ended)
            lost = std::max(lost, static_cast<std::uint64_t>(fact.amount));
    }
    if (lost > 0) {
        inconclusive(fmt::format("{} facts were lost while the run was recorded.", lost),
                     "Record fewer packets, or larger buffers.");
        return true;
    }
    if (called) return false;
    inconclusive("No call of a thread returned, so nothing about the port was observed.",
                 "A run in which threads receive packets.");
    return true;
}

bool Check::contradicts_itself(const CheckHistory& history) {
    if (history.contradictions.empty()) return false;
    const auto& all = history.contradictions;
    const auto broken =
        std::find_if(all.begin(), all.end(), [](const auto& c) { return c.rule != Rule::none; });
    if (broken == all.end()) {
        inconclusive(fmt::format("The trace contradicts itself at fact {}: {}.",
                                 all.front().fact + 1, all.front().what),
                     "A trace in which every thread's own facts are complete and in order.");
        rules_.finish();
        return true;
    }
    report_.verdict = Verdict::violates;
    report_.reason = fmt::format("Fact {}: {}.", broken->fact + 1, broken->what);
    for (const auto& c : all) {
        if (c.rule == Rule::none) continue;
        std::vector<std::size_t> facts;
        if (c.other != CheckHistory::kNone) facts.push_back(c.other + 1);
        facts.push_back(c.fact + 1);
        rules_.violated(c.rule, Evidence::hard, c.what + ".", facts);
    }
    place(-1, history, CheckSearch(history, {}, quiet_options_));
    rules_.finish();
    return true;
}

// A call that comes back before its time (M-TIME): no order can explain it. Windows counts time in
// ticks, so there it may be early by one.
void Check::find_early_timeouts() {
    const bool ticks = trace_.header.backend == "win32" || trace_.header.backend == "wine";
    const Nanos tick = ticks ? 16'000'000 : trace_.header.clock_step;
    std::vector<std::size_t> calls(trace_.header.threads.size(), CheckHistory::kNone);
    for (std::size_t at = 0; at < trace_.facts.size(); ++at) {
        const Fact fact = trace_.facts[at];
        if (fact.thread == ThreadId::none || index(fact.thread) >= calls.size()) continue;
        std::size_t& call = calls[index(fact.thread)];
        if (fact.kind == FactKind::get_called) call = at;
        if (fact.kind != FactKind::get_returned || call == CheckHistory::kNone) continue;
        const Fact called = trace_.facts[call];
        const bool timed_out = fact.error == Win32Error::wait_timeout &&
                               fact.packet == PacketId::none && called.amount > 0;
        if (timed_out && fact.t1 - called.t0 < called.amount - tick) {
            rules_.violated(Rule::t_timeout_1, Evidence::hard,
                            fmt::format("A call that may wait {} ns timed out after at most {} ns.",
                                        called.amount, fact.t1 - called.t0),
                            {call + 1, at + 1});
            report_.verdict = Verdict::violates;
            report_.reason = fmt::format("Fact {}: a call timed out before its time.", at + 1);
        }
        call = CheckHistory::kNone;
    }
}

void Check::show_witness(const CheckHistory& history, const CheckSearch& search) {
    Witness witness = make_witness(history, {}, search.order());
    rules_.read(witness);
    report_.witness = std::move(witness.trace);
}

void Check::conforms(const CheckHistory& history, const CheckSearch& search) {
    report_.explained = trace_.facts.size();
    show_witness(history, search);
    if (report_.verdict == Verdict::violates) return;  // by its time-outs
    if (trace_.truncated)
        return inconclusive(
            "As far as the trace goes, a documented completion port can have done "
            "what was observed, but the trace is cut.",
            "The whole trace.");
    report_.verdict = Verdict::conforms;
    report_.reason =
        "There is an order of events in which a documented completion port does "
        "exactly what was observed.";
}

void Check::give_up(const CheckSearch& search) {
    inconclusive(fmt::format("The search was given up after {} steps: too many orders of events "
                             "are possible.",
                             search.steps()),
                 "A larger bound (--effort), or a run whose stimuli wait until it has settled.");
}

void Check::fails(const CheckHistory& likely, const CheckSearch& search) {
    const CheckHistory strict = read_history(trace_);
    CheckSearch any(strict, {}, quiet_options_);
    const CheckSearch::Answer answer = any.run();
    report_.steps += any.steps();
    const bool hard = answer == CheckSearch::Answer::none;
    const CheckHistory& judged = hard ? strict : likely;
    place(hard ? -1 : options_.margin, judged, hard ? any : search);
    if (options_.explain) {
        const Explanations found = explain_history(likely, quiet_options_);
        report_.steps += found.steps;
        report_.explained_by = found.policies;
    }
    const Evidence evidence = hard && !weak_on_windows() ? Evidence::hard : Evidence::margin;
    if (only_open()) {
        inconclusive(fmt::format("Possible under an undocumented choice{}.", explanation()),
                     "Nothing that is documented settles it.");
        name_rules(Evidence::margin, search);
        return;
    }
    name_rules(evidence, hard ? any : search);
    if (answer == CheckSearch::Answer::gave_up) {
        inconclusive("No order of events was found, but not every one was tried.",
                     "A larger bound (--effort).");
    } else if (evidence == Evidence::hard) {
        report_.verdict = Verdict::violates;
        report_.reason = fmt::format(
            "No order of events lets a documented completion port do what "
            "was observed{}.",
            explanation());
    } else {
        inconclusive(fmt::format("Contrary in this run, but not beyond doubt: a documented port "
                                 "could have done it only if a thread that had asked did not "
                                 "wait yet after {} ms{}.",
                                 options_.margin / 1'000'000, explanation()),
                     "Evidence that threads wait (`parked`): stimuli with when = \"settled\".");
    }
}

std::string Check::explanation() const {
    if (report_.explained_by.empty()) return {};
    std::string text = "; explained by ";
    for (std::size_t i = 0; i < report_.explained_by.size(); ++i) {
        if (i > 0) text += ", or by ";
        text += describe(report_.explained_by[i]);
    }
    return text;
}

// Some explanation needs no more than what is settled nowhere.
bool Check::only_open() const {
    return !report_.explained_by.empty() &&
           std::any_of(report_.explained_by.begin(), report_.explained_by.end(),
                       [](const Policies& policies) {
                           const auto broken = broken_rules(policies);
                           return std::all_of(broken.begin(), broken.end(),
                                              [](const BrokenBy& b) { return b.open; });
                       });
}

// Whether brief departures from the order of the stack are visible on Windows is not known, and a
// kernel APC re-stacks a waiter unseen (W-LIFO-3): there it is never HARD (behaviours.md §3).
bool Check::weak_on_windows() const {
    if (trace_.header.backend != "win32" || report_.explained_by.empty()) return false;
    return std::any_of(report_.explained_by.begin(), report_.explained_by.end(),
                       [](const Policies& policies) {
                           const auto broken = broken_rules(policies);
                           return broken.size() == 1 && broken.front().rule == Rule::w_lifo_1;
                       });
}

void Check::place(Nanos margin, const CheckHistory& history, const CheckSearch& search) {
    std::size_t hint = 0;
    for (const Move move : search.deepest())
        if (move.kind != Move::Kind::refetch)
            hint = std::max(hint, history.actions[move.number].fact);
    const FailurePlace found = place_failure(trace_, margin, hint, quiet_options_);
    report_.explained = found.explained;
    report_.window = found.window;
    CheckHistory prefix = read_history(trace_, {.margin = margin, .last = found.explained});
    CheckSearch again(prefix, {}, quiet_options_);
    if (prefix.contradictions.empty() && again.run() == CheckSearch::Answer::found) {
        show_witness(prefix, again);
    }
    if (!found.window) return;
    CheckHistory failing = read_history(trace_, {.margin = margin, .last = found.explained + 1});
    CheckSearch stuck(failing, {}, quiet_options_);
    if (stuck.run() == CheckSearch::Answer::none) say_what_was_possible(stuck);
}

void Check::say_what_was_possible(const CheckSearch& search) {
    for (const Conflict& conflict : search.conflicts()) {
        if (conflict.would.kind == FactKind{} && conflict.would.thread == ThreadId::none) continue;
        const std::string text =
            fmt::format("{} ({})", sentence(trace_.header, conflict.would), info(conflict.rule).id);
        if (std::find(report_.possible.begin(), report_.possible.end(), text) ==
            report_.possible.end())
            report_.possible.push_back(text);
    }
}

// The rules that the weakest explanation breaks; where nothing explains it, those that stood in the
// way of the search where it got furthest.
void Check::name_rules(Evidence evidence, const CheckSearch& search) {
    std::vector<std::size_t> facts;
    if (report_.window)
        for (std::size_t f = report_.window->first; f <= report_.window->last; ++f)
            facts.push_back(f);
    const auto name = [&](Rule rule, const std::string& why) {
        if (evidence == Evidence::hard)
            rules_.violated(rule, evidence, why, facts);
        else
            rules_.contrary(rule, evidence, why, facts);
    };
    if (!report_.explained_by.empty()) {
        for (const Policies& policies : report_.explained_by)
            for (const BrokenBy& broken : broken_rules(policies))
                name(broken.rule, fmt::format("The run is explained by {}.", describe(policies)));
        return;
    }
    if (options_.explain) {
        const FoundFaults found = find_faults(trace_, options_.margin, quiet_options_);
        report_.steps += found.steps;
        for (const Fault& fault : found.faults)
            name(fault.rule, fmt::format("The run is explained by {}.", fault.port));
        if (!found.faults.empty()) return;
    }
    for (const Conflict& conflict : search.conflicts()) {
        if (conflict.rule == Rule::none) continue;
        name(conflict.rule,
             fmt::format("A documented port: {}.", sentence(trace_.header, conflict.would)));
    }
}

}  // namespace

CheckReport check(const Trace& trace, const CheckOptions& options) {
    return Check(trace, options).run();
}

}  // namespace sim
