// Draws a stage: fixed places, a gate, and the tokens on their way from one layout to the next.
#pragma once

#include "gui/shapes.hpp"
#include "gui/stage_layout.hpp"
#include "gui/view.hpp"

namespace gui {

void draw_stage(ImDrawList&, const View&, const LaneView&, const Rect& frame);

// One token where its rectangle says; `opacity` 0 … 1. The legend draws with it too.
void draw_token(ImDrawList&, const Fonts&, const Token&, float em, float opacity);
// The frame of a lane with its title; measured lanes have a double border.
void draw_lane_frame(ImDrawList&, const Rect& frame, bool measured, float em);

}  // namespace gui
