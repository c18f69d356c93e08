// Everything that is found wrong with one file, in the order of the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/error_code.hpp"
#include "sim/scenario_parse_tree.hpp"

namespace sim::parse {

class Problems {
public:
    // Both must outlive the problems.
    Problems(const Lines& lines, std::string_view origin) : lines_(lines), origin_(origin) {}

    void add(ErrorCode, const Place&, std::string message, std::string help = {});
    // Another text that places can be in: a file that the scenario names, or an override, whose
    // origin says it all and which has no lines. The text must outlive the problems.
    [[nodiscard]] std::uint32_t add_source(std::string origin, std::string_view text);
    // The place of some bytes inside a text in quotes; the whole text when it has escapes.
    [[nodiscard]] Place inside(const Node& text, std::size_t at, std::size_t length) const;
    [[nodiscard]] bool empty() const { return problems_.empty(); }
    // "did you mean `concurrency`?", or the list of what there is when it is short, or nothing.
    [[nodiscard]] std::string suggest(std::string_view word,
                                      const std::vector<std::string_view>& candidates);
    // sim::closest, until this file has cost too much of it.
    [[nodiscard]] std::string_view meant(std::string_view word,
                                         const std::vector<std::string_view>& candidates);
    // Sorted by place; the first 100 of them, and one that counts the rest.
    [[nodiscard]] Diagnostics take();

private:
    struct Problem {
        ErrorCode code{};
        Place place;
        std::string message;
        std::string help;
    };
    struct Source {
        std::string origin;
        std::string_view text;
    };
    [[nodiscard]] Diagnostic diagnostic(Problem&) const;

    const Lines& lines_;
    std::string_view origin_;
    std::vector<Source> sources_;  // source n is sources_[n - 1]
    std::vector<Problem> problems_;
    // A hopeless file gets no more suggestions when comparing words has cost this much.
    std::size_t patience_ = 100'000'000;
    std::size_t uncounted_ = 0;  // of a hopeless file, when even a list of its errors is too long
};

// A name as a message shows it: in backticks, cut when it is long.
[[nodiscard]] std::string quoted(std::string_view name);

}  // namespace sim::parse
