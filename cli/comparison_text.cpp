#include "cli/comparison_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/check_report.hpp"
#include "cli/wrap.hpp"
#include "sim/explain.hpp"
#include "sim/model_of.hpp"
#include "sim/run_names.hpp"

namespace cli {
namespace {

using Difference = sim::DispatchRow::Difference;

// Long tables say what they leave out; --json has everything.
constexpr std::size_t kMaxRows = 60;
constexpr std::size_t kBeforeDifference = 2;
constexpr std::size_t kAfterDifference = 8;
constexpr std::size_t kWidestLanes = 66;  // of both, so that a row fits

std::string cell(const sim::Trace& trace, const std::optional<sim::Dispatch>& dispatch,
                 sim::AlignBy by) {
    if (!dispatch) return by == sim::AlignBy::packet ? "-" : "";
    const auto thread = sim::thread_name(trace.header, dispatch->thread);
    if (by == sim::AlignBy::packet) return std::string(thread);
    return fmt::format("{} -> {}", static_cast<std::uint32_t>(dispatch->packet), thread);
}

std::string head_of(const sim::DispatchRow& row, std::size_t place, sim::AlignBy by) {
    if (by == sim::AlignBy::time) return sim::format_time(row.at);
    if (by == sim::AlignBy::dispatch) return std::to_string(place + 1);
    return std::to_string(static_cast<std::uint32_t>((row.left ? row.left : row.right)->packet));
}

std::string_view words(Difference difference) {
    switch (difference) {
        case Difference::none: return {};
        case Difference::packet: return "other packet";
        case Difference::thread: return "other thread";
        case Difference::one_side: return "only in one run";
    }
    return {};
}

// Lines of a table as they come; widths follow from them.
class RowLines {
public:
    RowLines(const sim::Trace& left, const sim::Trace& right, const sim::DispatchRows& found)
        : left_(left), right_(right), found_(found) {
        head_ = sim::name(found.by).size();
        for (std::size_t i = 0; i < found.rows.size(); ++i) {
            const sim::DispatchRow& row = found.rows[i];
            head_ = std::max(head_, columns_of(head_of(row, i, found.by)));
            left_width_ = std::max(left_width_, columns_of(cell(left, row.left, found.by)));
            right_width_ = std::max(right_width_, columns_of(cell(right, row.right, found.by)));
        }
    }
    std::string heading(const ColumnNames& names) {
        left_width_ = std::max(left_width_, columns_of(names.left));
        return line(sim::name(found_.by), names.left, names.right, {});
    }
    [[nodiscard]] std::string rows(std::size_t from, std::size_t to) const {
        std::string text;
        for (std::size_t i = from; i < std::min(to, found_.rows.size()); ++i) {
            const sim::DispatchRow& row = found_.rows[i];
            std::string mark;
            if (row.difference != Difference::none)
                mark = fmt::format("{} {}", i == found_.first_difference ? "◆" : "◇",
                                   words(row.difference));
            text += line(head_of(row, i, found_.by), cell(left_, row.left, found_.by),
                         cell(right_, row.right, found_.by), mark);
        }
        return text;
    }

private:
    [[nodiscard]] std::string line(std::string_view head, std::string_view left,
                                   std::string_view right, std::string_view mark) const {
        const std::size_t taken = columns_of(head);
        std::string text =
            fmt::format("  {}{}  {}  {}  {}", std::string(head_ > taken ? head_ - taken : 0, ' '),
                        head, padded(left, left_width_), padded(right, right_width_), mark);
        text.erase(text.find_last_not_of(' ') + 1);
        return text + "\n";
    }

    const sim::Trace& left_;
    const sim::Trace& right_;
    const sim::DispatchRows& found_;
    std::size_t head_ = 0, left_width_ = 0, right_width_ = 0;
};

// What must be known for reading an order that is not by packet.
std::string note_on(const sim::Trace& left, const sim::Trace& right, sim::AlignBy by) {
    if (by == sim::AlignBy::packet) return {};
    std::string note;
    if (by == sim::AlignBy::time) {
        note = "Times count from the start of each run.";
        if ((left.header.backend == "model") != (right.header.backend == "model"))
            note += " Those of the model are virtual, so only the order within a column says much.";
    }
    if (!sim::has_hidden_facts(left) || !sim::has_hidden_facts(right))
        note += fmt::format(
            "{}Of a measured run only the returns of calls are known; calls may return in another "
            "order than their packets were dispatched in.",
            note.empty() ? "" : " ");
    return note.empty() ? note : "\n" + paragraph(note);
}

std::string computer_of(const sim::TraceHeader& header) {
    return fmt::format("{} processor{}", header.processors, header.processors == 1 ? "" : "s");
}

}  // namespace

ColumnNames column_names(const sim::TraceHeader& left, const sim::TraceHeader& right) {
    if (left.lane == right.lane)
        return {"first run", "second run", paragraph(fmt::format("Both runs: {}", left.lane))};
    if (columns_of(left.lane) + columns_of(right.lane) <= kWidestLanes)
        return {left.lane, right.lane, {}};
    return {"first run", "second run",
            paragraph("first run: " + left.lane) + paragraph("second run: " + right.lane)};
}

std::string rows_text(const sim::Trace& left, const sim::Trace& right,
                      const sim::DispatchRows& found) {
    const ColumnNames names = column_names(left.header, right.header);
    RowLines lines(left, right, found);
    std::string text = names.legend + (names.legend.empty() ? "" : "\n") + lines.heading(names);
    const std::size_t all = found.rows.size(), first = found.first_difference;
    std::size_t shown = std::min(all, kMaxRows);
    text += lines.rows(0, shown);
    if (first >= shown && first < all) {
        const std::size_t from = std::max(shown, first - kBeforeDifference);
        if (from > shown) text += fmt::format("  … {} rows that do not differ\n", from - shown);
        shown = std::min(all, first + kAfterDifference);
        text += lines.rows(from, shown);
    }
    if (all > shown) text += fmt::format("  … and {} more rows\n", all - shown);
    return text + note_on(left, right, found.by);
}

// A measured run by itself: could a documented port have done it? In any order of the dispatches.
std::string checked_text(const sim::Trace& run) {
    if (run.header.backend == "model" || sim::has_hidden_facts(run)) return {};
    return paragraph(
        fmt::format("{}, checked by itself: {}", run.header.lane, check_line(sim::check(run))));
}

std::string verdict_text(const sim::Trace& left, const sim::Trace& right,
                         const sim::Comparison& comparison) {
    static constexpr std::string_view marks[] = {"AGREE", "DIFFER", "NOT DECIDED"};
    std::string text;
    if (!comparison.results.empty()) text += "\n  Results differ:\n";
    for (const std::string& sentence : comparison.results)
        text += "    - " + wrapped(sentence, 6, 6);
    std::string set;
    for (const sim::Trace* run : {&left, &right})
        if (const std::string said = sim::settings(run->header); !said.empty())
            set += paragraph(fmt::format("The {} run was made with {}.",
                                         run == &left ? "first" : "second", said));
    if (left.header.processors != right.header.processors)
        set += paragraph(fmt::format("The first run is of a computer with {}, the second with {}.",
                                     computer_of(left.header), computer_of(right.header)));
    if (!set.empty()) text += "\n" + set;
    return text + "\n" +
           paragraph(fmt::format("{}: {}.", marks[static_cast<int>(comparison.agreement)],
                                 sim::capital(comparison.reason))) +
           paragraph(comparison.badge) + checked_text(left) + checked_text(right);
}

std::string comparison_text(const sim::Trace& left, const sim::Trace& right,
                            const sim::Comparison& comparison, sim::AlignBy by) {
    const sim::DispatchRows found = sim::align(left, right, by);
    std::string text = rows_text(left, right, found);
    // By packet the verdict says it in the same words.
    if (!found.sentence.empty() && found.sentence != comparison.reason)
        text += "\n" + paragraph("◆ First difference: " + found.sentence + ".");
    return text + "\n" + measures_text(left, right) + verdict_text(left, right, comparison);
}

}  // namespace cli
