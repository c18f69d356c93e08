// The stages, side by side: the same geometry for the model and for the measurement.
#include <algorithm>

#include "gui/panels.hpp"
#include "gui/stage_draw.hpp"
#include "gui/text.hpp"
#include "gui/widgets.hpp"

namespace gui {
namespace {

// Instead of a run: what is wrong with the file, as the terminal would say it.
void draw_problems(ImDrawList& list, const View& view) {
    const Rect whole{view.frame.left_stage.x, view.frame.left_stage.y,
                     view.frame.right_stage.right() - view.frame.left_stage.x,
                     view.frame.left_stage.h};
    const Rect area = panel_area(list, view, whole);
    const float em = view.frame.em;
    draw_mark(list, Mark::differ, {area.x + em, area.y + em}, em * 0.8F);
    draw_line(list, Pen(view.fonts->title, theme::differ),
              {area.x + em * 2.4F, area.y, area.w - em * 2.4F, em * 2}, text(Text::error_title));
    ImGui::SetCursorScreenPos({area.x, area.y + em * 2.5F});
    ImGui::BeginChild("problems", {area.w, area.h - em * 2.5F});
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(view.problems.c_str());
    ImGui::PopTextWrapPos();
    ImGui::EndChild();
}

}  // namespace

void draw_stages(const View& view, UiState&, Requests&) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (!view.problems.empty()) {
        draw_problems(list, view);
        return;
    }
    const Rect frames[] = {view.frame.left_stage, view.frame.right_stage};
    for (const std::size_t side : {kLeft, kRight}) {
        const LaneView& lane = view.lanes[side];
        if (lane.lane != nullptr) draw_stage(list, view, lane, frames[side]);
    }
}

}  // namespace gui
