#include "gui/theme.hpp"

#include <imgui.h>

namespace gui {
namespace {

ImVec4 vec(Colour colour) {
    return ImGui::ColorConvertU32ToFloat4(colour);
}

}  // namespace

void apply_theme(float em) {
    ImGuiStyle style;
    ImGui::StyleColorsLight(&style);
    style.WindowPadding = {0, 0};
    style.WindowBorderSize = 0;
    style.WindowRounding = 0;
    style.FrameRounding = em * 0.3F;
    style.FramePadding = {em * 0.5F, em * 0.22F};
    style.ItemSpacing = {em * 0.4F, em * 0.25F};
    style.CellPadding = {em * 0.25F, em * 0.1F};
    style.ScrollbarSize = em * 0.6F;
    style.ScrollbarRounding = em * 0.3F;
    style.GrabMinSize = em * 0.9F;
    style.GrabRounding = em * 0.3F;
    style.PopupRounding = em * 0.3F;
    style.PopupBorderSize = 1;
    style.WindowMinSize = {1, 1};
    style.AntiAliasedLinesUseTex = false;
    style.CircleTessellationMaxError = 0.15F;
    style.Colors[ImGuiCol_Text] = vec(theme::ink);
    style.Colors[ImGuiCol_TextDisabled] = vec(theme::soft_ink);
    style.Colors[ImGuiCol_WindowBg] = vec(theme::window);
    style.Colors[ImGuiCol_ChildBg] = vec(theme::panel);
    style.Colors[ImGuiCol_PopupBg] = vec(theme::panel);
    style.Colors[ImGuiCol_Border] = vec(theme::border);
    style.Colors[ImGuiCol_FrameBg] = vec(theme::outside);
    style.Colors[ImGuiCol_FrameBgHovered] = vec(rgb(0xCFD6DD));
    style.Colors[ImGuiCol_FrameBgActive] = vec(rgb(0xC0C9D2));
    style.Colors[ImGuiCol_Button] = vec(theme::outside);
    style.Colors[ImGuiCol_ButtonHovered] = vec(rgb(0xCFD6DD));
    style.Colors[ImGuiCol_ButtonActive] = vec(rgb(0xB9C3CD));
    style.Colors[ImGuiCol_SliderGrab] = vec(theme::thread);
    style.Colors[ImGuiCol_SliderGrabActive] = vec(theme::thread_dark);
    style.Colors[ImGuiCol_Header] = vec(theme::current);
    style.Colors[ImGuiCol_HeaderHovered] = vec(rgb(0xE3EEF6));
    style.Colors[ImGuiCol_HeaderActive] = vec(rgb(0xCFE3F1));
    style.Colors[ImGuiCol_TableRowBg] = vec(theme::panel);
    style.Colors[ImGuiCol_TableRowBgAlt] = vec(theme::place);
    style.Colors[ImGuiCol_ScrollbarBg] = vec(theme::panel);
    style.Colors[ImGuiCol_ScrollbarGrab] = vec(theme::border);
    ImGui::GetStyle() = style;
}

}  // namespace gui
