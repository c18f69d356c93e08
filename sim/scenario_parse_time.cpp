#include "sim/scenario_parse_time.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sim::parse {
namespace {

constexpr std::array<std::pair<std::string_view, Nanos>, 7> kUnits = {{
    {"ns", 1},
    {"us", 1'000},
    {"\u00B5s", 1'000},  // micro sign
    {"\u03BCs", 1'000},  // Greek mu
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"min", 60'000'000'000},
}};
constexpr Nanos kLongestTime = 100'000'000'000'000'000;  // 3 years; no product overflows

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// whole.decimals units, exactly.
Time make_time(std::string_view whole, std::string_view decimals, Nanos unit) {
    Time time;
    for (const char c : whole) {
        time.value = time.value * 10 + (c - '0');
        if (time.value > kLongestTime / unit) return {Time::Fault::too_long};
    }
    time.value *= unit;
    for (const char c : decimals) {
        unit = unit % 10 == 0 ? unit / 10 : 0;  // what this digit counts; 0 when less than 1 ns
        if (unit == 0 && c != '0') return {Time::Fault::too_fine};
        time.value += (c - '0') * unit;
    }
    return time;
}

}  // namespace

Time read_time(std::string_view text) {
    const auto digits = [&text] {
        const auto end = std::find_if_not(text.begin(), text.end(), digit);
        const std::string_view run = text.substr(0, static_cast<std::size_t>(end - text.begin()));
        text.remove_prefix(run.size());
        return run;
    };
    const std::string_view whole = digits();
    if (whole.empty()) return {Time::Fault::no_number};
    std::string_view decimals;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        decimals = digits();
        if (decimals.empty()) return {Time::Fault::no_number};
    }
    text = without_blanks(text);
    if (text.empty()) return {Time::Fault::no_unit};
    for (const auto& [name, length] : kUnits)
        if (name == text) return make_time(whole, decimals, length);
    return {Time::Fault::unknown_unit, 0, text};
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace sim::parse
