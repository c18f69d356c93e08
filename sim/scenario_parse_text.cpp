#include "sim/scenario_parse_text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "sim/scenario_format.hpp"
#include "sim/utf8.hpp"

namespace sim::parse {
namespace {

// Walks through a text and keeps count of lines and columns.
class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek() const { return text_[at_]; }
    [[nodiscard]] bool starts(std::string_view word) const {
        return text_.substr(at_).starts_with(word);
    }
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
    [[nodiscard]] Place place() const { return {line_, column_, 1}; }
    void advance(std::size_t bytes) {
        for (; bytes > 0 && !at_end(); --bytes) {
            if (text_[at_++] == '\n') {
                ++line_;
                column_ = 1;
            } else {
                ++column_;
            }
        }
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
    int column_ = 1;
};

std::string hex_byte(char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {digits[byte >> 4], digits[byte & 15]};
}

std::optional<TextProblem> check_encoding(std::string_view text) {
    for (Cursor at(text); !at.at_end();) {
        if (at.peek() == '\0') {
            return TextProblem{ErrorCode::not_text, at.place(), "a byte of value 0 is no text",
                               "is this a binary file?"};
        }
        const Utf8Char c = decode_utf8(at.rest());
        if (!c.valid) {
            return TextProblem{ErrorCode::not_text, at.place(),
                               "the byte " + hex_byte(at.peek()) + " is not UTF-8 here",
                               "save the file as UTF-8"};
        }
        at.advance(c.length);
    }
    return std::nullopt;
}

std::optional<TextProblem> check_lines(std::string_view text) {
    int line = 1;
    for (std::size_t at = 0; at < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end - at > kMaxLineBytes) {
            return TextProblem{ErrorCode::line_too_long, Place{line, 1, 1},
                               "this line has " + with_commas(static_cast<std::int64_t>(end - at)) +
                                   " bytes; the limit is " + with_commas(kMaxLineBytes),
                               "break the list into several lines"};
        }
        at = end + 1;
    }
    return std::nullopt;
}

// Moves past a text in quotes, of any of TOML's four kinds. An unfinished one ends with the line,
// or with the file; the TOML library will complain about it. A text of many lines may end with up
// to two quotes of its own before the closing three.
void skip_quoted(Cursor& at) {
    const char quote = at.peek();
    const std::string three(3, quote);
    const bool many_lines = at.starts(three);
    at.advance(many_lines ? 3 : 1);
    while (!at.at_end()) {
        if (quote == '"' && at.peek() == '\\') {
            at.advance(2);
        } else if (many_lines && at.starts(three)) {
            at.advance(3);
            for (int own = 0; own < 2 && !at.at_end() && at.peek() == quote; ++own) at.advance(1);
            return;
        } else if (!many_lines && (at.peek() == quote || at.peek() == '\n')) {
            return at.advance(1);
        } else {
            at.advance(1);
        }
    }
}

// The TOML library descends once per part of a dotted key, so a long one would exhaust the stack.
std::optional<TextProblem> check_key_depth(std::string_view text) {
    std::size_t dots = 0;
    for (Cursor at(text); !at.at_end();) {
        const char c = at.peek();
        if (c == '"' || c == '\'') {
            skip_quoted(at);
            continue;
        }
        if (c == '#') {
            while (!at.at_end() && at.peek() != '\n') at.advance(1);
            continue;
        }
        if (c == '.' && ++dots >= kMaxKeyDepth) {
            return TextProblem{ErrorCode::key_too_deep, at.place(),
                               "this key has more than " + std::to_string(kMaxKeyDepth) + " parts",
                               ""};
        }
        if (std::string_view("=[]{},\n").find(c) != std::string_view::npos) dots = 0;
        at.advance(1);
    }
    return std::nullopt;
}

bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::optional<TextProblem> check_text(std::string_view text) {
    if (text.size() > kMaxScenarioBytes) {
        return TextProblem{ErrorCode::file_too_large, Place{},
                           "the file has " + with_commas(static_cast<std::int64_t>(text.size())) +
                               " bytes; the limit is " + with_commas(kMaxScenarioBytes),
                           "use `count` for many packets of a kind"};
    }
    if (auto problem = check_encoding(text)) return problem;
    if (auto problem = check_lines(text)) return problem;
    return check_key_depth(text);
}

std::string in_plain_words(std::string_view description) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> known = {{
        {"exceeded maximum nested value depth", "lists and tables are nested too deep here"},
        {"unescaped control characters", "a text in quotes must end on its line"},
        {"is not representable in 64 bits", "this number is too large"},
        {"could not determine value type", "this is no value"},
        {"expected a comment or whitespace", "nothing can follow the value on its line"},
    }};
    for (const auto& [theirs, ours] : known)
        if (description.find(theirs) != std::string_view::npos) return std::string(ours);
    // "Error while parsing key-value pair: expected '=', saw 'x'"
    const std::size_t colon = description.find(": ");
    if (description.starts_with("Error while parsing") && colon != std::string_view::npos)
        description.remove_prefix(colon + 2);
    return std::string(description);
}

std::string guess_meaning(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return {};
    std::string_view value = line.substr(equals + 1);
    value = value.substr(0, value.find_first_of("#,}]"));
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\r')) value.remove_suffix(1);
    if (value.empty() || value.size() > 60) return {};
    if (value.find_first_of("\"'[{") != std::string_view::npos) return {};
    const bool letters = std::any_of(value.begin(), value.end(), letter);
    if (digit(value.front()) && letters)
        return "a time is a text: write \"" + std::string(value) + "\"";
    if (letter(value.front()) && value != "true" && value != "false")
        return "a text needs quotes: write \"" + std::string(value) + "\"";
    return {};
}

}  // namespace sim::parse
