// The help overlay: every key, from the table that handles them, and what the shapes mean.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "gui/keys.hpp"
#include "gui/panels.hpp"
#include "gui/stage_draw.hpp"
#include "gui/text.hpp"
#include "gui/widgets.hpp"

namespace gui {
namespace {

// "→  Page Down  ." for keys that mean the same.
std::vector<std::pair<std::string, Text>> lines_of_help() {
    std::vector<std::pair<std::string, Text>> lines;
    for (const KeyBinding& binding : key_bindings()) {
        if (binding.shown.empty()) continue;
        if (!lines.empty() && lines.back().second == binding.meaning) {
            lines.back().first += "   " + std::string(binding.shown);
        } else {
            lines.emplace_back(binding.shown, binding.meaning);
        }
    }
    return lines;
}

constexpr std::array<std::pair<Look, Text>, 6> kLegend = {{
    {Look::packet, Text::legend_packet},
    {Look::running, Text::legend_running},
    {Look::waiting, Text::legend_waiting},
    {Look::paused, Text::legend_paused},
    {Look::empty_hand, Text::legend_hand},
    {Look::calling, Text::legend_calling},
}};

void draw_legend(ImDrawList& list, const View& view, Rect row, float text_x) {
    for (const auto& [look, meaning] : kLegend) {
        Token token;
        token.look = look;
        token.is_packet = look == Look::packet || look == Look::empty_hand;
        token.label = std::string(look == Look::packet ? "5" : token.is_packet ? "" : "T4");
        const float side = row.h * 0.82F;
        const float w = token.is_packet ? side : side * 1.3F;
        token.rect = {row.x + (side * 1.3F - w) / 2, row.y + (row.h - side) / 2, w, side};
        draw_token(list, *view.fonts, token, side / 1.9F, 1);
        draw_line(list, Pen(view.fonts->regular, theme::ink),
                  {text_x, row.y, row.right() - text_x, row.h}, text(meaning));
        row.y += row.h;
    }
}

}  // namespace

void draw_help(const View& view, UiState& ui, Requests&) {
    if (!ui.help) return;
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const FrameLayout& frame = view.frame;
    fill(list, {0, 0, frame.width, frame.height}, rgb(0x111418, 0xA0));
    const auto lines = lines_of_help();
    // Title, keys, a gap, the legend's title and lines, and the closing line, in one column.
    const auto rows = static_cast<float>(lines.size() + kLegend.size()) + 4.2F;
    const float margin = frame.gap * 1.5F;
    const float row_h = std::min(frame.em * 1.5F, (frame.height - 4 * margin) / rows);
    const float w = std::min(frame.width - 2 * margin, row_h * 32);
    const float h = rows * row_h + 2 * margin;
    const Rect panel{(frame.width - w) / 2, (frame.height - h) / 2, w, h};
    fill(list, panel, theme::panel, frame.em * 0.4F);
    outline(list, panel, theme::strong_border, 2, frame.em * 0.4F);
    Rect row{panel.x + 1.5F * margin, panel.y + margin, panel.w - 3 * margin, row_h};
    const float text_x = row.x + row.w * 0.32F;
    Pen bold(view.fonts->bold, theme::ink), regular(view.fonts->regular, theme::ink);
    bold.size = regular.size = std::min(frame.em, row_h / 1.28F);
    const auto next = [&](float by = 1) { row.y += row_h * by; };
    Pen title = bold;
    title.size = row_h;
    draw_line(list, title, row, text(Text::help_title));
    draw_line(list, regular, row, text(Text::help_close), Align::right);
    next(1.3F);
    for (const auto& [keys, meaning] : lines) {
        draw_line(list, bold, {row.x, row.y, text_x - row.x - margin, row.h}, keys);
        draw_line(list, regular, {text_x, row.y, row.right() - text_x, row.h}, text(meaning));
        next();
    }
    next(0.5F);
    draw_line(list, title, row, text(Text::legend_title));
    next(1.3F);
    draw_legend(list, view, row, text_x);
    if (ImGui::IsMouseClicked(0)) ui.help = false;
}

}  // namespace gui
