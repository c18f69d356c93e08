// Numbers of bytes as people write them, "4 KiB", and such as are drawn,
// "log_uniform(1 B, 64 KiB)".
#pragma once

#include <optional>

#include "sim/scenario_format.hpp"
#include "sim/scenario_parse_problems.hpp"
#include "sim/size.hpp"

namespace sim::parse {

// The value of a text whose key is a size, within the limits of the key. Nothing when it is not;
// then the problems say why.
[[nodiscard]] std::optional<Size> size_value(Problems&, const KeyInfo&, const Node&);

}  // namespace sim::parse
