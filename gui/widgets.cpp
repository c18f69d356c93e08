#include "gui/widgets.hpp"

#include <algorithm>
#include <cmath>

namespace gui {

Rect panel_area(ImDrawList& list, const View& view, const Rect& rect) {
    const float em = view.frame.em;
    fill(list, rect, theme::panel, em * 0.35F);
    outline(list, rect, theme::border, std::max(1.0F, em * 0.05F), em * 0.35F);
    const float pad = std::min(em * 0.55F, rect.h * 0.06F + 1);
    return {rect.x + em * 0.6F, rect.y + pad, rect.w - em * 1.2F, rect.h - 2 * pad};
}

Click click_area(const char* id, const Rect& rect) {
    if (rect.empty()) return {};
    ImGui::SetCursorScreenPos(top_left(rect));
    const bool clicked = ImGui::InvisibleButton(id, {rect.w, rect.h});
    return {.hovered = ImGui::IsItemHovered(), .held = ImGui::IsItemActive(), .clicked = clicked};
}

bool word_button(ImDrawList& list, const View& view, const char* id, const Rect& rect,
                 const char* word, bool chosen) {
    const Click click = click_area(id, rect);
    const float em = view.frame.em;
    const Colour back = chosen ? theme::thread : click.hovered ? rgb(0xCFD6DD) : theme::outside;
    fill(list, rect, back, em * 0.3F);
    Pen pen(view.fonts->regular, chosen ? theme::thread_ink : theme::ink);
    pen.size = std::min(pen.size, rect.h * 0.7F);
    const float pad = std::min(em * 0.3F, rect.w * 0.12F);
    draw_line(list, pen, {rect.x + pad, rect.y, rect.w - 2 * pad, rect.h}, word, Align::centre);
    return click.clicked;
}

float whole_rows(float room, float row_h) {
    return std::max(1.0F, std::floor(room / row_h)) * row_h;
}

void tooltip(const char* words) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {8, 6});
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(ImGui::GetFontSize() * 30);
    ImGui::TextUnformatted(words);
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
    ImGui::PopStyleVar();
}

}  // namespace gui
