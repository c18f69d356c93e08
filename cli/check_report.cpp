#include "cli/check_report.hpp"

#include <fmt/format.h>

#include "sim/explain.hpp"

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
    return fmt::format("    fact {:>6}  {:>12.3f} ms  {}\n", number,
                       static_cast<double>(fact.t0) / 1e6, sim::sentence(trace.header, fact));
}

std::string window_text(const sim::Trace& trace, const sim::CheckReport& report) {
    if (!report.window) return {};
    const auto [first, last] = *report.window;
    std::string text = fmt::format(
        "\n  The first {} of {} facts can be explained. The smallest part that cannot:\n",
        report.explained, trace.facts.size());
    const std::size_t length = last - first + 1;
    for (std::size_t n = first; n <= last; ++n) {
        if (length > kMostShown && n - first == kMostShown / 2) {
            const std::size_t skipped = length - kMostShown;
            text += fmt::format("    … {} more …\n", skipped);
            n += skipped;
        }
        text += fact_line(trace, n);
    }
    if (report.possible.empty()) return text;
    text += "\n  There, a documented port would do this instead:\n";
    for (const std::string& possible : report.possible) text += fmt::format("    {}\n", possible);
    return text;
}

}  // namespace

std::string check_text(const sim::Trace& trace, const sim::CheckReport& report, bool all_rules) {
    std::string text = fmt::format("{} — {}\n\n  {}: {}\n", trace.header.scenario_name,
                                   trace.header.lane, mark(report.verdict), report.reason);
    if (!report.what_helps.empty())
        text += fmt::format("  What would decide it: {}\n", report.what_helps);
    text += window_text(trace, report);
    text += "\n  Rules\n";
    std::size_t silent = 0;
    for (const sim::RuleFinding& finding : report.rules) {
        if (finding.verdict == sim::RuleVerdict::not_exercised && !all_rules) {
            ++silent;
            continue;
        }
        text += fmt::format("    {:<10} {:<14} {}\n", word(finding), sim::info(finding.rule).id,
                            sim::info(finding.rule).sentence);
        if (finding.verdict == sim::RuleVerdict::violated ||
            finding.verdict == sim::RuleVerdict::undecided)
            text += fmt::format("    {:<25} {}\n", "", finding.why);
    }
    if (silent > 0)
        text += fmt::format("    {} more rules were not put to the test here.\n", silent);
    if (!trace.header.windows_evidence && trace.header.backend != "model")
        text += "\n  This says nothing about Windows: the run was not made there.\n";
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
