// A predicate on the state of a run, as narrations, questions and expectations write it:
//
//   P.queue > 0 and P.active == P.limit        T1.waiting and not T2.waiting       packet == 3
//
// Compiled once, against the names of a scenario, and then asked of stages: so it can be asked of
// the model and of a measured run alike. docs/scenario-reference.md lists what can be asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/fact.hpp"
#include "sim/stage.hpp"

namespace sim {

// One instruction of a compiled predicate: a number or a property is pushed, an operator takes its
// operands from the stack.
struct PredicateOp {
    std::uint8_t code = 0;    // PredicateCode in sim/predicate_code.hpp
    std::uint32_t which = 0;  // the port, thread or handle
    std::int64_t number = 0;
    bool operator==(const PredicateOp&) const = default;
};

struct Predicate {
    std::string text;  // as written
    std::vector<PredicateOp> code;
    bool operator==(const Predicate&) const = default;
};

class PredicateIndex;

struct PredicateNames {
    std::span<const std::string> ports;     // by PortId
    std::span<const std::string> threads;   // by ThreadId
    std::span<const std::string> handles;   // by HandleId
    const PredicateIndex* index = nullptr;  // of these names; without one they are searched
};

// The names of a scenario in alphabetical order: made once where many predicates are compiled
// against many names. The names must outlive it.
class PredicateIndex {
public:
    explicit PredicateIndex(const PredicateNames&);
    struct Entry {
        std::string_view name;
        std::uint8_t kind = 0;  // 0 a port, 1 a thread, 2 a handle
        std::uint32_t which = 0;
    };
    // What is called so: ports first, then threads, then handles.
    [[nodiscard]] std::span<const Entry> find(std::string_view name) const;

private:
    std::vector<Entry> entries_;
};

// What is wrong with a predicate, and where in its text.
struct PredicateProblem {
    std::size_t at = 0;      // byte in the text
    std::size_t length = 1;  // bytes
    std::string message;
    std::string help;  // a suggestion, may be empty
};

inline constexpr std::size_t kLongestPredicate = 1000;  // bytes
inline constexpr std::size_t kDeepestPredicate = 30;  // parentheses, `not` and signs in each other

[[nodiscard]] std::variant<Predicate, PredicateProblem> parse_predicate(std::string_view text,
                                                                        const PredicateNames&);
// `last` is the fact that led to this stage; null at the start. A predicate without code never
// holds; what a stage does not have is 0, false or none.
[[nodiscard]] bool holds(const Predicate&, const Stage&, const Fact* last);

// What the predicate asks and what the answers are: "P.queue is 4, T1.waiting is false". Tells
// somebody why a predicate does not hold. Empty when it asks nothing.
[[nodiscard]] std::string answers(const Predicate&, const PredicateNames&, const Stage&,
                                  const Fact* last);

// The part of docs/scenario-reference.md about predicates: grammar and tables, in Markdown.
[[nodiscard]] std::string predicate_reference();

}  // namespace sim
