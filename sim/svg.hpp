// A small writer of SVG: whole numbers only, so that a picture has the same bytes everywhere, and
// text that is escaped and fitted by the widths of DejaVu Sans, one of the widest common fonts, so
// that it fits in others too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sim {

struct SvgBox {
    int x = 0, y = 0, w = 0, h = 0;  // px
    [[nodiscard]] int right() const { return x + w; }
    [[nodiscard]] int bottom() const { return y + h; }
    [[nodiscard]] int middle_x() const { return x + w / 2; }
    [[nodiscard]] int middle_y() const { return y + h / 2; }
    [[nodiscard]] SvgBox inset(int by) const { return {x + by, y + by, w - 2 * by, h - 2 * by}; }
};

// How something is drawn: SVG presentation attributes.
struct SvgPaint {
    std::string_view fill = "none";
    std::string_view stroke = "none";
    int stroke_width = 0;
    std::string_view dash = "";       // "8 6"; empty: solid
    std::string_view css_class = "";  // "token" for what must not overlap
};

struct SvgFont {
    int size = 24;  // px
    bool bold = false;
    std::string_view colour = "#111418";
};

enum class SvgAnchor { start, middle, end };

// The width of the text in px, rounded up.
[[nodiscard]] int text_width(std::string_view text, const SvgFont&);
// The text, or its beginning and "…", whichever fits in `width` px.
[[nodiscard]] std::string shortened(std::string_view text, const SvgFont&, int width);
// The font, as much smaller as the text needs to fit in `width`, but not below `smallest` px.
[[nodiscard]] SvgFont fitting(std::string_view text, SvgFont, int width, int smallest);
// The text in at most `most` lines; what does not fit ends in "…".
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, const SvgFont&, int width,
                                               std::size_t most);
// Valid UTF-8 without control characters, with the characters that mean something in XML escaped.
[[nodiscard]] std::string escaped(std::string_view text);

class Svg {
public:
    Svg(int width, int height, std::string_view title);

    void rect(const SvgBox&, const SvgPaint&, int corner = 0);
    void line(int x0, int y0, int x1, int y1, const SvgPaint&);
    // With a head at the second point.
    void arrow(int x0, int y0, int x1, int y1, std::string_view colour);
    // Baseline at y.
    void text(int x, int y, std::string_view text, const SvgFont&,
              SvgAnchor anchor = SvgAnchor::start);
    // In the middle of the box, on one line.
    void text_in(const SvgBox&, std::string_view text, const SvgFont&);
    [[nodiscard]] std::string finished();

private:
    void paint(const SvgPaint&);

    std::string out_;
};

}  // namespace sim
