// One panel of a plot: axes with ticks, and lines with error bars. Drawn large: a plot is shown to
// a class.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/estimate.hpp"
#include "sim/svg.hpp"

namespace sim {

struct PlotLine {
    std::vector<Estimate> at;  // one per place; no mark where there is no value
};

struct Plot {
    std::string title;
    std::string subtitle;
    std::string y_unit;  // written at the top of the axis; empty for counts
    std::string x_title;
    std::vector<std::string> x_labels;
    std::vector<double> x_places;  // of the labels, 0 … 1, ascending
    std::vector<PlotLine> lines;
};

// More lines than that cannot be told apart.
inline constexpr std::size_t kMaxPlotLines = 21;

void draw_plot(Svg&, const SvgBox&, const Plot&);
// How this one of so many lines looks, in the middle of the box; for legends.
void draw_line_sample(Svg&, const SvgBox&, std::size_t line, std::size_t lines);

// Round numbers from the largest not above `low` to the smallest not below `high`; `low` itself
// becomes 0 unless all values are close together. At most 9.
struct Ticks {
    std::vector<double> at;
    int decimals = 0;
};
[[nodiscard]] Ticks ticks_for(double low, double high);

}  // namespace sim
