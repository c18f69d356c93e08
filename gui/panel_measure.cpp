// The right stage while there is no measurement: why, and how to get one.
#include <string>

#include "gui/panels.hpp"
#include "gui/stage_draw.hpp"
#include "gui/text.hpp"
#include "gui/widgets.hpp"

namespace gui {
namespace {

struct Words {
    std::string what, detail;
};

Words words_of(const Measuring& measuring) {
    switch (measuring.state) {
        case Measuring::State::cannot: return {text(Text::measure_cannot), measuring.message};
        case Measuring::State::ready:
            return {text(Text::measure_nothing), text(Text::measure_what, measuring.backend)};
        case Measuring::State::running:
            return {text(Text::measure_running, measuring.facts), text(Text::measure_stop_hint)};
        case Measuring::State::failed: return {text(Text::measure_failed), measuring.message};
    }
    return {};
}

void draw_missing_model(ImDrawList& list, const View& view) {
    const Rect& frame = view.frame.left_stage;
    const float em = view.frame.em;
    draw_lane_frame(list, frame, false, view.frame.stage_em);
    draw_wrapped(list, Pen(view.fonts->sentence, theme::soft_ink),
                 {frame.x + em * 2, frame.y + frame.h * 0.3F, frame.w - em * 4, frame.h * 0.6F},
                 text(Text::model_missing));
}

}  // namespace

void draw_measure(const View& view, UiState&, Requests& requests) {
    if (!view.problems.empty()) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (view.lanes[kLeft].lane == nullptr) draw_missing_model(list, view);
    const Measuring& measuring = view.measuring;
    if (view.lanes[kRight].lane != nullptr) return;
    const Rect& frame = view.frame.right_stage;
    const float em = view.frame.em;
    draw_lane_frame(list, frame, true, view.frame.stage_em);
    const float pad = view.frame.stage_em * 1.5F;
    draw_line(list, Pen(view.fonts->bold, theme::ink),
              {frame.x + pad, frame.y + pad * 0.3F, frame.w - 2 * pad, em * 1.8F},
              text(Text::measure_title));
    const Words words = words_of(measuring);
    const float h = std::min(em * 2.2F, frame.h * 0.2F);
    const float button_y = frame.bottom() - h - pad;  // at the lowest
    Rect area{frame.x + pad, frame.y + frame.h * 0.26F, frame.w - 2 * pad, frame.h * 0.2F};
    area.y +=
        em * 0.5F + draw_wrapped(list, Pen(view.fonts->sentence, theme::ink), area, words.what);
    area.h = std::min(frame.h * 0.26F, button_y - em * 0.5F - area.y);
    area.y += em * 0.9F + draw_wrapped(list, Pen(view.fonts->regular, theme::soft_ink), area,
                                       words.detail, {.smallest = view.frame.readable});
    const float gap = em * 0.6F;
    const Rect button{area.x, std::min(area.y, button_y), std::min((area.w - gap) / 2, em * 9), h};
    const Rect second{button.right() + gap, button.y, button.w, h};
    if (measuring.state == Measuring::State::running) {
        if (word_button(list, view, "stop", button, text(Text::measure_stop))) {
            requests.emplace_back(StopRecording{});
        }
    } else if (measuring.state != Measuring::State::cannot) {
        if (word_button(list, view, "record", button, text(Text::measure_button), true)) {
            requests.emplace_back(Record{});
        }
        if (word_button(list, view, "step", second, text(Text::step_button)))
            requests.emplace_back(NextStep{});
    }
}

}  // namespace gui
