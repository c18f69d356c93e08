// Values that replace those of the file before anything is checked: "port.P.concurrency" = "8".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario_parse_problems.hpp"

namespace sim::parse {

// Changes the tree in the order of the list. Complains about overrides that name nothing.
void apply_overrides(Problems&, Node& root,
                     const std::vector<std::pair<std::string, std::string>>& overrides);

}  // namespace sim::parse
