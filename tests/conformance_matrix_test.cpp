// What many checked runs say of every rule.
#include <doctest/doctest.h>

#include "sim/conformance.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

CheckReport report(Verdict verdict, Rule rule, RuleVerdict found) {
    CheckReport made;
    made.verdict = verdict;
    for (std::size_t r = 1; r < rule_count(); ++r)
        made.rules.push_back(
            {.rule = static_cast<Rule>(r),
             .verdict = static_cast<Rule>(r) == rule ? found : RuleVerdict::not_exercised,
             .evidence = Evidence::hard,
             .why = {},
             .facts = {}});
    return made;
}

}  // namespace

TEST_CASE("a rule that was broken once is broken, whatever other runs show") {
    Conformance matrix;
    const Rule rule = Rule::w_lifo_1;
    matrix.add("A", report(Verdict::conforms, rule, RuleVerdict::holds));
    CHECK(Conformance::words(matrix.columns()[0], rule) == "holds in 1");
    matrix.add("A", report(Verdict::inconclusive, rule, RuleVerdict::undecided));
    CHECK(Conformance::words(matrix.columns()[0], rule) == "contrary in 1 of 2");
    matrix.add("A", report(Verdict::violates, rule, RuleVerdict::violated));
    matrix.add("A", report(Verdict::conforms, rule, RuleVerdict::not_exercised));
    CHECK(Conformance::words(matrix.columns()[0], rule) == "**violated** in 1 of 3");
    CHECK(Conformance::words(matrix.columns()[0], Rule::q_fifo_1) == "—");
    CHECK(matrix.columns()[0].runs == 4);
}

TEST_CASE("a table has a row for every rule and a column for every system, absent ones too") {
    Conformance matrix;
    matrix.add("Model", report(Verdict::conforms, Rule::q_fifo_1, RuleVerdict::holds));
    matrix.add_absent("Windows", "No Windows here.");
    const std::string text = matrix.markdown();
    CHECK(text.find("* **Model**: 1 runs; 1 conform, 0 violate, 0 not decided.") !=
          std::string::npos);
    CHECK(text.find("* **Windows**: not run. No Windows here.") != std::string::npos);
    CHECK(text.find("| rule | Model | Windows |") != std::string::npos);
    CHECK(text.find("| Q-FIFO-1 | holds in 1 | nobody ran it |") != std::string::npos);
    for (std::size_t r = 1; r < rule_count(); ++r)
        CHECK(text.find("| " + std::string(info(static_cast<Rule>(r)).id) + " |") !=
              std::string::npos);
}
