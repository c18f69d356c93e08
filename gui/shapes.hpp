// Drawing with Dear ImGui's draw list: the few shapes that the window is made of, and text that
// stays inside its rectangle.
#pragma once

#include <imgui.h>

#include <string_view>

#include "gui/geometry.hpp"
#include "gui/theme.hpp"

namespace gui {

[[nodiscard]] inline ImVec2 vec(Point p) {
    return {p.x, p.y};
}
[[nodiscard]] inline ImVec2 top_left(const Rect& r) {
    return {r.x, r.y};
}
[[nodiscard]] inline ImVec2 bottom_right(const Rect& r) {
    return {r.right(), r.bottom()};
}

enum class Align { left, centre, right };

// A font at a size; the size may be smaller than the one it was built for.
struct Pen {
    ImFont* font = nullptr;
    float size = 0;
    Colour colour = theme::ink;

    Pen(ImFont* f, Colour c) : font(f), size(f->FontSize), colour(c) {}
};

[[nodiscard]] float text_width(const Pen&, std::string_view);
// One line, vertically centred. Too long: smaller, down to 3/4; still too long: cut with an
// ellipsis. Returns the width that it took.
float draw_line(ImDrawList&, Pen, const Rect&, std::string_view, Align = Align::left);
// The same without becoming smaller: for lists, where ragged sizes would be noise.
float draw_list_line(ImDrawList&, const Pen&, const Rect&, std::string_view, Align = Align::left);
// Several lines, wrapped at words; too much: smaller, but not below `smallest` pixels (0: 3/4),
// then cut. From the top, or centred in height. Returns the height.
struct Wrapping {
    float smallest = 0;
    bool centred = false;
};
float draw_wrapped(ImDrawList&, Pen, const Rect&, std::string_view, Wrapping = {});
// The height that draw_wrapped would like to have at full size.
[[nodiscard]] float wrapped_height(const Pen&, float width, std::string_view);

void fill(ImDrawList&, const Rect&, Colour, float rounding = 0);
void outline(ImDrawList&, const Rect&, Colour, float thickness, float rounding = 0);
void dashed_outline(ImDrawList&, const Rect&, Colour, float thickness, float dash);
// Diagonal stripes inside the rectangle.
void hatch(ImDrawList&, const Rect&, Colour, float spacing, float thickness);
void rhombus(ImDrawList&, Point centre, float radius, Colour);
// A straight arrow with a filled head of `head` pixels.
void arrow(ImDrawList&, Point from, Point to, Colour, float thickness, float head);
// A tick in a disc, a filled rhombus with "≠", a square with "?": agreement by shape.
enum class Mark { agree, differ, undecided };
void draw_mark(ImDrawList&, Mark, Point centre, float radius);

}  // namespace gui
