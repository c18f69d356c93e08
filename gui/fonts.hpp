// The fonts of the window at the sizes of its layout, in one atlas: rebuilt when a size changes.
#pragma once

#include <string>
#include <vector>

#include "gui/frame_layout.hpp"

struct ImFont;

namespace gui {

struct Fonts {
    ImFont* regular = nullptr;  // body text
    ImFont* bold = nullptr;
    ImFont* title = nullptr;     // bold, larger
    ImFont* sentence = nullptr;  // the sentence of the card, larger
    ImFont* stage = nullptr;     // regular, at the size of the stages
    ImFont* stage_bold = nullptr;
    ImFont* gate = nullptr;  // digits of "2 / 4"
};

// Where the font files are; empty when they were found nowhere.
struct FontFiles {
    std::string regular, bold;
};

// Looks at the place known when the program was built, then at the usual places. Without a file
// the window uses Dear ImGui's own small font; the caller says so.
[[nodiscard]] FontFiles find_fonts();

// Fills the current context's atlas (which must not be locked) and builds its pixels.
[[nodiscard]] Fonts build_fonts(const FontFiles&, const FrameLayout&);

}  // namespace gui
