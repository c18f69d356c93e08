#include "sim/sweep_svg.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/plot.hpp"
#include "sim/sweep_table.hpp"

namespace sim {
namespace {

constexpr int kWidth = 1600, kMargin = 24, kTop = 84, kPanelHeight = 600, kLonePanel = 720;
constexpr int kLegendRow = 42, kSample = 64, kFooter = 56;
constexpr SvgFont kTitleFont{.size = 38, .bold = true};
constexpr SvgFont kFont{.size = 24};

// How many points follow one another with the same value of the first key: the lines.
std::size_t lines_of(const SweepPlan& plan) {
    return plan.varied.empty() ? 1 : plan.points() / plan.varied.front().values.size();
}

// "8", or "thread.T.count = 8, machine.processors = 4" when there are several keys.
std::string line_name(const SweepPlan& plan, std::size_t line) {
    std::string text;
    const Overrides settings = plan.overrides(line);
    for (std::size_t i = 1; i < settings.size(); ++i) {
        if (settings.size() > 2)
            text += fmt::format("{}{} = ", text.empty() ? "" : ", ", settings[i].first);
        text += settings[i].second;
    }
    return text;
}

// Draws the legend and returns how high it is.
int draw_legend(Svg& svg, const SweepPlan& plan, std::size_t shown) {
    const std::size_t lines = lines_of(plan);
    if (lines == 1) return 0;
    int x = kMargin + 8, y = kTop + 20;
    if (plan.varied.size() == 2) {
        const std::string key = shortened(plan.varied[1].key + ":", kFont, kWidth / 2);
        svg.text(x, y + 9, key, kFont);
        x += text_width(key, kFont) + 28;
    }
    const int start = x;
    for (std::size_t line = 0; line < shown; ++line) {
        const std::string name =
            shortened(line_name(plan, line), kFont, kWidth - start - kSample - 2 * kMargin);
        const int width = kSample + 12 + text_width(name, kFont) + 36;
        if (x + width > kWidth - kMargin && x > start) {
            x = start;
            y += kLegendRow;
        }
        draw_line_sample(svg, {x, y, kSample, 0}, line, shown);
        svg.text(x + kSample + 12, y + 9, name, kFont);
        x += width;
    }
    if (shown < lines) {
        y += kLegendRow;
        svg.text(kMargin + 8, y + 9,
                 fmt::format("{} more lines are not drawn: they could not be told apart. The CSV "
                             "has all.",
                             lines - shown),
                 kFont);
    }
    return y + kLegendRow - kTop;
}

int legend_height(const SweepPlan& plan, std::size_t shown) {
    Svg scratch(1, 1, "");
    return draw_legend(scratch, plan, shown);
}

Estimate scaled(Estimate estimate, double factor) {
    estimate.mean *= factor;
    estimate.half *= factor;
    return estimate;
}

Plot plot_of(const Sweep& sweep, Metric metric, std::size_t shown) {
    const SweepPlan& plan = sweep.plan;
    const std::size_t lines = lines_of(plan);
    const std::vector<std::string> labels =
        plan.varied.empty() ? std::vector<std::string>{"as written"} : plan.varied.front().values;
    double largest = 0;
    for (std::size_t point = 0; point < plan.points(); ++point) {
        const Estimate at = sweep.at(point, metric);
        if (at.n > 0) largest = std::max(largest, at.mean);
    }
    const Scale scale = scale_for(info(metric).unit, largest);
    Plot plot{.title = std::string(info(metric).name),
              .subtitle = std::string(info(metric).meaning),
              .y_unit = std::string(scale.unit),
              .x_title = plan.varied.empty() ? "" : plan.varied.front().key,
              .x_labels = labels,
              .x_places = axis_places(labels),
              .lines = {}};
    for (std::size_t line = 0; line < shown; ++line) {
        PlotLine& drawn = plot.lines.emplace_back();
        for (std::size_t i = 0; i < labels.size(); ++i)
            drawn.at.push_back(scaled(sweep.at(i * lines + line, metric), scale.factor));
    }
    return plot;
}

}  // namespace

std::string sweep_svg(const Sweep& sweep, const std::vector<Metric>& chosen) {
    const std::size_t shown = std::min(lines_of(sweep.plan), kMaxPlotLines);
    const bool alone = chosen.size() == 1;
    const int panel_height = alone ? kLonePanel : kPanelHeight;
    const int rows = alone ? 1 : static_cast<int>((chosen.size() + 1) / 2);
    const int legend = legend_height(sweep.plan, shown);
    const int height = kTop + legend + rows * panel_height + kFooter;
    Svg svg(kWidth, height, sweep.plan.title);
    const int inner = kWidth - 2 * kMargin - 16;
    const SvgFont title = fitting(sweep.plan.title, kTitleFont, inner, 28);
    svg.text(kMargin + 8, 54, shortened(sweep.plan.title, title, inner), title);
    draw_legend(svg, sweep.plan, shown);
    const int width = alone ? kWidth - 2 * kMargin : (kWidth - 3 * kMargin) / 2;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const auto at = static_cast<int>(i);
        const SvgBox box{kMargin + at % 2 * (width + kMargin),
                         kTop + legend + at / 2 * panel_height, width, panel_height};
        draw_plot(svg, box, plot_of(sweep, chosen[i], shown));
    }
    std::string footer = sweep_origin(sweep.plan);
    if (sweep.plan.replications > 1) footer += "; mean and 95 % confidence interval";
    const SvgFont font = fitting(footer, kFont, inner, 20);
    svg.text(kMargin + 8, height - 20, shortened(footer, font, inner), font);
    return svg.finished();
}

}  // namespace sim
