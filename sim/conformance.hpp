// What many checked runs say of every rule: one row for each rule, one column for each system.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/check.hpp"

namespace sim {

class Conformance {
public:
    // A run of the system that the column is called after. Columns stand in the order in which they
    // came.
    void add(const std::string& column, const CheckReport&);
    // A column of a system that nobody could run here, and why.
    void add_absent(const std::string& column, const std::string& why);

    struct Cell {
        // How many runs said so, by RuleVerdict.
        std::array<std::uint64_t, 4> runs{};
        [[nodiscard]] std::uint64_t of(RuleVerdict verdict) const {
            return runs[static_cast<std::size_t>(verdict)];
        }
    };
    struct Column {
        std::string name;
        std::string absent;  // why there is none; empty: there are runs
        std::uint64_t runs = 0;
        std::array<std::uint64_t, 3> verdicts{};  // how many runs, by Verdict
        std::vector<Cell> cells;                  // by rule, from 1
    };
    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
    // "violated in 3 of 20", "holds in 20", "not seen".
    [[nodiscard]] static std::string words(const Column&, Rule);
    // The table in Markdown, with a heading line for each column: how many runs, and its verdicts.
    [[nodiscard]] std::string markdown() const;

private:
    Column& column(const std::string& name);
    std::vector<Column> columns_;
};

}  // namespace sim
