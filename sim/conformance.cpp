#include "sim/conformance.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sim {

Conformance::Column& Conformance::column(const std::string& name) {
    const auto there = std::find_if(columns_.begin(), columns_.end(),
                                    [&](const Column& each) { return each.name == name; });
    if (there != columns_.end()) return *there;
    columns_.push_back({.name = name,
                        .absent = {},
                        .runs = 0,
                        .verdicts = {},
                        .cells = std::vector<Cell>(rule_count())});
    return columns_.back();
}

void Conformance::add(const std::string& name, const CheckReport& report) {
    Column& to = column(name);
    to.absent.clear();
    ++to.runs;
    ++to.verdicts[static_cast<std::size_t>(report.verdict)];
    for (const RuleFinding& finding : report.rules)
        ++to.cells[static_cast<std::size_t>(finding.rule)]
              .runs[static_cast<std::size_t>(finding.verdict)];
}

void Conformance::add_absent(const std::string& name, const std::string& why) {
    Column& to = column(name);
    if (to.runs == 0) to.absent = why;
}

// The worst that was seen comes first; runs that did not put the rule to the test do not count.
std::string Conformance::words(const Column& column, Rule rule) {
    const Cell& cell = column.cells[static_cast<std::size_t>(rule)];
    const std::uint64_t holds = cell.of(RuleVerdict::holds);
    const std::uint64_t violated = cell.of(RuleVerdict::violated);
    const std::uint64_t contrary = cell.of(RuleVerdict::undecided);
    const std::uint64_t all = holds + violated + contrary;
    if (all == 0) return "—";
    if (violated > 0) return fmt::format("**violated** in {} of {}", violated, all);
    if (contrary > 0) return fmt::format("contrary in {} of {}", contrary, all);
    return fmt::format("holds in {}", holds);
}

std::string Conformance::markdown() const {
    std::string head = "| rule |", line = "|---|", rows;
    for (const Column& column : columns_) {
        head += fmt::format(" {} |", column.name);
        line += "---|";
    }
    for (std::size_t r = 1; r < rule_count(); ++r) {
        const Rule rule = static_cast<Rule>(r);
        rows += fmt::format("| {} |", info(rule).id);
        for (const Column& column : columns_)
            rows +=
                fmt::format(" {} |", column.absent.empty() ? words(column, rule) : "nobody ran it");
        rows += "\n";
    }
    std::string systems;
    for (const Column& column : columns_) {
        if (!column.absent.empty()) {
            systems += fmt::format("* **{}**: not run. {}\n", column.name, column.absent);
            continue;
        }
        systems +=
            fmt::format("* **{}**: {} runs; {} conform, {} violate, {} not decided.\n", column.name,
                        column.runs, column.verdicts[0], column.verdicts[1], column.verdicts[2]);
    }
    return systems + "\n" + head + "\n" + line + "\n" + rows;
}

}  // namespace sim
