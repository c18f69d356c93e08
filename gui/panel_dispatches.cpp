// Which thread got which packet, here and there. What has not happened yet is only a dot, so that a
// class can guess; a rhombus marks a packet that went to different threads.
#include <algorithm>
#include <cmath>
#include <string>

#include "gui/panels.hpp"
#include "gui/text.hpp"
#include "gui/widgets.hpp"

namespace gui {
namespace {

struct Columns {
    float packet_w = 0, lane_w = 0;
    bool two = false;
};

std::string_view thread_of(const LaneView& lane, sim::ThreadId thread) {
    if (thread == sim::ThreadId::none) return text(Text::to_nobody);
    return sim::thread_name(lane.lane->trace().header, thread);
}

void draw_cell(ImDrawList& list, const View& view, const LaneView& lane, const Rect& cell,
               sim::ThreadId thread, std::size_t step) {
    const float em = view.frame.em;
    const bool happened = step != 0 && step <= lane.step;
    if (happened) {
        draw_line(list, Pen(view.fonts->bold, theme::ink), cell, thread_of(lane, thread),
                  Align::centre);
    } else if (step == 0 && lane.step >= lane.lane->steps()) {
        draw_line(list, Pen(view.fonts->regular, theme::soft_ink), cell, text(Text::to_nobody),
                  Align::centre);
    } else {
        list.AddCircleFilled(vec(cell.centre()), em * 0.13F, theme::border);
    }
}

void draw_pair(ImDrawList& list, const View& view, const Rect& row, const Columns& columns,
               const sim::DispatchPair& pair) {
    const float em = view.frame.em;
    const std::string number = std::to_string(sim::index(pair.packet));
    const Pen pen(view.fonts->bold, theme::packet_ink);
    const float d = row.h * 0.86F;
    const float w = std::clamp(text_width(pen, number) + em * 0.4F, d, columns.packet_w);
    const Rect disc{row.x + (columns.packet_w - w) / 2, row.y + (row.h - d) / 2, w, d};
    fill(list, disc, theme::packet, d / 2);
    outline(list, disc, theme::packet_ink, std::max(1.0F, em * 0.07F), d / 2);
    draw_line(list, pen, disc.inset(em * 0.08F), number, Align::centre);
    Rect cell{row.x + columns.packet_w, row.y, columns.lane_w, row.h};
    const std::size_t first = view.lanes[kLeft].lane != nullptr ? kLeft : kRight;
    draw_cell(list, view, view.lanes[first], cell, first == kLeft ? pair.left : pair.right,
              first == kLeft ? pair.left_step : pair.right_step);
    if (!columns.two) return;
    cell.x += columns.lane_w;
    draw_cell(list, view, view.lanes[kRight], cell, pair.right, pair.right_step);
    if (!pair.same()) {
        rhombus(list, {row.x + columns.packet_w + columns.lane_w, row.centre().y}, em * 0.42F,
                theme::differ);
    }
}

// The row that is worth seeing: the latest dispatch of either lane.
std::size_t latest(const View& view) {
    const auto pairs = view.pairs;
    std::size_t best = 0, best_step = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (pairs[i].left_step != 0 && pairs[i].left_step <= view.lanes[kLeft].step &&
            pairs[i].left_step >= best_step) {
            best = i;
            best_step = pairs[i].left_step;
        }
        if (view.lanes[kLeft].lane == nullptr && pairs[i].right_step != 0 &&
            pairs[i].right_step <= view.lanes[kRight].step) {
            best = i;
        }
    }
    return best;
}

std::size_t moment_of(const View& view, const sim::DispatchPair& pair) {
    if (pair.left_step != 0) return view.alignment->of_left(pair.left_step);
    return view.alignment->of_right(pair.right_step);
}

float row_height(const View& view) {
    return std::round(view.frame.em * 1.4F);
}

void draw_rows(const View& view, const Columns& columns, UiState& ui, Requests& requests) {
    const auto pairs = view.pairs;
    const float row_h = row_height(view);
    const std::size_t now = latest(view);
    if (ui.listed_dispatch != now) {
        const float above = std::floor(ImGui::GetWindowHeight() / row_h / 2);
        ImGui::SetScrollY(std::max(0.0F, static_cast<float>(now) - above) * row_h);
        ui.listed_dispatch = now;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(pairs.size()), row_h);
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const sim::DispatchPair& pair = pairs[static_cast<std::size_t>(i)];
            const ImVec2 at = ImGui::GetCursorScreenPos();
            const Rect row{at.x, at.y, ImGui::GetContentRegionAvail().x, row_h};
            ImGui::PushID(i);
            if (ImGui::InvisibleButton("pair", {std::max(1.0F, row.w), row_h})) {
                requests.emplace_back(Seek{moment_of(view, pair)});
            }
            const bool hovered = ImGui::IsItemHovered();
            ImDrawList& list = *ImGui::GetWindowDrawList();
            if (hovered) fill(list, row, rgb(0xE3EEF6), view.frame.em * 0.2F);
            draw_pair(list, view, row, columns, pair);
            ImGui::PopID();
        }
    }
    clipper.End();
    ImGui::PopStyleVar();
}

}  // namespace

void draw_dispatches(const View& view, UiState& ui, Requests& requests) {
    if (view.frame.dispatches.empty()) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Rect area = panel_area(list, view, view.frame.dispatches);
    const float em = view.frame.em, head_h = em * 1.45F;
    const bool left = view.lanes[kLeft].lane != nullptr, right = view.lanes[kRight].lane != nullptr;
    if (!left && !right) return;
    Columns columns;
    columns.two = view.comparison != nullptr && left && right;
    const float bar = ImGui::GetStyle().ScrollbarSize;
    columns.packet_w = (area.w - bar) * (columns.two ? 0.29F : 0.4F);
    columns.lane_w = (area.w - bar - columns.packet_w) / (columns.two ? 2.0F : 1.0F);
    const Pen head(view.fonts->bold, theme::soft_ink);
    draw_line(list, head, {area.x, area.y, columns.packet_w - em * 0.1F, head_h},
              text(Text::column_packet), Align::centre);
    Rect title{area.x + columns.packet_w + em * 0.15F, area.y, columns.lane_w - em * 0.3F, head_h};
    draw_line(list, head, title, text(left ? Text::column_model : Text::column_measured),
              Align::centre);
    title.x += columns.lane_w;
    if (columns.two) draw_line(list, head, title, text(Text::column_measured), Align::centre);
    const float y = area.y + head_h + em * 0.2F;
    if (view.pairs.empty()) {
        draw_wrapped(list, Pen(view.fonts->regular, theme::soft_ink),
                     {area.x, y, area.w, area.bottom() - y}, text(Text::no_dispatches));
        return;
    }
    ImGui::SetCursorScreenPos({area.x, y});
    ImGui::BeginChild("pairs", {area.w, whole_rows(area.bottom() - y, row_height(view))});
    draw_rows(view, columns, ui, requests);
    ImGui::EndChild();
}

}  // namespace gui
