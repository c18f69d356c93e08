#include "sim/vary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace sim {
namespace {

constexpr std::string_view kExample = "write KEY=VALUES, for example port.P.concurrency=1..16";

Diagnostic problem(std::string code, std::string message, std::string help) {
    return {.code = std::move(code),
            .message = std::move(message),
            .origin = {},
            .source_line = {},
            .help = std::move(help)};
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// "exponential(1 ms), 2 ms": the comma between, not those in brackets or quotes.
std::vector<std::string_view> items_of(std::string_view text) {
    std::vector<std::string_view> items;
    std::size_t start = 0;
    int depth = 0;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '(' || c == '[' || c == '{') {
            ++depth;
        } else if (c == ')' || c == ']' || c == '}') {
            --depth;
        } else if (c == ',' && depth <= 0) {
            items.push_back(trimmed(text.substr(start, i - start)));
            start = i + 1;
        }
    }
    items.push_back(trimmed(text.substr(start)));
    return items;
}

// A decimal as digits and how many of them are behind the point, and the unit behind it.
struct Number {
    std::int64_t digits = 0;
    int decimals = 0;
    std::string_view unit;
};

std::optional<Number> read_number(std::string_view text) {
    text = trimmed(text);
    Number number;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    int seen = 0;
    bool point = false;
    while (!text.empty() && (digit(text.front()) || (text.front() == '.' && !point))) {
        if (text.front() == '.') {
            point = true;
        } else {
            if (++seen > 15) return std::nullopt;
            number.digits = number.digits * 10 + (text.front() - '0');
            if (point) ++number.decimals;
        }
        text.remove_prefix(1);
    }
    if (seen == 0) return std::nullopt;
    if (negative) number.digits = -number.digits;
    number.unit = trimmed(text);
    // What follows may be a unit, not another number.
    const bool word = std::all_of(number.unit.begin(), number.unit.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%';
    });
    if (!word) return std::nullopt;
    return number;
}

// The same number with more digits behind the point; nothing when it does not fit.
std::optional<std::int64_t> with_decimals(const Number& number, int decimals) {
    std::int64_t digits = number.digits;
    for (int i = number.decimals; i < decimals; ++i) {
        if (digits > INT64_MAX / 20 || digits < -(INT64_MAX / 20)) return std::nullopt;
        digits *= 10;
    }
    return digits;
}

std::string written(std::int64_t digits, int decimals, std::string_view unit) {
    std::uint64_t scale = 1;
    for (int i = 0; i < decimals; ++i) scale *= 10;
    const std::uint64_t size =
        static_cast<std::uint64_t>(digits < 0 ? -digits : digits);  // at most 15 digits
    std::string text = fmt::format("{}{}", digits < 0 ? "-" : "", size / scale);
    std::string behind =
        decimals > 0 ? fmt::format("{:0{}}", size % scale, decimals) : std::string();
    while (behind.ends_with('0')) behind.pop_back();
    if (!behind.empty()) text += "." + behind;
    return unit.empty() ? text : fmt::format("{} {}", text, unit);
}

Diagnostic bad_range(std::string_view item, std::string message) {
    return problem("V003", fmt::format("`{}`: {}", item, message),
                   "write FIRST..LAST or FIRST..LAST..STEP, for example 1..16 or 0..100..25");
}

bool is_range(std::string_view item) {
    const std::string_view first = item.starts_with('-') ? item.substr(1) : item;
    return !first.empty() && digit(first.front()) && item.find("..") != std::string_view::npos;
}

// The up to three numbers of a range; nothing when it is none.
std::optional<std::vector<Number>> range_parts(std::string_view item) {
    std::vector<Number> parts;
    for (;;) {
        const std::size_t dots = item.find("..");
        const auto part = read_number(item.substr(0, dots));
        if (!part || parts.size() == 3) return std::nullopt;
        parts.push_back(*part);
        if (dots == std::string_view::npos) break;
        item.remove_prefix(dots + 2);
    }
    if (parts.size() == 2) parts.push_back({.digits = 1, .decimals = 0, .unit = parts[1].unit});
    return parts;
}

// The values of a range, added to `values`.
std::optional<Diagnostic> add_range(std::string_view item, std::vector<std::string>& values) {
    const auto parts = range_parts(item);
    if (!parts || parts->size() != 3) return bad_range(item, "is not a range of numbers");
    std::string_view unit;
    int decimals = 0;
    for (const Number& part : *parts) {
        decimals = std::max(decimals, part.decimals);
        if (!part.unit.empty() && !unit.empty() && part.unit != unit)
            return bad_range(item, "the numbers have different units");
        if (!part.unit.empty()) unit = part.unit;
    }
    const auto first = with_decimals((*parts)[0], decimals);
    const auto last = with_decimals((*parts)[1], decimals);
    const auto step = with_decimals((*parts)[2], decimals);
    if (!first || !last || !step) return bad_range(item, "the numbers have too many digits");
    if (*step <= 0) return bad_range(item, "the step must be more than 0");
    if (*first > *last) return bad_range(item, "the range is empty: it ends before it begins");
    if (static_cast<std::uint64_t>((*last - *first) / *step) >= kMaxPoints)
        return problem("V005",
                       fmt::format("`{}` has more than {} values, the most that a sweep can have",
                                   item, kMaxPoints),
                       "give a step: FIRST..LAST..STEP");
    for (std::int64_t at = *first; at <= *last; at += *step)
        values.push_back(written(at, decimals, unit));
    return std::nullopt;
}

// What is wrong with the values as a list.
std::optional<Diagnostic> check_values(const Vary& vary) {
    if (vary.values.size() > kMaxPoints)
        return problem("V005",
                       fmt::format("`{}` has {} values; a sweep can have at most {} points",
                                   vary.key, vary.values.size(), kMaxPoints),
                       {});
    std::vector<std::string> sorted = vary.values;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice == sorted.end()) return std::nullopt;
    return problem("V002", fmt::format("`{}` takes the value {} twice", vary.key, *twice),
                   "for more runs of a point use --replications");
}

}  // namespace

Result<Vary> parse_vary(std::string_view argument) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos)
        return problem("V001", fmt::format("`{}` says no values", argument), std::string(kExample));
    Vary vary;
    vary.key = trimmed(argument.substr(0, equals));
    if (vary.key.empty())
        return problem("V001", fmt::format("`{}` says no key", argument), std::string(kExample));
    if (std::any_of(argument.begin(), argument.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return problem("V001", "a key or value with a tab or a line break cannot be varied", {});
    for (const std::string_view item : items_of(argument.substr(equals + 1))) {
        if (item.empty())
            return problem("V002", fmt::format("`{}` has an empty value", argument),
                           std::string(kExample));
        if (!is_range(item)) {
            vary.values.emplace_back(item);
        } else if (auto wrong = add_range(item, vary.values)) {
            return *wrong;
        }
    }
    if (auto wrong = check_values(vary)) return *wrong;
    return vary;
}

std::vector<double> axis_places(const std::vector<std::string>& values) {
    constexpr double closest = 1.0 / 24;
    const double count = static_cast<double>(values.size());
    std::vector<double> even, places;
    for (std::size_t i = 0; i < values.size(); ++i)
        even.push_back(count == 1 ? 0.5 : static_cast<double>(i) / (count - 1));
    if (count == 1) return even;
    std::string_view unit;
    for (const std::string& value : values) {
        const auto number = read_number(value);
        if (!number || (!places.empty() && number->unit != unit)) return even;
        unit = number->unit;
        double place = static_cast<double>(number->digits);
        for (int i = 0; i < number->decimals; ++i) place /= 10;
        places.push_back(place);
    }
    const double first = places.front(), span = places.back() - first;
    // Many even steps are close too, but then even places are the same.
    for (std::size_t i = 1; i < places.size(); ++i)
        if (!(places[i] - places[i - 1] > span * closest)) return even;
    for (double& place : places) place = (place - first) / span;
    return places;
}

}  // namespace sim
