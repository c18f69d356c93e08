// The numbers of two runs side by side.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/comparison_text.hpp"
#include "cli/wrap.hpp"
#include "sim/explain.hpp"
#include "sim/order_distance.hpp"
#include "sim/run_measures.hpp"

namespace cli {
namespace {

constexpr std::size_t kMostThreads = 16;
constexpr std::string_view kMissing = "not recorded";

struct Line {
    std::string label, left, right;
};

std::string share_text(const sim::ThreadShare& share, std::uint64_t all) {
    if (all == 0) return std::to_string(share.packets);
    return fmt::format("{} ({:.0f} %)", share.packets,
                       100 * static_cast<double>(share.packets) / static_cast<double>(all));
}

void add_shares(std::vector<Line>& lines, const sim::Trace& left, const sim::RunMeasures& in_left,
                const sim::RunMeasures& in_right) {
    std::map<sim::ThreadId, Line> threads;
    for (const sim::ThreadShare& share : in_left.shares)
        threads[share.thread].left = share_text(share, in_left.packets);
    for (const sim::ThreadShare& share : in_right.shares)
        threads[share.thread].right = share_text(share, in_right.packets);
    lines.push_back({"packets that reached a thread", std::to_string(in_left.packets),
                     std::to_string(in_right.packets)});
    std::size_t shown = 0;
    for (auto& [thread, line] : threads) {
        if (++shown > kMostThreads) continue;
        line.label = fmt::format("  {}", sim::thread_name(left.header, thread));
        if (line.left.empty()) line.left = "never asked";
        if (line.right.empty()) line.right = "never asked";
        lines.push_back(line);
    }
    if (shown > kMostThreads)
        lines.push_back({fmt::format("  … and {} more threads", shown - kMostThreads), "", ""});
}

std::string active_text(const sim::MostActive& active) {
    std::string text = fmt::format("{}{}", active.exact ? "" : "at least ", active.most);
    if (active.excess() > 0) text += fmt::format(", {} over", active.excess());
    return text;
}

const sim::MostActive* of_port(const sim::RunMeasures& run, sim::PortId port) {
    const auto found = std::find_if(run.most_active.begin(), run.most_active.end(),
                                    [&](const auto& each) { return each.port == port; });
    return found == run.most_active.end() ? nullptr : &*found;
}

std::string limit_text(const sim::MostActive* left, const sim::MostActive* right) {
    const auto text = [](const sim::MostActive* each) {
        return each == nullptr || each->limit == 0 ? std::string("unknown")
                                                   : std::to_string(each->limit);
    };
    return text(left) == text(right) ? text(left) : text(left) + " and " + text(right);
}

void add_active(std::vector<Line>& lines, const sim::Trace& left, const sim::Trace& right,
                const sim::RunMeasures& in_left, const sim::RunMeasures& in_right) {
    const auto& names =
        left.header.ports.size() >= right.header.ports.size() ? left.header : right.header;
    for (std::size_t p = 0; p < names.ports.size(); ++p) {
        const auto port = sim::make_id<sim::PortId>(p);
        const sim::MostActive *here = of_port(in_left, port), *there = of_port(in_right, port);
        if (here == nullptr && there == nullptr) continue;  // a second handle
        lines.push_back({fmt::format("most active at once at {}, limit {}",
                                     sim::port_name(names, port), limit_text(here, there)),
                         here == nullptr ? std::string(kMissing) : active_text(*here),
                         there == nullptr ? std::string(kMissing) : active_text(*there)});
    }
}

void add_switches(std::vector<Line>& lines, const sim::RunMeasures& left,
                  const sim::RunMeasures& right) {
    using Why = sim::Switches::Why;
    const auto all = [](const sim::RunMeasures& run) {
        return run.switches ? std::to_string(run.switches->all) : std::string(kMissing);
    };
    const auto why = [](const sim::RunMeasures& run, std::uint64_t Why::*which) {
        if (!run.switches || !run.switches->why) return std::string(kMissing);
        return std::to_string((*run.switches->why).*which);
    };
    lines.push_back({"context switches", all(left), all(right)});
    lines.push_back(
        {"  because the thread waited", why(left, &Why::voluntary), why(right, &Why::voluntary)});
    lines.push_back(
        {"  by preemption", why(left, &Why::involuntary), why(right, &Why::involuntary)});
}

// Of how many packets: a percentile of few is a single one of them.
std::string counted(const sim::RunMeasures& left, const sim::RunMeasures& right) {
    const auto count = [](const sim::RunMeasures& run) {
        return run.latency ? run.latency->count : 0;
    };
    if (count(left) == count(right)) return std::to_string(count(left));
    return fmt::format("{} and {}", count(left), count(right));
}

void add_latency(std::vector<Line>& lines, const sim::RunMeasures& left,
                 const sim::RunMeasures& right) {
    const auto text = [](const sim::RunMeasures& run, sim::Nanos sim::Spread::*which) {
        return run.latency ? sim::format_time((*run.latency).*which) : std::string("none came");
    };
    const auto add = [&](std::string_view label, sim::Nanos sim::Spread::*which) {
        lines.push_back({std::string(label), text(left, which), text(right, which)});
    };
    lines.push_back({fmt::format("from post to return, of {}", counted(left, right)), "", ""});
    add("  half within", &sim::Spread::median);
    add("  90 % within", &sim::Spread::ninety);
    add("  99 % within", &sim::Spread::ninety_nine);
    add("  all within", &sim::Spread::most);
}

std::string distance_text(const sim::OrderDistance& distance) {
    if (distance.pairs() == 0) return {};
    if (distance.contrary == 0)
        return fmt::format("Order: all {} packets come in the same order{}.", distance.packets,
                           distance.by_returns ? "; a measured run shows that of returns" : "");
    std::string text = fmt::format(
        "Order: {} of {} pairs of packets the other way round: distance {:.2f}, where 0 is the "
        "same "
        "order and 1 the reverse.",
        distance.contrary, distance.pairs(), distance.share());
    if (!distance.by_returns) return text;
    if (distance.certain == 0)
        return text +
               " A measured run shows only returns, and these calls overlap: the dispatches may "
               "have come in the same order.";
    return text +
           fmt::format(
               " A measured run shows only returns; the dispatches of {} of these pairs came "
               "the other way round for certain.",
               distance.certain);
}

std::string table(const std::vector<Line>& lines, const ColumnNames& names) {
    std::size_t label = 0, left = columns_of(names.left);
    for (const Line& line : lines) {
        label = std::max(label, columns_of(line.label));
        left = std::max(left, columns_of(line.left));
    }
    std::string text;
    const auto add = [&](const Line& line) {
        std::string row = fmt::format("  {}  {}  {}", padded(line.label, label),
                                      padded(line.left, left), line.right);
        row.erase(row.find_last_not_of(' ') + 1);
        text += row + "\n";
    };
    add({"", names.left, names.right});
    for (const Line& line : lines) add(line);
    return text;
}

bool has_lower_bound(const sim::RunMeasures& run) {
    return std::any_of(run.most_active.begin(), run.most_active.end(),
                       [](const auto& each) { return !each.exact; });
}

}  // namespace

std::string measures_text(const sim::Trace& left, const sim::Trace& right) {
    const sim::RunMeasures in_left = sim::measures_of(left), in_right = sim::measures_of(right);
    std::vector<Line> lines;
    add_shares(lines, left, in_left, in_right);
    add_active(lines, left, right, in_left, in_right);
    add_switches(lines, in_left, in_right);
    add_latency(lines, in_left, in_right);
    std::string notes;
    if (has_lower_bound(in_left) || has_lower_bound(in_right))
        notes +=
            paragraph("At least: so many were surely active at one instant, by calls and waits.");
    if ((left.header.backend == "model") != (right.header.backend == "model"))
        notes += paragraph("Times of the model are virtual.");
    if (const std::string order = distance_text(sim::order_distance(left, right)); !order.empty())
        notes += paragraph(order);
    return table(lines, column_names(left.header, right.header)) +
           (notes.empty() ? "" : "\n" + notes);
}

}  // namespace cli
