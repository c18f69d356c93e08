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
    std::uint8_t code = 0;    // predicate.cpp knows the meaning
    std::uint32_t which = 0;  // the port, thread or handle
    std::int64_t number = 0;
    bool operator==(const PredicateOp&) const = default;
};

struct Predicate {
    std::string text;  // as written
    std::vector<PredicateOp> code;
    bool operator==(const Predicate&) const = default;
};

struct PredicateNames {
    std::span<const std::string> ports;    // by PortId
    std::span<const std::string> threads;  // by ThreadId
    std::span<const std::string> handles;  // by HandleId
};

// What is wrong with a predicate, and where in its text.
struct PredicateProblem {
    std::size_t at = 0;      // byte in the text
    std::size_t length = 1;  // bytes
    std::string message;
    std::string help;  // a suggestion, may be empty
};

[[nodiscard]] std::variant<Predicate, PredicateProblem> parse_predicate(std::string_view text,
                                                                        const PredicateNames&);
// `last` is the fact that led to this stage; null at the start.
[[nodiscard]] bool holds(const Predicate&, const Stage&, const Fact* last);

}  // namespace sim
