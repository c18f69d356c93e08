// Every panel: a free function in a file of its own that draws inside one rectangle of the frame.
// They keep no state of their own, call no other panel, and speak only through requests.
#pragma once

#include "gui/view.hpp"

namespace gui {

void draw_top(const View&, UiState&, Requests&);
void draw_stages(const View&, UiState&, Requests&);
void draw_measure(const View&, UiState&, Requests&);  // the right stage while nothing is there
void draw_card(const View&, UiState&, Requests&);
void draw_events(const View&, UiState&, Requests&);
void draw_dispatches(const View&, UiState&, Requests&);
void draw_transport(const View&, UiState&, Requests&);
void draw_gated(const View&, UiState&, Requests&);  // instead of the transport, while stepping
void draw_help(const View&, UiState&, Requests&);

struct Panel {
    const char* name;
    void (*draw)(const View&, UiState&, Requests&);
};
inline constexpr Panel kPanels[] = {
    {"top", draw_top},
    {"stages", draw_stages},
    {"measure", draw_measure},
    {"card", draw_card},
    {"events", draw_events},
    {"dispatches", draw_dispatches},
    {"transport", draw_transport},
    {"gated", draw_gated},
    {"help", draw_help},
};

// The whole window: keys, then every panel, in one Dear ImGui window of the size of the display.
void draw_frame(const View&, UiState&, Requests&);

}  // namespace gui
