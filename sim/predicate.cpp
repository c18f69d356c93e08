#include "sim/predicate.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "sim/predicate_code.hpp"
#include "sim/predicate_value.hpp"

namespace sim {
namespace {

using predicate::PredicateCode;
using Value = std::int64_t;
using Limits = std::numeric_limits<Value>;

// Beyond what 64 bits hold, sums stay at the largest number: no input makes them wrap around.
Value add(Value a, Value b) {
    if (b > 0 && a > Limits::max() - b) return Limits::max();
    if (b < 0 && a < Limits::min() - b) return Limits::min();
    return a + b;
}
Value negate(Value a) {
    return a == Limits::min() ? Limits::max() : -a;
}

Value binary(PredicateCode code, Value a, Value b) {
    switch (code) {
        case PredicateCode::logical_and: return a != 0 && b != 0;
        case PredicateCode::logical_or: return a != 0 || b != 0;
        case PredicateCode::add: return add(a, b);
        case PredicateCode::subtract: return add(a, negate(b));
        case PredicateCode::equal: return a == b;
        case PredicateCode::unequal: return a != b;
        case PredicateCode::less: return a < b;
        case PredicateCode::at_most: return a <= b;
        case PredicateCode::more: return a > b;
        case PredicateCode::at_least: return a >= b;
        default: return 0;
    }
}

}  // namespace

bool holds(const Predicate& predicate, const Stage& stage, const Fact* last) {
    // Code that parse_predicate did not make is refused here, not trusted.
    std::array<Value, predicate::kStack> stack;
    std::size_t height = 0;
    for (const PredicateOp& op : predicate.code) {
        const auto code = static_cast<PredicateCode>(op.code);
        if (code == PredicateCode::negate || code == PredicateCode::logical_not) {
            if (height == 0) return false;
            Value& top = stack[height - 1];
            top = code == PredicateCode::negate ? negate(top) : top == 0;
        } else if (code == PredicateCode::constant || code == PredicateCode::named_port ||
                   predicate::property(code) != nullptr) {
            if (height == stack.size()) return false;
            stack[height++] = predicate::value(op, stage, last);
        } else {
            if (height < 2) return false;
            --height;
            stack[height - 1] = binary(code, stack[height - 1], stack[height]);
        }
    }
    return height == 1 && stack[0] != 0;
}

}  // namespace sim
