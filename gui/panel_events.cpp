// Every fact of one lane as a sentence: the text twin of the animation. Click a line to go there.
#include <algorithm>
#include <cmath>
#include <string>

#include "gui/panels.hpp"
#include "gui/text.hpp"
#include "gui/widgets.hpp"
#include "sim/explain.hpp"

namespace gui {
namespace {

struct Row {
    Rect rect;
    std::size_t step = 0;  // 1-based: the facts that have happened when this one has
};

void draw_row(ImDrawList& list, const View& view, const LaneView& lane, const Row& row) {
    const float em = view.frame.em;
    const sim::Trace& trace = lane.lane->trace();
    const sim::Fact& fact = trace.facts[row.step - 1];
    const bool inside = sim::hidden(fact);
    const bool current = row.step == lane.step, future = row.step > lane.step;
    if (current) {
        fill(list, row.rect, theme::current, em * 0.2F);
        list.AddTriangleFilled({row.rect.x + em * 0.1F, row.rect.centre().y - em * 0.3F},
                               {row.rect.x + em * 0.1F, row.rect.centre().y + em * 0.3F},
                               {row.rect.x + em * 0.5F, row.rect.centre().y}, theme::ink);
    }
    const Colour colour = future ? rgb(0x6A737D) : inside ? theme::soft_ink : theme::ink;
    ImFont* font = current ? view.fonts->bold : view.fonts->regular;
    const bool times = row.rect.w > em * 28;  // the sentence needs the room more
    const float time_w = times ? em * 5.3F : em * 0.55F;
    const float indent = inside ? em * 0.9F : 0;
    if (times)
        draw_list_line(list, Pen(view.fonts->regular, colour),
                       {row.rect.x + em * 0.5F, row.rect.y, time_w - em * 0.7F, row.rect.h},
                       sim::format_time(fact.t0), Align::right);
    const float x = row.rect.x + time_w + em * 0.3F + indent;
    draw_list_line(list, Pen(font, colour),
                   {x, row.rect.y, row.rect.right() - x - em * 0.3F, row.rect.h},
                   sim::sentence(trace.header, fact));
}

std::size_t moment_of(const View& view, std::size_t side, std::size_t step) {
    return side == kLeft ? view.alignment->of_left(step) : view.alignment->of_right(step);
}

float row_height(const View& view) {
    return std::round(view.frame.em * 1.32F);
}

void draw_rows(const View& view, std::size_t side, UiState& ui, Requests& requests) {
    const LaneView& lane = view.lanes[side];
    const float row_h = row_height(view);
    const auto count = static_cast<int>(std::min<std::size_t>(lane.lane->steps(), 50'000'000));
    // Keep the current line in sight, in the middle, whenever it has changed.
    if (ui.listed_step != lane.step || ui.listed_lane != side) {
        const float above = std::floor(ImGui::GetWindowHeight() / row_h / 2);
        ImGui::SetScrollY(std::max(0.0F, static_cast<float>(lane.step) - 1 - above) * row_h);
        ui.listed_step = lane.step;
        ui.listed_lane = side;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGuiListClipper clipper;
    clipper.Begin(count, row_h);
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const ImVec2 at = ImGui::GetCursorScreenPos();
            const Row row{{at.x, at.y, ImGui::GetContentRegionAvail().x, row_h},
                          static_cast<std::size_t>(i) + 1};
            ImGui::PushID(i);
            const bool clicked =
                ImGui::InvisibleButton("fact", {std::max(1.0F, row.rect.w), row_h});
            if (clicked) requests.emplace_back(Seek{moment_of(view, side, row.step)});
            if (ImGui::IsItemHovered()) {
                const sim::Trace& trace = lane.lane->trace();
                fill(*ImGui::GetWindowDrawList(), row.rect, rgb(0xE3EEF6), view.frame.em * 0.2F);
                tooltip(sim::sentence(trace.header, trace.facts[row.step - 1]).c_str());
            }
            draw_row(*ImGui::GetWindowDrawList(), view, lane, row);
            ImGui::PopID();
        }
    }
    clipper.End();
    ImGui::PopStyleVar();
}

}  // namespace

void draw_events(const View& view, UiState& ui, Requests& requests) {
    if (view.frame.events.empty()) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Rect area = panel_area(list, view, view.frame.events);
    const float em = view.frame.em, head_h = em * 1.45F;
    const bool left = view.lanes[kLeft].lane != nullptr, right = view.lanes[kRight].lane != nullptr;
    std::size_t side = ui.events_lane;
    if (view.lanes[side].lane == nullptr) side = left ? kLeft : kRight;
    draw_line(list, Pen(view.fonts->bold, theme::soft_ink),
              {area.x, area.y, area.w * 0.45F, head_h}, text(Text::events));
    if (left && right) {
        const float w = std::min(em * 5.4F, area.w * 0.26F);
        const Rect measured{area.right() - w, area.y, w, head_h};
        const Rect model{measured.x - w - em * 0.25F, area.y, w, head_h};
        if (word_button(list, view, "model", model, text(Text::show_model_events), side == kLeft)) {
            ui.events_lane = kLeft;
        }
        if (word_button(list, view, "measured", measured, text(Text::show_measured_events),
                        side == kRight)) {
            ui.events_lane = kRight;
        }
    }
    if (view.lanes[side].lane == nullptr) return;
    const float y = area.y + head_h + em * 0.25F;
    ImGui::SetCursorScreenPos({area.x, y});
    ImGui::BeginChild("facts", {area.w, whole_rows(area.bottom() - y, row_height(view))});
    draw_rows(view, side, ui, requests);
    ImGui::EndChild();
}

}  // namespace gui
