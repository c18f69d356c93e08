// The fixed places of a stage: where each box is, before anything stands in it.
#pragma once

#include "gui/stage_layout.hpp"

namespace gui {

// Fills `header` and the rectangles of `places` from `frame` and `em`.
void place_boxes(StageLayout&);

}  // namespace gui
