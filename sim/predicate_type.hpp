// The types of a predicate's parts, in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/predicate_words.hpp"

namespace sim::predicate {

[[nodiscard]] std::string_view describe(Type);                           // "a number"
[[nodiscard]] std::string_view noun(Type);                               // "number"
[[nodiscard]] std::string_view describe(const std::vector<Of>& owners);  // "a port"
// How to make a `wanted` of a text that means `has`; may be empty.
[[nodiscard]] std::string advice(std::string_view text, const Meaning& has, Type wanted);

}  // namespace sim::predicate
