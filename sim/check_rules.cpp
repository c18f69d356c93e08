#include "sim/check_rules.hpp"

#include <algorithm>

namespace sim {

namespace {

constexpr std::size_t kMostFacts = 16;  // that show that a rule holds

}  // namespace

RuleFindings::RuleFindings(CheckReport& report) : report_(report) {
    report_.rules.resize(rule_count() - 1);
    for (std::size_t i = 0; i < report_.rules.size(); ++i)
        report_.rules[i].rule = static_cast<Rule>(i + 1);
}

RuleFinding& RuleFindings::of(Rule rule) {
    return report_.rules[static_cast<std::size_t>(rule) - 1];
}

void RuleFindings::violated(Rule rule, Evidence evidence, const std::string& why,
                            const std::vector<std::size_t>& facts) {
    RuleFinding& finding = of(rule);
    if (finding.verdict == RuleVerdict::violated) return;
    finding.verdict = RuleVerdict::violated;
    finding.evidence = evidence;
    finding.why = why;
    finding.facts = facts;
}

void RuleFindings::contrary(Rule rule, Evidence evidence, const std::string& why,
                            const std::vector<std::size_t>& facts) {
    violated(rule, evidence, why, facts);
    of(rule).verdict = RuleVerdict::undecided;
}

void RuleFindings::read(const Witness& witness) {
    for (std::size_t i = 0; i < witness.trace.facts.size(); ++i) {
        const Fact fact = witness.trace.facts[i];
        if (fact.rule == Rule::none) continue;
        RuleFinding& finding = of(fact.rule);
        if (finding.verdict == RuleVerdict::violated) continue;
        finding.verdict = RuleVerdict::holds;
        finding.why = "It made something happen in an order of events that explains the run.";
        if (finding.facts.size() < kMostFacts) finding.facts.push_back(witness.source[i] + 1);
    }
}

void RuleFindings::finish() {
    if (report_.verdict == Verdict::conforms) return;
    for (RuleFinding& finding : report_.rules) {
        if (finding.verdict != RuleVerdict::holds) continue;
        finding.why = "It holds as far as the run can be explained.";
    }
}

}  // namespace sim
