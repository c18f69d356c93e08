#include "gui/stage_boxes.hpp"

#include <algorithm>

namespace gui {
namespace {

// In units of the stage's text size.
constexpr float kMinWidth = 30.8F, kMinHeight = 21.2F;  // of a stage whose text is not shrunk
constexpr float kGap = 0.5F, kPadding = 0.45F;
constexpr float kHeader = 1.9F;
constexpr float kTitle = 1.45F;  // title line of a box

void set_box(StageLayout& layout, Place place, const Rect& rect) {
    PlaceBox& box = layout.at(place);
    box.rect = rect;
    box.content = {rect.x + kPadding * layout.em, rect.y + (kTitle + 0.15F) * layout.em,
                   rect.w - 2 * kPadding * layout.em, rect.h - (kTitle + 0.3F) * layout.em};
}

}  // namespace

void place_boxes(StageLayout& layout) {
    const auto em = [&](float units) { return units * layout.em; };
    const Rect& frame = layout.frame;
    const float gap = em(kGap);
    layout.header = {frame.x + gap, frame.y, frame.w - 2 * gap, em(kHeader)};
    const Rect inner{frame.x + gap, frame.y + em(kHeader), frame.w - 2 * gap,
                     frame.h - em(kHeader) - gap};
    const float right_w = std::max(em(10.1F), inner.w * 0.31F);
    const float gate_w = em(5.2F);
    const float left_w = inner.w - right_w - gate_w - 2 * gap;
    const float top_h = std::max(em(8.05F), inner.h * 0.38F);
    const float bottom_h = inner.h - top_h - gap;
    const float waiting_w = std::min(em(12.0F), left_w + gap + gate_w - em(7.0F));
    const float gate_x = inner.x + left_w + gap;
    const float bottom_y = inner.y + top_h + gap;
    const float handles_h = em(3.3F);

    set_box(layout, Place::handles, {inner.x, inner.y, left_w, handles_h});
    set_box(layout, Place::queue,
            {inner.x, inner.y + handles_h + gap, left_w, top_h - handles_h - gap});
    set_box(layout, Place::gate, {gate_x, inner.y, gate_w, top_h});
    const float waiting_x = gate_x + gate_w - waiting_w;
    set_box(layout, Place::waiting, {waiting_x, bottom_y, waiting_w, bottom_h});
    const float outside_w = waiting_x - gap - inner.x;
    const float half_h = (bottom_h - gap) / 2;
    set_box(layout, Place::outside, {inner.x, bottom_y, outside_w, half_h});
    set_box(layout, Place::in_call, {inner.x, bottom_y + half_h + gap, outside_w, half_h});
    const float right_x = inner.right() - right_w;
    const float released_h = std::max(top_h, (inner.h - gap) * 0.5F);
    set_box(layout, Place::released, {right_x, inner.y, right_w, released_h});
    set_box(layout, Place::paused,
            {right_x, inner.y + released_h + gap, right_w, inner.h - released_h - gap});
}

float stage_em(const Rect& frame, float em) {
    return std::max(1.0F, std::min({em, frame.w / kMinWidth, frame.h / kMinHeight}));
}

}  // namespace gui
