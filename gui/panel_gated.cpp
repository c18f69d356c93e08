// The bottom row while a recording goes on step by step: the next step, all the rest, stop; and
// what the next step is.
#include <algorithm>

#include "gui/panels.hpp"
#include "gui/text.hpp"
#include "gui/widgets.hpp"

namespace gui {

void draw_gated(const View& view, UiState&, Requests& requests) {
    if (!view.measuring.stepping()) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Rect area = panel_area(list, view, view.frame.transport);
    const float em = std::min(view.frame.em, area.h * 0.6F), gap = em * 0.4F;
    const bool waits = !view.measuring.next.empty();
    Rect button{area.x, area.y, std::min(em * 7, area.w * 0.2F), area.h};
    if (word_button(list, view, "next", button, text(Text::gated_next), waits))
        requests.emplace_back(NextStep{});
    button.x = button.right() + gap;
    button.w = std::min(em * 8.5F, area.w * 0.22F);
    if (word_button(list, view, "rest", button, text(Text::gated_rest)))
        requests.emplace_back(Record{});
    button.x = button.right() + gap;
    button.w = std::min(em * 5.5F, area.w * 0.16F);
    if (word_button(list, view, "stop", button, text(Text::measure_stop)))
        requests.emplace_back(StopRecording{});
    const float x = button.right() + em;
    Pen pen(view.fonts->bold, waits ? theme::ink : theme::soft_ink);
    pen.size = em;
    draw_line(list, pen, {x, area.y, area.right() - x, area.h},
              waits ? text(Text::gated_what, view.measuring.next) : text(Text::gated_moving));
}

}  // namespace gui
