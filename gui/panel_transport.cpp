// The transport: start, back, play, forward, end; a bar to scrub with, and the speed. The bar shows
// where packets were dispatched, and by a rhombus where the lanes first differ.
#include <algorithm>
#include <string>

#include "gui/panels.hpp"
#include "gui/text.hpp"
#include "gui/widgets.hpp"

namespace gui {
namespace {

// The row is low when the text is very large: then what stands in it is smaller.
float text_size(const View& view, const Rect& row) {
    return std::min(view.frame.em, row.h * 0.6F);
}

enum class Icon { start, back, play, pause, again, forward, end };

void triangle(ImDrawList& list, Point c, float r, float direction, Colour colour) {
    list.AddTriangleFilled({c.x + direction * r, c.y}, {c.x - direction * r * 0.7F, c.y - r},
                           {c.x - direction * r * 0.7F, c.y + r}, colour);
}

void bar(ImDrawList& list, Point c, float r, float x, Colour colour) {
    fill(list, {c.x + x - r * 0.18F, c.y - r, r * 0.36F, 2 * r}, colour);
}

void draw_icon(ImDrawList& list, Icon icon, Point c, float r, Colour colour) {
    switch (icon) {
        case Icon::start:
            bar(list, c, r, -r * 0.85F, colour);
            triangle(list, {c.x + r * 0.3F, c.y}, r, -1, colour);
            break;
        case Icon::end:
            bar(list, c, r, r * 0.85F, colour);
            triangle(list, {c.x - r * 0.3F, c.y}, r, 1, colour);
            break;
        case Icon::back: triangle(list, c, r, -1, colour); break;
        case Icon::forward:
        case Icon::play: triangle(list, {c.x + r * 0.1F, c.y}, r, 1, colour); break;
        case Icon::pause:
            bar(list, c, r * 1.1F, -r * 0.45F, colour);
            bar(list, c, r * 1.1F, r * 0.45F, colour);
            break;
        case Icon::again: {
            const float line = std::max(1.5F, r * 0.3F);
            list.PathArcTo(vec(c), r * 0.85F, -0.9F, 4.0F, 20);
            list.PathStroke(colour, 0, line);
            triangle(list, {c.x + r * 0.62F, c.y - r * 0.72F}, r * 0.5F, 1, colour);
            break;
        }
    }
}

bool icon_button(ImDrawList& list, const View& view, const char* id, Icon icon, const Rect& rect,
                 const char* tip, bool strong = false) {
    const float em = view.frame.em;
    const Click click = click_area(id, rect);
    const Colour back = strong ? (click.hovered ? theme::thread_dark : theme::thread)
                               : (click.hovered ? rgb(0xCFD6DD) : theme::outside);
    fill(list, rect, back, em * 0.3F);
    draw_icon(list, icon, rect.centre(), std::min(em * 0.5F, rect.h * 0.3F),
              strong ? theme::thread_ink : theme::ink);
    if (click.hovered) tooltip(tip);
    return click.clicked;
}

float fraction(std::size_t moment, std::size_t last) {
    return last == 0 ? 0
                     : static_cast<float>(static_cast<double>(moment) / static_cast<double>(last));
}

// Where packets were dispatched; not more ticks than pixels.
void draw_ticks(ImDrawList& list, const View& view, const Rect& track) {
    const std::size_t side = view.lanes[kLeft].lane != nullptr ? kLeft : kRight;
    const auto& dispatches = view.lanes[side].dispatches;
    const std::size_t last = view.alignment->last();
    const auto room = static_cast<std::size_t>(std::max(1.0F, track.w / 2));
    const std::size_t stride = dispatches.size() / room + 1;
    for (std::size_t i = 0; i < dispatches.size(); i += stride) {
        const std::size_t moment = side == kLeft ? view.alignment->of_left(dispatches[i].step)
                                                 : view.alignment->of_right(dispatches[i].step);
        const float x = track.x + track.w * fraction(moment, last);
        list.AddLine({x, track.y - track.h * 0.45F}, {x, track.bottom() + track.h * 0.45F},
                     theme::packet, std::max(1.5F, view.frame.em * 0.12F));
    }
    if (view.comparison == nullptr ||
        view.comparison->first_difference >= view.comparison->pairs.size()) {
        return;
    }
    const sim::DispatchPair& pair = view.comparison->pairs[view.comparison->first_difference];
    const std::size_t moment = pair.left_step != 0 ? view.alignment->of_left(pair.left_step)
                                                   : view.alignment->of_right(pair.right_step);
    rhombus(list, {track.x + track.w * fraction(moment, last), track.centre().y},
            view.frame.em * 0.5F, theme::differ);
}

void draw_scrub(ImDrawList& list, const View& view, const Rect& area, Requests& requests) {
    const float em = text_size(view, area);
    const Click click = click_area("scrub", area);
    const std::size_t last = view.alignment->last();
    const Rect track{area.x + em * 0.6F, area.centre().y - em * 0.2F, area.w - em * 1.2F,
                     em * 0.4F};
    if (track.empty()) return;
    const float here = track.x + track.w * fraction(view.player->cursor(), last);
    fill(list, track, theme::outside, track.h / 2);
    fill(list, {track.x, track.y, here - track.x, track.h}, theme::thread, track.h / 2);
    draw_ticks(list, view, track);
    list.AddCircleFilled({here, track.centre().y}, em * 0.52F, theme::thread_ink);
    list.AddCircleFilled({here, track.centre().y}, em * 0.42F,
                         click.hovered || click.held ? theme::thread_dark : theme::thread);
    if (!click.held) return;
    const float at = std::clamp((ImGui::GetIO().MousePos.x - track.x) / track.w, 0.0F, 1.0F);
    const auto moment =
        static_cast<std::size_t>(static_cast<double>(at) * static_cast<double>(last) + 0.5);
    if (moment != view.player->cursor()) requests.emplace_back(Seek{moment});
}

float draw_buttons(ImDrawList& list, const View& view, const Rect& row, Requests& requests) {
    const float em = text_size(view, row), gap = em * 0.25F, w = em * 1.9F;
    const Player& player = *view.player;
    Rect button{row.x, row.y, w, row.h};
    const auto next = [&](float width) {
        const Rect here{button.x, button.y, width, button.h};
        button.x += width + gap;
        return here;
    };
    if (icon_button(list, view, "start", Icon::start, next(w), text(Text::tip_start))) {
        requests.emplace_back(Seek{0});
    }
    if (icon_button(list, view, "back", Icon::back, next(w), text(Text::tip_back))) {
        requests.emplace_back(StepBy{-1});
    }
    const Icon icon = player.playing()                          ? Icon::pause
                      : player.at_end() && player.moments() > 0 ? Icon::again
                                                                : Icon::play;
    if (icon_button(list, view, "play", icon, next(w * 1.5F), text(Text::tip_play), true)) {
        requests.emplace_back(TogglePlay{});
    }
    if (icon_button(list, view, "forward", Icon::forward, next(w), text(Text::tip_forward))) {
        requests.emplace_back(StepBy{1});
    }
    if (icon_button(list, view, "end", Icon::end, next(w), text(Text::tip_end))) {
        requests.emplace_back(ToEnd{});
    }
    return button.x;
}

std::string speed_word(double steps) {
    if (steps >= 1) return std::to_string(static_cast<long>(steps));
    return steps >= 0.5 ? "\xC2\xBD" : "\xC2\xBC";
}

// Minus, the speed, plus; at the right end of the row. Returns its left edge.
float draw_speed(ImDrawList& list, const View& view, const Rect& row, Requests& requests) {
    const float em = text_size(view, row), w = em * 1.7F, word_w = em * 5.6F;
    const Rect plus{row.right() - w, row.y, w, row.h};
    const Rect word{plus.x - word_w, row.y, word_w, row.h};
    const Rect minus{word.x - w, row.y, w, row.h};
    if (word_button(list, view, "slower", minus, "\xE2\x88\x92")) {
        requests.emplace_back(ChangeSpeed{-1});
    }
    if (word_button(list, view, "faster", plus, "+")) requests.emplace_back(ChangeSpeed{1});
    Pen pen(view.fonts->regular, theme::ink);
    pen.size = em;
    draw_line(list, pen, word.inset(em * 0.2F),
              text(Text::speed, speed_word(view.player->steps_per_second())), Align::centre);
    return minus.x;
}

}  // namespace

void draw_transport(const View& view, UiState&, Requests& requests) {
    if (view.measuring.stepping()) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Rect area = panel_area(list, view, view.frame.transport);
    const float em = text_size(view, area);
    const float left = draw_buttons(list, view, area, requests);
    float right = area.right();
    if (area.w > em * 34) right = draw_speed(list, view, area, requests) - em * 0.4F;
    if (area.w > em * 26) {
        const std::string where =
            text(Text::step_of, view.player->cursor(), view.player->moments());
        Pen pen(view.fonts->regular, theme::ink);
        pen.size = em;
        const float w =
            text_width(pen, text(Text::step_of, view.player->moments(), view.player->moments())) +
            em * 0.4F;
        right -= w;
        draw_line(list, pen, {right, area.y, w, area.h}, where, Align::right);
    }
    draw_scrub(list, view, {left, area.y, right - left, area.h}, requests);
}

}  // namespace gui
