#include "cli/check_report.hpp"

#include <fmt/format.h>

#include "cli/wrap.hpp"
#include "sim/explain.hpp"
#include "sim/run_names.hpp"

namespace cli {

namespace {

constexpr std::size_t kMostShown = 12;  // facts of a window

std::string_view mark(sim::Verdict verdict) {
    switch (verdict) {
        case sim::Verdict::conforms: return "CONFORMS";
        case sim::Verdict::violates: return "VIOLATES";
        case sim::Verdict::inconclusive: break;
    }
    return "NOT DECIDED";
}

std::string_view word(const sim::RuleFinding& finding) {
    switch (finding.verdict) {
        case sim::RuleVerdict::holds: return "holds";
        case sim::RuleVerdict::violated: return "VIOLATED";
        case sim::RuleVerdict::undecided: return "contrary?";
        case sim::RuleVerdict::not_exercised: break;
    }
    return "not seen";
}

std::string fact_line(const sim::Trace& trace, std::size_t number) {
    const sim::Fact fact = trace.facts[number - 1];
    const std::string head =
        fmt::format("  {:>6} {:>11.3f} ms  ", number, static_cast<double>(fact.t0) / 1e6);
    return head + wrapped(sim::sentence(trace.header, fact), head.size(), head.size());
}

// The facts of the window that somebody saw.
std::string window_text(const sim::Trace& trace, const sim::CheckReport& report) {
    if (!report.window) return {};
    std::vector<std::size_t> seen;
    for (std::size_t n = report.window->first; n <= report.window->last; ++n)
        if (!sim::hidden(trace.facts[n - 1])) seen.push_back(n);
    std::string text = "\n" + paragraph(fmt::format("The first {} of {} facts can be explained. "
                                                    "The smallest part that cannot:",
                                                    report.explained, trace.facts.size()));
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (seen.size() > kMostShown && i == kMostShown / 2) {
            text += fmt::format("         … {} more …\n", seen.size() - kMostShown);
            i = seen.size() - kMostShown / 2;
        }
        text += fact_line(trace, seen[i]);
    }
    if (report.possible.empty()) return text;
    text += "\n" + paragraph("There, a documented port would do this instead:");
    for (const std::string& possible : report.possible)
        text += paragraph(sim::capital(possible) + ".", 4);
    return text;
}

std::string rule_text(const sim::RuleFinding& finding) {
    const std::string head =
        fmt::format("  {:<10} {:<13} ", word(finding), sim::info(finding.rule).id);
    std::string text = head + wrapped(sim::info(finding.rule).sentence, head.size(), head.size());
    if (finding.verdict == sim::RuleVerdict::violated ||
        finding.verdict == sim::RuleVerdict::undecided)
        text += paragraph(finding.why, head.size());
    return text;
}

}  // namespace

std::string check_line(const sim::CheckReport& report) {
    return fmt::format("{}: {}", mark(report.verdict), report.reason);
}

std::string check_text(const sim::Trace& trace, const sim::CheckReport& report, bool all_rules) {
    std::string text = fmt::format("{} — {}\n\n", trace.header.scenario_name, trace.header.lane) +
                       paragraph(check_line(report));
    if (!report.what_helps.empty()) text += paragraph("What would decide it: " + report.what_helps);
    text += window_text(trace, report) + "\n";
    std::size_t silent = 0;
    for (const sim::RuleFinding& finding : report.rules) {
        const bool shown = all_rules || finding.verdict != sim::RuleVerdict::not_exercised;
        if (shown)
            text += rule_text(finding);
        else
            ++silent;
    }
    if (silent > 0)
        text += fmt::format("  {} more rules were not put to the test (--all-rules).\n", silent);
    if (!trace.header.windows_evidence && trace.header.backend != "model")
        text += "\n" + paragraph("This says nothing about Windows: the run was not made there.");
    return text;
}

void put_check(Json& json, const sim::Trace& trace, const sim::CheckReport& report) {
    json.begin_object();
    json.key("scenario").value(trace.header.scenario_name);
    json.key("lane").value(trace.header.lane);
    json.key("windows_evidence").value(trace.header.windows_evidence);
    json.key("verdict").value(sim::name(report.verdict));
    json.key("reason").value(report.reason);
    json.key("what_helps").value(report.what_helps);
    json.key("rules").begin_list();
    for (const sim::RuleFinding& finding : report.rules) {
        json.begin_object();
        json.key("id").value(sim::info(finding.rule).id);
        json.key("verdict").value(sim::name(finding.verdict));
        json.key("evidence").value(sim::name(finding.evidence));
        json.key("why").value(finding.why);
        json.key("events").begin_list();
        for (const std::size_t fact : finding.facts) json.value(std::uint64_t{fact});
        json.end_list();
        json.end_object();
    }
    json.end_list();
    json.key("explained_by").begin_list();
    for (const sim::Policies& policies : report.explained_by) json.value(sim::describe(policies));
    json.end_list();
    json.key("facts").value(std::uint64_t{trace.facts.size()});
    json.key("explained").value(std::uint64_t{report.explained});
    json.key("window");
    if (report.window)
        json.begin_list()
            .value(std::uint64_t{report.window->first})
            .value(std::uint64_t{report.window->last})
            .end_list();
    else
        json.null();
    json.key("possible").begin_list();
    for (const std::string& possible : report.possible) json.value(possible);
    json.end_list();
    json.key("steps").value(report.steps);
    json.end_object();
}

}  // namespace cli
