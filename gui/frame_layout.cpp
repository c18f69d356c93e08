#include "gui/frame_layout.hpp"

#include <algorithm>
#include <cmath>

#include "gui/stage_layout.hpp"

namespace gui {
namespace {

// Readable from the last row: a fortieth of the height, less only in a narrow window.
float text_size(float width, float height, float scale) {
    return std::max(8.0F, std::round(std::min(height / 40, width / 62) * scale));
}

void divide_bottom(FrameLayout& frame, const Rect& bottom) {
    const float columns = bottom.w / frame.em;
    frame.card = bottom;
    if (columns < 44) return;  // one column: the card
    const float dispatches_w = columns < 54 ? 0 : std::max(bottom.w * 0.20F, 14.5F * frame.em);
    const float rest = bottom.w - (dispatches_w > 0 ? dispatches_w + frame.gap : 0);
    frame.card.w = std::round(rest * 0.54F);
    frame.events = {frame.card.right() + frame.gap, bottom.y, rest - frame.card.w - frame.gap,
                    bottom.h};
    if (dispatches_w > 0) {
        frame.dispatches = {frame.events.right() + frame.gap, bottom.y, dispatches_w, bottom.h};
    }
}

}  // namespace

float next_scale(float scale, int direction) {
    if (direction > 0) {
        for (const float candidate : kScales) {
            if (candidate > scale + 0.01F) return candidate;
        }
        return kMaxScale;
    }
    float best = kMinScale;
    for (const float candidate : kScales) {
        if (candidate < scale - 0.01F) best = candidate;
    }
    return best;
}

FrameLayout layout_frame(float width, float height, float scale) {
    FrameLayout frame;
    frame.width = width;
    frame.height = height;
    const float em = text_size(width, height, scale);
    frame.em = em;
    frame.readable = std::min(em, text_size(width, height, 1) * 0.8F);
    frame.gap = std::round(std::min(em * 0.45F, height / 80));
    const float gap = frame.gap;
    const float lines = height / em;  // how many lines of text the window is high
    frame.teaches = lines >= 26;
    // The stages are the picture: whatever the size of the text, they keep their share.
    const float top_h = std::min(frame.teaches ? 4.0F * em : 1.9F * em, height * 0.1025F);
    const float transport_h = std::min(2.1F * em, height * 0.075F);
    const float bottom_h = std::min(height * 0.247F, 14 * em);
    const float inner_w = width - 2 * gap;
    float y = gap;
    frame.top = {gap, y, inner_w, top_h};
    y += top_h + gap;
    const float stages_h = height - y - bottom_h - transport_h - 3 * gap;
    const float stage_w = std::floor((inner_w - gap) / 2);
    frame.left_stage = {gap, y, stage_w, stages_h};
    frame.right_stage = {gap + stage_w + gap, y, stage_w, stages_h};
    frame.stage_em = std::floor(stage_em(frame.left_stage, em));
    y += stages_h + gap;
    divide_bottom(frame, {gap, y, inner_w, bottom_h});
    y += bottom_h + gap;
    frame.transport = {gap, y, inner_w, transport_h};
    return frame;
}

}  // namespace gui
