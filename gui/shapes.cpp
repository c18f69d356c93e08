#include "gui/shapes.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string>

namespace gui {
namespace {

constexpr float kSmallest = 0.75F;  // text shrinks to this before it is cut

ImVec2 measure(const Pen& pen, std::string_view text, float wrap = 0) {
    return pen.font->CalcTextSizeA(pen.size, FLT_MAX, wrap, text.data(), text.data() + text.size());
}

// Backs up to the start of a UTF-8 sequence.
std::size_t whole_characters(std::string_view text, std::size_t n) {
    while (n > 0 && n < text.size() && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) --n;
    return n;
}

// The number at the end of a thread's name, which tells it from its siblings; "" of a sentence.
std::string_view number_of_name(std::string_view text) {
    if (text.find(' ') != std::string_view::npos) return {};
    const std::size_t last = text.find_last_not_of("0123456789");
    return last == std::string_view::npos ? std::string_view() : text.substr(last + 1);
}

// The longest start of the text that fits together with an ellipsis, by halving. The number of a
// thread stays.
template <class Fits>
std::string cut(std::string_view text, Fits fits) {
    const std::string end = "\xE2\x80\xA6" + std::string(number_of_name(text));
    std::size_t low = 0, high = text.size();
    while (low < high) {
        const std::size_t middle = (low + high + 1) / 2;
        if (fits(std::string(text.substr(0, whole_characters(text, middle))) + end)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    std::string result(text.substr(0, whole_characters(text, low)));
    while (!result.empty() && result.back() == ' ') result.pop_back();
    return result + end;
}

void put(ImDrawList& list, const Pen& pen, float x, float y, std::string_view text,
         float wrap = 0) {
    list.AddText(pen.font, pen.size, {std::round(x), std::round(y)}, pen.colour, text.data(),
                 text.data() + text.size(), wrap);
}

}  // namespace

float text_width(const Pen& pen, std::string_view text) {
    return measure(pen, text).x;
}

namespace {

float draw_shrinking(ImDrawList& list, Pen pen, const Rect& rect, std::string_view text,
                     Align align, float smallest) {
    if (rect.empty() || text.empty()) return 0;
    float w = measure(pen, text).x;
    std::string shortened;
    if (w > rect.w) {
        pen.size *= std::max(smallest, rect.w / w * 0.995F);
        w = measure(pen, text).x;
        if (w > rect.w) {
            shortened =
                cut(text, [&](const std::string& s) { return measure(pen, s).x <= rect.w; });
            text = shortened;
            w = measure(pen, text).x;
        }
    }
    float x = rect.x;
    if (align == Align::centre) x = rect.centre().x - w / 2;
    if (align == Align::right) x = rect.right() - w;
    put(list, pen, x, rect.centre().y - pen.size / 2, text);
    return w;
}

}  // namespace

float draw_line(ImDrawList& list, Pen pen, const Rect& rect, std::string_view text, Align align) {
    return draw_shrinking(list, pen, rect, text, align, kSmallest);
}

float draw_list_line(ImDrawList& list, const Pen& pen, const Rect& rect, std::string_view text,
                     Align align) {
    return draw_shrinking(list, pen, rect, text, align, 1);
}

float draw_wrapped(ImDrawList& list, Pen pen, const Rect& rect, std::string_view text,
                   Wrapping wrapping) {
    if (rect.empty() || text.empty()) return 0;
    float smallest = pen.size * kSmallest;
    if (wrapping.smallest > 0) smallest = std::min(smallest, wrapping.smallest);
    ImVec2 size = measure(pen, text, rect.w);
    while (size.y > rect.h + 0.5F && pen.size > smallest) {
        pen.size = std::max(smallest, pen.size * 0.97F);
        size = measure(pen, text, rect.w);
    }
    std::string shortened;
    if (size.y > rect.h + 0.5F) {
        if (rect.h < pen.size * 0.9F) return 0;
        shortened = cut(
            text, [&](const std::string& s) { return measure(pen, s, rect.w).y <= rect.h + 0.5F; });
        text = shortened;
        size = measure(pen, text, rect.w);
    }
    const float y = wrapping.centred ? rect.y + (rect.h - size.y) / 2 : rect.y;
    put(list, pen, rect.x, y, text, rect.w);
    return size.y;
}

float wrapped_height(const Pen& pen, float width, std::string_view text) {
    return measure(pen, text, width).y;
}

void fill(ImDrawList& list, const Rect& r, Colour colour, float rounding) {
    list.AddRectFilled(top_left(r), bottom_right(r), colour, rounding);
}

void outline(ImDrawList& list, const Rect& r, Colour colour, float thickness, float rounding) {
    const Rect in = r.inset(thickness / 2);
    list.AddRect(top_left(in), bottom_right(in), colour, rounding, 0, thickness);
}

void dashed_outline(ImDrawList& list, const Rect& r, Colour colour, float thickness, float dash) {
    const Rect in = r.inset(thickness / 2);
    const Point corners[] = {
        {in.x, in.y}, {in.right(), in.y}, {in.right(), in.bottom()}, {in.x, in.bottom()}};
    for (int side = 0; side < 4; ++side) {
        const Point a = corners[side], b = corners[(side + 1) % 4];
        const float length = std::abs(b.x - a.x) + std::abs(b.y - a.y);
        // An odd number of equal dashes and gaps, so that every corner is drawn.
        const int pieces = 2 * std::max(1, static_cast<int>(length / (2 * dash))) + 1;
        for (int i = 0; i < pieces; i += 2) {
            const float from = static_cast<float>(i) / static_cast<float>(pieces);
            const float to = static_cast<float>(i + 1) / static_cast<float>(pieces);
            list.AddLine({mix(a.x, b.x, from), mix(a.y, b.y, from)},
                         {mix(a.x, b.x, to), mix(a.y, b.y, to)}, colour, thickness);
        }
    }
}

void hatch(ImDrawList& list, const Rect& r, Colour colour, float spacing, float thickness) {
    // The line x + y = c, cut to the rectangle.
    for (float c = r.x + r.y + spacing / 2; c < r.right() + r.bottom(); c += spacing) {
        const float x0 = std::max(r.x, c - r.bottom());
        const float x1 = std::min(r.right(), c - r.y);
        if (x1 > x0) list.AddLine({x0, c - x0}, {x1, c - x1}, colour, thickness);
    }
}

void rhombus(ImDrawList& list, Point c, float radius, Colour colour) {
    list.AddQuadFilled({c.x, c.y - radius}, {c.x + radius, c.y}, {c.x, c.y + radius},
                       {c.x - radius, c.y}, colour);
}

void arrow(ImDrawList& list, Point from, Point to, Colour colour, float thickness, float head) {
    const float dx = to.x - from.x, dy = to.y - from.y;
    const float length = std::sqrt(dx * dx + dy * dy);
    if (length < 1) return;
    const float ux = dx / length, uy = dy / length;
    const Point base{to.x - ux * head, to.y - uy * head};
    list.AddLine(vec(from), vec(base), colour, thickness);
    list.AddTriangleFilled(vec(to), {base.x - uy * head * 0.6F, base.y + ux * head * 0.6F},
                           {base.x + uy * head * 0.6F, base.y - ux * head * 0.6F}, colour);
}

void draw_mark(ImDrawList& list, Mark mark, Point c, float radius) {
    const Colour white = theme::thread_ink;
    const float line = std::max(1.5F, radius * 0.22F);
    switch (mark) {
        case Mark::agree:
            list.AddCircleFilled(vec(c), radius, theme::agree);
            list.AddLine({c.x - radius * 0.45F, c.y + radius * 0.02F},
                         {c.x - radius * 0.1F, c.y + radius * 0.38F}, white, line);
            list.AddLine({c.x - radius * 0.13F, c.y + radius * 0.38F},
                         {c.x + radius * 0.48F, c.y - radius * 0.35F}, white, line);
            break;
        case Mark::differ:
            rhombus(list, c, radius * 1.12F, theme::differ);
            list.AddLine({c.x, c.y - radius * 0.5F}, {c.x, c.y + radius * 0.12F}, white, line);
            list.AddCircleFilled({c.x, c.y + radius * 0.45F}, line * 0.62F, white);
            break;
        case Mark::undecided: {
            const Rect square{c.x - radius * 0.9F, c.y - radius * 0.9F, radius * 1.8F,
                              radius * 1.8F};
            fill(list, square, theme::undecided, radius * 0.25F);
            for (int i = -1; i <= 1; ++i) {
                list.AddCircleFilled({c.x + static_cast<float>(i) * radius * 0.5F, c.y},
                                     radius * 0.16F, white);
            }
            break;
        }
    }
}

}  // namespace gui
