// Draws one lane of a stage picture into a rectangle. Used by stage_svg only.
#pragma once

#include "sim/stage_svg.hpp"
#include "sim/svg.hpp"

namespace sim {

// The smallest letters, px: 1/40 of the picture's height of 900, rounded up.
inline constexpr int kStageSvgSmallest = 23;

void draw_lane(Svg&, const StageView&, const SvgBox&);

}  // namespace sim
