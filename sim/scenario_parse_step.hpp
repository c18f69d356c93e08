// Scripts and handlers: lists of steps.
#pragma once

#include <vector>

#include "sim/scenario.hpp"
#include "sim/scenario_parse_names.hpp"

namespace sim::parse {

enum class StepsOf : std::uint8_t { script, handler };

// The steps of a list. Steps that do not fit are complained about and left out.
[[nodiscard]] std::vector<Step> read_steps(Problems&, const PortNames&, EventNames&,
                                           const Node& list, StepsOf);

}  // namespace sim::parse
