// Numbers that depend on the computer: "2 * processors".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sim::parse {

struct Amount {
    std::int64_t value = 0;
    // What is wrong; empty when the amount is understood.
    std::string problem;
    std::size_t at = 0;  // where in the text
    std::size_t length = 1;
};
// Whole numbers and `processors`, joined by +, - and *; * binds tighter. Values beyond ±10^15 are a
// problem, so that nothing overflows.
[[nodiscard]] Amount read_amount(std::string_view text, std::uint32_t processors);

}  // namespace sim::parse
