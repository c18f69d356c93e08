// Threads are rounded squares, packets are circles. Running is solid, paused hatched, waiting
// outlined; colour only says the same once more.
#include "gui/stage_draw.hpp"

namespace gui {
namespace {

// Black text on stripes is hard to read, so the name stands on a small plate.
void draw_paused(ImDrawList& list, const Pen& pen, const Token& token, float em, float opacity) {
    const Rect& r = token.rect;
    const float rounding = em * 0.35F;
    fill(list, r, faded(rgb(0xFBEFF6), opacity), rounding);
    hatch(list, r.inset(em * 0.12F), faded(theme::paused, opacity), em * 0.5F, em * 0.16F);
    outline(list, r, faded(theme::paused_ink, opacity), em * 0.11F, rounding);
    const float plate_w = std::min(r.w - em * 0.5F, text_width(pen, token.label) + em * 0.3F);
    fill(list, {r.centre().x - plate_w / 2, r.y + em * 0.3F, plate_w, r.h - em * 0.6F},
         faded(rgb(0xFBEFF6), opacity), em * 0.2F);
}

void draw_packet(ImDrawList& list, const Token& token, float em, float opacity) {
    const float rounding = token.rect.h / 2;
    fill(list, token.rect, faded(theme::packet, opacity), rounding);
    outline(list, token.rect, faded(theme::packet_ink, opacity), em * 0.09F, rounding);
}

// A pile: two edges behind the plate say that there are more.
void draw_pile(ImDrawList& list, const Token& token, float em, float opacity) {
    const Rect& r = token.rect;
    const Rect plate{r.x, r.y + em * 0.16F, r.w - em * 0.16F, r.h - em * 0.16F};
    const Rect behind{r.x + em * 0.16F, r.y, plate.w, plate.h};
    fill(list, behind, faded(theme::outside, opacity), em * 0.3F);
    outline(list, behind, faded(theme::strong_border, opacity), em * 0.07F, em * 0.3F);
    fill(list, plate, faded(theme::panel, opacity), em * 0.3F);
    outline(list, plate, faded(theme::strong_border, opacity), em * 0.07F, em * 0.3F);
}

// Draws the shape and returns the colour of the label on it.
Colour draw_body(ImDrawList& list, const Pen& pen, const Token& token, float em, float opacity) {
    const Rect& r = token.rect;
    const float rounding = em * 0.35F;
    switch (token.look) {
        case Look::packet: draw_packet(list, token, em, opacity); return theme::packet_ink;
        case Look::empty_hand:
            for (int i = 0; i < 12; i += 2) {
                const float from = static_cast<float>(i) * 0.5236F;
                list.PathArcTo(vec(r.centre()), r.h / 2 - em * 0.08F, from, from + 0.5F, 6);
                list.PathStroke(faded(theme::strong_border, opacity), 0, em * 0.1F);
            }
            return theme::soft_ink;
        case Look::running:
            fill(list, r, faded(theme::thread, opacity), rounding);
            outline(list, r, faded(theme::thread_dark, opacity), em * 0.09F, rounding);
            return theme::thread_ink;
        case Look::waiting:
            fill(list, r, faded(theme::panel, opacity), rounding);
            outline(list, r, faded(theme::thread, opacity), em * 0.17F, rounding);
            return theme::thread_dark;
        case Look::paused: draw_paused(list, pen, token, em, opacity); return theme::paused_ink;
        case Look::calling:
            fill(list, r, faded(theme::panel, opacity), 0);
            dashed_outline(list, r, faded(theme::thread, opacity), em * 0.13F, em * 0.32F);
            return theme::thread_dark;
        case Look::outside:
            fill(list, r, faded(theme::outside, opacity), rounding);
            outline(list, r, faded(theme::strong_border, opacity), em * 0.06F, rounding);
            return theme::outside_ink;
        case Look::ended:
            fill(list, r, faded(theme::place, opacity), rounding);
            outline(list, r, faded(theme::border, opacity), em * 0.06F, rounding);
            return theme::soft_ink;
        case Look::more: draw_pile(list, token, em, opacity); return theme::ink;
    }
    return theme::ink;
}

}  // namespace

void draw_token(ImDrawList& list, const Fonts& fonts, const Token& token, float em, float opacity) {
    if (token.acted) {
        const float around = em * 0.17F;
        const Rect ring{token.rect.x - around, token.rect.y - around, token.rect.w + 2 * around,
                        token.rect.h + 2 * around};
        const float rounding = token.is_packet ? ring.h / 2 : em * 0.5F;
        fill(list, ring, faded(theme::actor, opacity), rounding);
    }
    Pen pen(fonts.stage_bold, theme::ink);
    pen.size = em;
    pen.colour = faded(draw_body(list, pen, token, em, opacity), opacity);
    draw_line(list, pen, token.rect.inset(em * 0.12F), token.label, Align::centre);
    if (token.look == Look::ended) {
        const float y = token.rect.centre().y;
        list.AddLine({token.rect.x + em * 0.25F, y}, {token.rect.right() - em * 0.25F, y},
                     pen.colour, em * 0.07F);
    }
    if (!token.note.empty()) {
        Pen note(fonts.stage, faded(theme::ink, opacity));
        note.size = em;
        const bool before = token.note_rect.x < token.rect.x;
        draw_line(list, note, token.note_rect, token.note, before ? Align::right : Align::left);
    }
}

void draw_lane_frame(ImDrawList& list, const Rect& frame, bool measured, float em) {
    const float rounding = em * 0.4F;
    fill(list, frame, theme::panel, rounding);
    outline(list, frame, theme::strong_border, std::max(1.0F, em * 0.08F), rounding);
    if (measured) {
        outline(list, frame.inset(em * 0.22F), theme::strong_border, std::max(1.0F, em * 0.08F),
                rounding * 0.7F);
    }
}

}  // namespace gui
