// The rules of a completion port, one per entry of the catalogue (behaviours.md §6): id, how well
// it is established, one sentence for a learner, and the documentation page it rests on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sim {

// How a rule is known. The badge of a card and the words of a lesson follow from it.
enum class Grade : std::uint8_t {
    documented,     // DOC: Microsoft's documentation says so
    tested,         // TEST: a conformance test whose expectation is the Windows result
    measured,       // KRN: measured on the ReactOS kernel, not verified on Windows
    reimplemented,  // ROS: follows from the ReactOS design, not verified on Windows
    inferred,       // INF: follows from the above, stated nowhere
    open,           // OPEN: not settled by any permitted source
};

enum class Rule : std::uint8_t {
    none,
#define RULE(symbol, id, grade, sentence, link) symbol,
#include "sim/rules.def"
#undef RULE
};

struct RuleInfo {
    std::string_view id;  // "W-LIFO-1"; never changes, never translated
    Grade grade;
    std::string_view sentence;  // one sentence, at most 160 characters
    std::string_view link;      // https://learn.microsoft.com/…, or "" when nothing documents it
};

// What the model does about a rule, and in which words (sim/coverage.def).
enum class Modelled : std::uint8_t { whole, part, none };
struct Coverage {
    Modelled modelled;
    std::string_view words;  // may be empty when the model follows the rule wholly
};

[[nodiscard]] const RuleInfo& info(Rule);
[[nodiscard]] const Coverage& coverage(Rule);  // not of Rule::none
[[nodiscard]] std::optional<Rule> rule_from_id(std::string_view id);
// "documented", "measured on ReactOS, not verified on Windows", …
[[nodiscard]] std::string_view describe(Grade);

// Number of rules, `none` included: rules are 1 … rule_count() - 1.
[[nodiscard]] std::size_t rule_count();

}  // namespace sim
