#include "sim/scenario_parse_problems.hpp"

#include <algorithm>
#include <utility>

#include "sim/scenario_format.hpp"

namespace sim::parse {
namespace {

constexpr std::size_t kShown = 100;
constexpr std::size_t kKept = 100'000;

// The place in a text whose lines nobody has counted yet.
Diagnostic in_source(std::string_view text, const Place& place) {
    Diagnostic d;
    d.line = place.line;
    d.column = place.column;
    d.length = place.length;
    for (int line = 1; line < place.line; ++line)
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    d.source_line = text.substr(0, text.find_first_of("\r\n"));
    return d;
}

}  // namespace

void Problems::add(ErrorCode code, const Place& place, std::string message, std::string help) {
    if (problems_.size() >= kKept) {
        ++uncounted_;
        return;
    }
    problems_.push_back({code, place, std::move(message), std::move(help)});
}

std::uint32_t Problems::add_source(std::string origin, std::string_view text) {
    sources_.push_back({std::move(origin), text});
    return static_cast<std::uint32_t>(sources_.size());
}

Place Problems::inside(const Node& text, std::size_t at, std::size_t length) const {
    Place place = text.place;
    if (place.source != 0) return place;
    const std::string_view line = lines_.line(place.line);
    const std::size_t start = static_cast<std::size_t>(place.column) - 1;
    const std::size_t found = std::min(line.find_first_not_of("\"'", start), line.size());
    const std::size_t quotes = found - start;
    // With three quotes, or two of an empty text, `found` is behind them all.
    if ((quotes != 1 && quotes != 3) || line.substr(found, text.text.size()) != text.text)
        return place;
    place.column += static_cast<int>(quotes + std::min(at, text.text.size()));
    place.length = static_cast<int>(std::max<std::size_t>(length, 1));
    return place;
}

Diagnostic Problems::diagnostic(Problem& problem) const {
    Diagnostic d;
    if (problem.place.source == 0) {
        d = make_diagnostic(lines_, origin_, problem.place);
    } else {
        const Source& source = sources_[problem.place.source - 1];
        d = source.text.empty() ? Diagnostic{} : in_source(source.text, problem.place);
        d.origin = source.origin;
    }
    d.code = info(problem.code).code;
    d.message = std::move(problem.message);
    d.help = std::move(problem.help);
    return d;
}

Diagnostics Problems::take() {
    std::stable_sort(problems_.begin(), problems_.end(),
                     [](const Problem& a, const Problem& b) { return a.place.before(b.place); });
    Diagnostics diagnostics;
    const std::size_t shown = std::min(problems_.size(), kShown);
    for (std::size_t i = 0; i < shown; ++i) diagnostics.push_back(diagnostic(problems_[i]));
    if (const std::size_t more = problems_.size() - shown + uncounted_; more > 0) {
        Problem rest{ErrorCode::more_errors, problems_[shown].place,
                     "there are " + with_commas(static_cast<std::int64_t>(more)) +
                         (uncounted_ > 0 ? " more errors at least" : " more errors from here on"),
                     "repair the errors above first"};
        diagnostics.push_back(diagnostic(rest));
    }
    problems_.clear();
    return diagnostics;
}

std::string_view Problems::meant(std::string_view word,
                                 const std::vector<std::string_view>& candidates) {
    std::size_t cost = 0;
    for (const std::string_view candidate : candidates) cost += word.size() * candidate.size();
    if (cost > patience_) return {};
    patience_ -= cost;
    return closest(word, candidates);
}

std::string Problems::suggest(std::string_view word,
                              const std::vector<std::string_view>& candidates) {
    if (const std::string_view best = meant(word, candidates); !best.empty())
        return "did you mean " + quoted(best) + "?";
    constexpr std::size_t kListed = 12;
    if (candidates.empty() || candidates.size() > kListed) return {};
    std::string text = candidates.size() == 1 ? "there is only " : "there are ";
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (i > 0) text += i + 1 == candidates.size() ? " and " : ", ";
        text += quoted(candidates[i]);
    }
    return text;
}

std::string quoted(std::string_view name) {
    if (name.empty()) return "`\"\"`";
    constexpr std::size_t kLongest = 64;
    std::string text = "`";
    std::size_t end = std::min(name.size(), kLongest);
    while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    text += name.substr(0, end);
    if (end < name.size()) text += "\u2026";
    return text + "`";
}

}  // namespace sim::parse
