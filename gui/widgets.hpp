// Small things that panels share: a white area, an invisible button, a drawn button.
#pragma once

#include <imgui.h>

#include "gui/shapes.hpp"
#include "gui/view.hpp"

namespace gui {

// A white rounded area; returns what is left inside its padding.
Rect panel_area(ImDrawList&, const View&, const Rect&);

struct Click {
    bool hovered = false, held = false, clicked = false;
};
// An area that can be clicked; draws nothing.
[[nodiscard]] Click click_area(const char* id, const Rect&);
// A button with a word on it.
[[nodiscard]] bool word_button(ImDrawList&, const View&, const char* id, const Rect&,
                               const char* word, bool chosen = false);
// The height of as many whole rows as there is room for, so that no list begins in mid-row.
[[nodiscard]] float whole_rows(float room, float row_h);
void tooltip(const char* words);

}  // namespace gui
