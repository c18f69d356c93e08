// The instructions of a compiled predicate and the properties that it can ask
// (sim/predicates.def). For the files sim/predicate*.cpp only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sim::predicate {

enum class Type : std::uint8_t {
    truth,
    number,
    thread,
    port,
    handle,
    fact,
    rule,
    error,
    operation,
};

// What a property belongs to.
enum class Of : std::uint8_t { port, thread, handle, last };

enum class PredicateCode : std::uint8_t {
    none,  // of a default PredicateOp: no instruction
    constant,
    named_port,  // a port by one of its names; `which` is the handle that the name stands for
    negate,
    logical_not,
    logical_and,
    logical_or,
    add,
    subtract,
    equal,
    unequal,
    less,
    at_most,
    more,
    at_least,
#define PROPERTY(of, symbol, type, example, meaning) of##_##symbol,
#include "sim/predicates.def"
#undef PROPERTY
};

struct PropertyInfo {
    PredicateCode code;
    Of of;
    Type type;
    std::string_view name;  // "queue"
    std::string_view example;
    std::string_view meaning;
};
[[nodiscard]] std::span<const PropertyInfo> properties();
// Null when the code is no property.
[[nodiscard]] const PropertyInfo* property(PredicateCode);

// `none` of a thread, port, handle, rule or fact, as a number on the stack.
inline constexpr std::int64_t kNone = -1;
// No predicate that parse_predicate makes needs more.
inline constexpr std::size_t kStack = 128;

}  // namespace sim::predicate
