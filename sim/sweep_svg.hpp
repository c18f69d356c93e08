// A sweep as a picture: one panel per metric, the first varied key along the x axis, one line for
// each setting of the others.
#pragma once

#include <string>
#include <vector>

#include "sim/sweep.hpp"

namespace sim {

[[nodiscard]] std::string sweep_svg(const Sweep&, const std::vector<Metric>& chosen);

}  // namespace sim
