#include "sim/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace sim {
namespace {

constexpr SvgFont kTitleFont{.size = 28, .bold = true};
constexpr SvgFont kSubtitleFont{.size = 24, .colour = "#3A4048"};
constexpr SvgFont kLabelFont{.size = 24};
constexpr std::string_view kInk = "#111418", kGrid = "#D5D9DE";

// Colours that people with any kind of colour vision tell apart (Okabe and Ito), without yellow,
// which is not seen on white.
constexpr std::array<std::string_view, 7> kColours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                      "#56B4E9", "#E69F00", "#111418"};
constexpr std::array<std::string_view, 3> kDashes = {"", "14 10", "3 9"};

// How a line looks. Earlier lines are wider and have larger marks, so that they are seen below
// later ones that have the same values.
struct Look {
    std::string_view colour, dash;
    int width = 4;
    int mark = 8;  // half of its size
    bool hollow = false, square = false;
};

Look look_of(std::size_t line, std::size_t lines) {
    const int below = static_cast<int>(std::min<std::size_t>(lines - line - 1, 2));
    return {.colour = kColours[line % kColours.size()],
            .dash = kDashes[line / kColours.size() % kDashes.size()],
            .width = 4 + 4 * below,
            .mark = 8 + 4 * below,
            .hollow = line % 4 >= 2,
            .square = line % 2 == 1};
}

int rounded(double value) {
    return static_cast<int>(value < 0 ? value - 0.5 : value + 0.5);
}

void draw_mark(Svg& svg, int x, int y, const Look& look) {
    const SvgPaint paint{
        .fill = look.hollow ? "#FFFFFF" : look.colour, .stroke = look.colour, .stroke_width = 4};
    svg.rect({x - look.mark, y - look.mark, 2 * look.mark, 2 * look.mark}, paint,
             look.square ? 0 : look.mark);
}

struct Range {
    double low = 0, high = 0;
    bool any = false;
};

Range range_of(const Plot& plot) {
    Range range;
    for (const PlotLine& line : plot.lines)
        for (const Estimate& each : line.at) {
            if (each.n == 0) continue;
            const double half = each.n > 1 ? each.half : 0;
            range.low = range.any ? std::min(range.low, each.mean - half) : each.mean - half;
            range.high = range.any ? std::max(range.high, each.mean + half) : each.mean + half;
            range.any = true;
        }
    return range;
}

// From values to pixels.
struct Area {
    SvgBox box;
    double low = 0, high = 1;

    [[nodiscard]] int x(double place) const { return box.x + rounded(place * box.w); }
    [[nodiscard]] int y(double value) const {
        return box.bottom() - rounded((value - low) / (high - low) * box.h);
    }
};

std::string tick_text(double value, int decimals) {
    return fmt::format("{:.{}f}", value, decimals);
}

void draw_y_axis(Svg& svg, const Area& area, const Ticks& ticks, const Plot& plot) {
    for (const double value : ticks.at) {
        const int y = area.y(value);
        svg.line(area.box.x, y, area.box.right(), y, {.stroke = kGrid, .stroke_width = 2});
        svg.text(area.box.x - 16, y + 9, tick_text(value, ticks.decimals), kLabelFont,
                 SvgAnchor::end);
    }
    svg.line(area.box.x, area.box.y, area.box.x, area.box.bottom(),
             {.stroke = kInk, .stroke_width = 3});
    if (!plot.y_unit.empty())
        svg.text(area.box.x - 16, area.box.y - 18, plot.y_unit, kLabelFont, SvgAnchor::end);
    if (ticks.at.front() > 0)
        svg.text(area.box.right(), area.box.y - 18,
                 fmt::format("the axis begins at {}", tick_text(ticks.at.front(), ticks.decimals)),
                 kSubtitleFont, SvgAnchor::end);
}

// Labels that would touch the one before are left out; their ticks stay.
void draw_x_axis(Svg& svg, const Area& area, const Plot& plot) {
    const int base = area.box.bottom();
    svg.line(area.box.x, base, area.box.right(), base, {.stroke = kInk, .stroke_width = 3});
    int free = 0;
    for (std::size_t i = 0; i < plot.x_labels.size(); ++i) {
        const int x = area.x(0.04 + 0.92 * plot.x_places[i]);
        svg.line(x, base, x, base + 8, {.stroke = kInk, .stroke_width = 3});
        const std::string label = shortened(plot.x_labels[i], kLabelFont, 220);
        const int half = text_width(label, kLabelFont) / 2;
        if (x - half < free) continue;
        free = x + half + 12;
        svg.text(x, base + 38, label, kLabelFont, SvgAnchor::middle);
    }
    svg.text(area.box.middle_x(), base + 78, shortened(plot.x_title, kLabelFont, area.box.w),
             kLabelFont, SvgAnchor::middle);
}

void draw_error_bar(Svg& svg, const Area& area, int x, const Estimate& at, const Look& look) {
    if (at.n < 2 || at.half == 0) return;
    constexpr int cap = 9;
    const int top = area.y(at.mean + at.half), bottom = area.y(at.mean - at.half);
    const SvgPaint paint{.stroke = look.colour, .stroke_width = 3};
    svg.line(x, top, x, bottom, paint);
    svg.line(x - cap, top, x + cap, top, paint);
    svg.line(x - cap, bottom, x + cap, bottom, paint);
}

void draw_line(Svg& svg, const Area& area, const Plot& plot, std::size_t line) {
    const std::vector<Estimate>& at = plot.lines[line].at;
    const auto x = [&](std::size_t i) { return area.x(0.04 + 0.92 * plot.x_places[i]); };
    const Look look = look_of(line, plot.lines.size());
    const SvgPaint stroke{.stroke = look.colour, .stroke_width = look.width, .dash = look.dash};
    std::size_t before = at.size();
    for (std::size_t i = 0; i < at.size(); ++i) {
        if (at[i].n == 0) continue;
        if (before < at.size())
            svg.line(x(before), area.y(at[before].mean), x(i), area.y(at[i].mean), stroke);
        before = i;
    }
    for (std::size_t i = 0; i < at.size(); ++i) {
        if (at[i].n == 0) continue;
        draw_error_bar(svg, area, x(i), at[i], look);
        draw_mark(svg, x(i), area.y(at[i].mean), look);
    }
}

}  // namespace

Ticks ticks_for(double low, double high) {
    if (low > 0 && low < 0.6 * high) low = 0;
    if (!(high > low)) {
        // All values are the same: an axis from 0, or around 0.
        low = std::min(low, 0.0);
        high = std::max(high, low == 0 && high == 0 ? 1.0 : 0.0);
    }
    const double wanted = (high - low) / 7;
    double step = 1;
    int decimals = 0;
    while (step > wanted && decimals < 12) {
        step /= 10;
        ++decimals;
    }
    while (step * 10 <= wanted) step *= 10;
    for (const double factor : {2.0, 2.5, 2.0})
        if (step < wanted) step *= factor;  // 1, 2, 5, 10
    if (decimals > 0 && step >= 0.99) decimals = 0;
    Ticks ticks;
    ticks.decimals = decimals;
    // Counted in steps, so that a tick is a multiple of the step and not a sum of roundings.
    auto at = static_cast<std::int64_t>(low / step);
    while (static_cast<double>(at) * step > low) --at;
    for (;; ++at) {
        ticks.at.push_back(static_cast<double>(at) * step);
        if (ticks.at.back() >= high || ticks.at.size() == 12) return ticks;
    }
}

void draw_plot(Svg& svg, const SvgBox& box, const Plot& plot) {
    svg.text(box.x + 8, box.y + 32, shortened(plot.title, kTitleFont, box.w - 16), kTitleFont);
    const SvgFont font = fitting(plot.subtitle, kSubtitleFont, box.w - 16, 20);
    svg.text(box.x + 8, box.y + 66, shortened(plot.subtitle, font, box.w - 16), font);
    const Range range = range_of(plot);
    const Ticks ticks = ticks_for(range.low, range.high);
    int labels = text_width(plot.y_unit, kLabelFont);
    for (const double value : ticks.at)
        labels = std::max(labels, text_width(tick_text(value, ticks.decimals), kLabelFont));
    const int left = labels + 36, top = 130, below = 100;
    const Area area{{box.x + left, box.y + top, box.w - left - 20, box.h - top - below},
                    ticks.at.front(),
                    ticks.at.back()};
    draw_y_axis(svg, area, ticks, plot);
    draw_x_axis(svg, area, plot);
    if (!range.any) svg.text_in(area.box, "no run has a value", kLabelFont);
    for (std::size_t i = 0; i < plot.lines.size(); ++i) draw_line(svg, area, plot, i);
}

void draw_line_sample(Svg& svg, const SvgBox& box, std::size_t line, std::size_t lines) {
    const Look look = look_of(line, lines);
    svg.line(box.x, box.middle_y(), box.right(), box.middle_y(),
             {.stroke = look.colour, .stroke_width = look.width, .dash = look.dash});
    draw_mark(svg, box.middle_x(), box.middle_y(), look);
}

}  // namespace sim
