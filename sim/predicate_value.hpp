// What the constants and properties of a predicate are on a stage.
#pragma once

#include <cstdint>

#include "sim/predicate.hpp"

namespace sim::predicate {

// The value of an instruction that pushes one; truths are 0 and 1, names their numbers or kNone.
[[nodiscard]] std::int64_t value(const PredicateOp&, const Stage&, const Fact* last);

}  // namespace sim::predicate
