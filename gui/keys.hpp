// Every key of the window, in one table: it drives the keyboard, the help overlay and a test that
// no key is bound twice.
#pragma once

#include <span>
#include <string_view>

#include "gui/text.hpp"
#include "gui/view.hpp"

namespace gui {

// Key numbers as the window reports them (GLFW's; window.cpp asserts that they are the same).
namespace key {
inline constexpr int none = 0, space = 32, minus = 45, digit_0 = 48, equal = 61;
inline constexpr int d = 68, l = 76, n = 78, r = 82, s = 83;
inline constexpr int escape = 256, enter = 257, tab = 258, backspace = 259;
inline constexpr int right = 262, left = 263, page_up = 266, page_down = 267;
inline constexpr int home = 268, end = 269, f1 = 290;
inline constexpr int pad_0 = 320, pad_subtract = 333, pad_add = 334;
}  // namespace key

struct KeyBinding {
    int key = key::none;  // a place on the keyboard …
    char character = 0;   // … or a character, wherever the layout has it
    bool shift = false, ctrl = false;
    std::string_view shown;  // "Shift →"
    Text meaning{};
    bool repeats = false;  // holding it down does it again
    void (*act)(UiState&, Requests&) = nullptr;
};

[[nodiscard]] std::span<const KeyBinding> key_bindings();

// Reads the keyboard of the current Dear ImGui frame.
void handle_keys(UiState&, Requests&);

}  // namespace gui
