#include <imgui.h>

#include "gui/keys.hpp"
#include "gui/panels.hpp"
#include "gui/theme.hpp"

namespace gui {

void draw_frame(const View& view, UiState& ui, Requests& requests) {
    handle_keys(ui, requests);
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({view.frame.width, view.frame.height});
    constexpr ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                       ImGuiWindowFlags_NoSavedSettings |
                                       ImGuiWindowFlags_NoBringToFrontOnFocus |
                                       ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse;
    if (ImGui::Begin("iocpscope", nullptr, flags)) {
        for (const Panel& panel : kPanels) {
            ImGui::PushID(panel.name);
            panel.draw(view, ui, requests);
            ImGui::PopID();
        }
    }
    ImGui::End();
}

}  // namespace gui
