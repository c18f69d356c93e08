#include "sim/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "sim/utf8.hpp"

namespace sim {
namespace {

// Advance widths of the characters 32 … 126 in thousandths of the font size.
constexpr std::array<int, 95> kWidths = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};

int advance(char32_t c) {
    if (c >= 32 && c < 127) return kWidths[c - 32];
    return 1000;
}

template <class Visit>
void each_char(std::string_view text, Visit&& visit) {
    while (!text.empty()) {
        const Utf8Char c = decode_utf8(text);
        visit(c, text.substr(0, c.length));
        text.remove_prefix(c.length);
    }
}

// Characters that XML 1.0 does not allow.
bool forbidden(const Utf8Char& c) {
    return !c.valid || c.code < 0x20 || c.code == 0x7F || c.code == 0xFFFE || c.code == 0xFFFF;
}

std::string_view anchor_name(SvgAnchor anchor) {
    switch (anchor) {
        case SvgAnchor::start: return "start";
        case SvgAnchor::middle: return "middle";
        case SvgAnchor::end: return "end";
    }
    return {};
}

}  // namespace

int text_width(std::string_view text, const SvgFont& font) {
    long thousandths = 0;
    each_char(text, [&](const Utf8Char& c, std::string_view) { thousandths += advance(c.code); });
    // Bold letters are wider, narrow ones most of all.
    if (font.bold) thousandths += thousandths / 8;
    return static_cast<int>((thousandths * font.size + 999) / 1000);
}

std::string shortened(std::string_view text, const SvgFont& font, int width) {
    if (text_width(text, font) <= width) return std::string(text);
    std::string kept;
    bool full = false;
    each_char(text, [&](const Utf8Char&, std::string_view bytes) {
        if (full) return;
        full = text_width(kept + std::string(bytes) + "…", font) > width;
        if (!full) kept += bytes;
    });
    return kept + "…";
}

SvgFont fitting(std::string_view text, SvgFont font, int width, int smallest) {
    while (font.size > smallest && text_width(text, font) > width) --font.size;
    return font;
}

std::vector<std::string> wrapped(std::string_view text, const SvgFont& font, int width,
                                 std::size_t most) {
    std::vector<std::string> lines;
    std::string line;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        const std::string longer =
            line.empty() ? std::string(word) : line + " " + std::string(word);
        if (text_width(longer, font) > width && !line.empty()) {
            if (lines.size() + 1 == most) {
                lines.push_back(shortened(line + " " + std::string(text), font, width));
                return lines;
            }
            lines.push_back(std::move(line));
            line = word;
        } else {
            line = longer;
        }
        text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
    if (!line.empty()) lines.push_back(line);
    for (std::string& each : lines) each = shortened(each, font, width);
    return lines;
}

std::string escaped(std::string_view text) {
    std::string out;
    each_char(text, [&](const Utf8Char& c, std::string_view bytes) {
        if (forbidden(c))
            out += "\xEF\xBF\xBD";
        else if (c.code == '<')
            out += "&lt;";
        else if (c.code == '>')
            out += "&gt;";
        else if (c.code == '&')
            out += "&amp;";
        else if (c.code == '"')
            out += "&quot;";
        else
            out += bytes;
    });
    return out;
}

Svg::Svg(int width, int height, std::string_view title) {
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" font-family=\"'DejaVu Sans', Verdana, Arial, sans-serif\" role=\"img\">\n"
        "<title>{2}</title>\n"
        "<defs><pattern id=\"hatch\" width=\"12\" height=\"12\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><rect width=\"12\" height=\"12\" fill=\"#F7E3EE\"/>"
        "<rect width=\"4\" height=\"12\" fill=\"#E3B3CF\"/></pattern></defs>\n"
        "<rect x=\"0\" y=\"0\" width=\"{0}\" height=\"{1}\" fill=\"#FFFFFF\"/>\n",
        width, height, escaped(title));
}

void Svg::paint(const SvgPaint& paint) {
    out_ += fmt::format(" fill=\"{}\"", paint.fill);
    if (paint.stroke_width > 0)
        out_ += fmt::format(" stroke=\"{}\" stroke-width=\"{}\"", paint.stroke, paint.stroke_width);
    if (!paint.dash.empty()) out_ += fmt::format(" stroke-dasharray=\"{}\"", paint.dash);
    if (!paint.css_class.empty()) out_ += fmt::format(" class=\"{}\"", paint.css_class);
    out_ += "/>\n";
}

void Svg::rect(const SvgBox& box, const SvgPaint& style, int corner) {
    out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", box.x, box.y, box.w,
                        box.h);
    if (corner > 0) out_ += fmt::format(" rx=\"{}\"", corner);
    paint(style);
}

void Svg::line(int x0, int y0, int x1, int y1, const SvgPaint& style) {
    out_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke-linecap=\"round\"",
                        x0, y0, x1, y1);
    paint(style);
}

void Svg::arrow(int x0, int y0, int x1, int y1, std::string_view colour) {
    constexpr int head = 12, half = 9;
    const int dx = x1 == x0 ? 0 : (x1 > x0 ? 1 : -1), dy = y1 == y0 ? 0 : (y1 > y0 ? 1 : -1);
    const SvgPaint shaft{.stroke = colour, .stroke_width = 5};
    line(x0, y0, x1 - dx * head, y1 - dy * head, shaft);
    const int bx = x1 - dx * head, by = y1 - dy * head;
    out_ += fmt::format("<polygon points=\"{},{} {},{} {},{}\"", x1, y1, bx + dy * half,
                        by + dx * half, bx - dy * half, by - dx * half);
    paint({.fill = colour});
}

void Svg::text(int x, int y, std::string_view words, const SvgFont& font, SvgAnchor anchor) {
    out_ += fmt::format(
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{} text-anchor=\"{}\" fill=\"{}\">{}"
        "</text>\n",
        x, y, font.size, font.bold ? " font-weight=\"bold\"" : "", anchor_name(anchor), font.colour,
        escaped(words));
}

void Svg::text_in(const SvgBox& box, std::string_view words, const SvgFont& font) {
    // Capitals and digits are 0.73 of the font size high.
    text(box.middle_x(), box.middle_y() + font.size * 365 / 1000, words, font, SvgAnchor::middle);
}

std::string Svg::finished() {
    return out_ + "</svg>\n";
}

}  // namespace sim
