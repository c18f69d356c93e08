// How the window is divided: fixed places computed from its size and the text scale, the same for
// everybody, so that a screenshot shows what a user sees. Pure.
#pragma once

#include "gui/geometry.hpp"

namespace gui {

inline constexpr float kScales[] = {0.75F, 0.9F, 1, 1.25F, 1.5F, 1.75F, 2, 2.5F, 3};
inline constexpr float kMinScale = 0.75F, kMaxScale = 3;

// The next larger or smaller scale of kScales; `direction` is +1 or -1.
[[nodiscard]] float next_scale(float scale, int direction);

struct FrameLayout {
    float width = 0, height = 0;
    float em = 20;        // text size, px: at scale 1 a fortieth of the window's height
    float readable = 20;  // text size at scale 1: text that has no room shrinks to this
    float stage_em = 20;  // text size on the stages
    float gap = 10;
    bool teaches = true;  // is there room for the line that says what the scenario teaches?
    Rect top, left_stage, right_stage, card, events, dispatches, transport;  // empty: no room
};

[[nodiscard]] FrameLayout layout_frame(float width, float height, float scale);

}  // namespace gui
