// Times as people write them, "1.5 ms", and durations that are drawn, "exponential(1 ms)".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/duration.hpp"
#include "sim/ids.hpp"
#include "sim/scenario_format.hpp"
#include "sim/scenario_parse_problems.hpp"

namespace sim::parse {

struct Time {
    enum class Fault : std::uint8_t { none, no_number, no_unit, unknown_unit, too_fine, too_long };
    Fault fault = Fault::none;
    Nanos value = 0;          // exact; decimals below a nanosecond are a fault
    std::string_view unit{};  // as written
};
[[nodiscard]] Time read_time(std::string_view text);

[[nodiscard]] std::string_view without_blanks(std::string_view text);  // at both ends

// The value of a key whose type is time: a text with a unit, within the limits of the key. Nothing
// when it is not; then the problems say why.
[[nodiscard]] std::optional<Nanos> time_value(Problems&, const KeyInfo&, const Node&);
// The same for a duration, which may be fixed or a distribution.
[[nodiscard]] std::optional<Duration> duration_value(Problems&, const KeyInfo&, const Node&);

// The duration on the average; what is drawn is never negative, so this is a little less than the
// truth for a normal distribution that is wide.
[[nodiscard]] Nanos mean_of(const Duration&);

}  // namespace sim::parse
