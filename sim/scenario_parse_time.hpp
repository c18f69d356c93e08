// Times as people write them: "1.5 ms".
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/ids.hpp"

namespace sim::parse {

struct Time {
    enum class Fault : std::uint8_t { none, no_number, no_unit, unknown_unit, too_fine, too_long };
    Fault fault = Fault::none;
    Nanos value = 0;          // exact; decimals below a nanosecond are a fault
    std::string_view unit{};  // as written
};
[[nodiscard]] Time read_time(std::string_view text);

[[nodiscard]] std::string_view without_blanks(std::string_view text);  // at both ends

}  // namespace sim::parse
