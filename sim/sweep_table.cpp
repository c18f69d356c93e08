#include "sim/sweep_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/utf8.hpp"

namespace sim {
namespace {

// Long tables say what they leave out; CSV has everything.
constexpr std::size_t kMaxRows = 200;

std::size_t width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        text.remove_prefix(decode_utf8(text).length);
        ++columns;
    }
    return columns;
}

std::string padded(std::string_view text, std::size_t columns) {
    const std::size_t own = width(text);
    return std::string(columns > own ? columns - own : 0, ' ') + std::string(text);
}

// A column: two lines of heading and cells, all aligned to the right.
struct Column {
    std::string name, unit;
    std::vector<std::string> cells;

    [[nodiscard]] std::size_t columns() const {
        std::size_t most = std::max(width(name), width(unit));
        for (const std::string& cell : cells) most = std::max(most, width(cell));
        return most;
    }
};

std::string laid_out(const std::vector<Column>& columns) {
    const auto line = [&](auto&& text_of) {
        std::string text;
        for (const Column& each : columns) text += "  " + padded(text_of(each), each.columns());
        while (text.ends_with(' ')) text.pop_back();
        return text + "\n";
    };
    std::string text = line([](const Column& each) { return each.name; });
    if (std::any_of(columns.begin(), columns.end(),
                    [](const Column& each) { return !each.unit.empty(); }))
        text += line([](const Column& each) { return each.unit; });
    for (std::size_t row = 0; row < columns.front().cells.size(); ++row)
        text += line([row](const Column& each) { return each.cells[row]; });
    return text;
}

// The points themselves: one column per varied key.
std::vector<Column> point_columns(const SweepPlan& plan, std::size_t first, std::size_t rows) {
    std::vector<Column> columns;
    for (std::size_t i = 0; i < plan.varied.size(); ++i) {
        Column column{.name = plan.varied[i].key, .unit = {}, .cells = {}};
        for (std::size_t point = first; point < rows; ++point)
            column.cells.push_back(plan.overrides(point)[i].second);
        columns.push_back(std::move(column));
    }
    if (columns.empty()) columns.push_back({.name = "point", .unit = {}, .cells = {"as written"}});
    return columns;
}

// Means and intervals aligned among themselves, so that the eye can compare them.
Column metric_column(Metric metric, const std::vector<Estimate>& estimates, bool sign) {
    double largest = 0;
    for (const Estimate& each : estimates)
        if (has_value(each.mean)) largest = std::max({largest, each.mean, -each.mean});
    const Scale scale = scale_for(info(metric).unit, largest);
    Column column{
        .name = std::string(info(metric).name), .unit = std::string(scale.unit), .cells = {}};
    std::vector<Written> all;
    std::size_t means = 0, halves = 0;
    for (const Estimate& each : estimates) {
        all.push_back(written(each, scale));
        if (sign && each.mean > 0) all.back().mean = "+" + all.back().mean;
        means = std::max(means, width(all.back().mean));
        halves = std::max(halves, width(all.back().half));
    }
    for (const Written& each : all)
        column.cells.push_back(padded(each.mean, means) +
                               (halves == 0         ? ""
                                : each.half.empty() ? std::string(halves + 3, ' ')
                                                    : " ± " + padded(each.half, halves)));
    return column;
}

std::string differences(const Sweep& sweep, const std::vector<Metric>& chosen, std::size_t rows) {
    std::vector<Column> columns = point_columns(sweep.plan, 1, rows);
    for (const Metric metric : chosen) {
        std::vector<Estimate> estimates;
        for (std::size_t point = 1; point < rows; ++point)
            estimates.push_back(sweep.difference(point, metric));
        columns.push_back(metric_column(metric, estimates, true));
    }
    return fmt::format("\nDifference from {}, replication by replication:\n{}",
                       sweep.plan.point_name(0), laid_out(columns));
}

std::string legend(const Sweep& sweep) {
    const std::uint32_t n = sweep.plan.replications;
    if (n == 1) return "\nEach number is of one run; --replications N gives an interval too.\n";
    std::string text = fmt::format(
        "\nmean ± half of the 95 % confidence interval, from {} replications. Every point has the "
        "same random\nnumbers, so a difference comes from the settings and not from luck.\n",
        n);
    if (all_replications_equal(sweep))
        text +=
            "Nothing in this scenario is random: all replications are equal, and one would do.\n";
    return text;
}

std::string notes(const Sweep& sweep, std::size_t rows) {
    std::string text;
    if (rows < sweep.plan.points())
        text += fmt::format("… and {} more points; --csv has all\n", sweep.plan.points() - rows);
    if (const std::size_t cut = points_cut_off(sweep); cut > 0)
        text += fmt::format(
            "At {} of {} points a limit ended runs (metric `complete`); what was "
            "queued then is not in the times.\n",
            cut, sweep.plan.points());
    return text;
}

// Significant digits of a decimal: how many belong behind the point so that `value` has two.
int decimals_for(double value) {
    int decimals = 0;
    while (decimals < 9 && value < 9.95) {
        value *= 10;
        ++decimals;
    }
    return decimals;
}

}  // namespace

Written written(const Estimate& estimate, const Scale& scale) {
    if (estimate.n == 0) return {.mean = "-", .half = {}};
    const double mean = estimate.mean * scale.factor;
    const double half = estimate.half * scale.factor;
    const bool exact = !has_value(half) || half == 0;
    if (exact) {
        // No interval decides about digits: whole numbers as they are, others with five digits.
        const double size = mean < 0 ? -mean : mean;
        const bool whole =
            size < 1e15 && static_cast<double>(static_cast<std::int64_t>(size)) == size;
        const int decimals = whole ? 0 : std::max(0, decimals_for(size / 1000));
        return {.mean = fmt::format("{:.{}f}", mean, decimals), .half = has_value(half) ? "0" : ""};
    }
    const int decimals = decimals_for(half);
    return {.mean = fmt::format("{:.{}f}", mean, decimals),
            .half = fmt::format("{:.{}f}", half, decimals)};
}

std::string sweep_origin(const SweepPlan& plan) {
    std::string text = fmt::format("Model, {}, seed {}, {} replication{}", plan.scenario, plan.seed,
                                   plan.replications, plan.replications == 1 ? "" : "s");
    const std::string other = describe(plan.policies);
    if (!other.empty()) text += "; another port than the documented one: " + other;
    return text;
}

std::string sweep_table(const Sweep& sweep, const std::vector<Metric>& chosen) {
    const std::size_t rows = std::min(sweep.plan.points(), kMaxRows);
    std::vector<Column> columns = point_columns(sweep.plan, 0, rows);
    for (const Metric metric : chosen) {
        std::vector<Estimate> estimates;
        for (std::size_t point = 0; point < rows; ++point)
            estimates.push_back(sweep.at(point, metric));
        columns.push_back(metric_column(metric, estimates, false));
    }
    std::string text =
        fmt::format("{}\n{}\n\n{}", sweep.plan.title, sweep_origin(sweep.plan), laid_out(columns));
    if (rows > 1 && sweep.plan.replications > 1) text += differences(sweep, chosen, rows);
    text += legend(sweep);
    for (const Metric metric : chosen)
        text += fmt::format("  {}: {}\n", info(metric).name, info(metric).meaning);
    return text + notes(sweep, rows);
}

}  // namespace sim
