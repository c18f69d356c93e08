// A predicate's text in tokens.
#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "sim/predicate_words.hpp"
#include "sim/scenario_parse_problems.hpp"
#include "sim/scenario_parse_time.hpp"
#include "sim/utf8.hpp"

namespace sim::predicate {
namespace {

using parse::quoted;

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
// Of a unit: letters, and the micro sign.
bool unit_letter(char c) {
    return letter(c) || static_cast<unsigned char>(c) >= 0x80;
}

// What people write who think of another language, and what it is called here. The longer first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kForeign = {{
    {"&&", "and"},
    {"||", "or"},
    {"<>", "!="},
    {"=", "=="},
    {"!", "not"},
    {"&", "and"},
}};

class Tokenizer {
public:
    Tokenizer(std::string_view text, const Words& words) : text_(text), words_(words) {}

    std::variant<std::vector<Token>, PredicateProblem> all() {
        while (!problem_) {
            while (at_ < text_.size() && blank(text_[at_])) ++at_;
            if (at_ == text_.size()) break;
            if (digit(text_[at_])) {
                number();
            } else if (letter(text_[at_]) || text_[at_] == '_') {
                word();
            } else {
                symbol();
            }
        }
        if (problem_) return *std::move(problem_);
        found_.push_back({Token::Kind::end, text_.size(), {}, 0});
        return std::move(found_);
    }

private:
    template <class Accepts>
    std::size_t run(std::size_t from, const Accepts& accepts) const {
        while (from < text_.size() && accepts(text_[from])) ++from;
        return from;
    }
    void add(Token::Kind kind, std::size_t length, std::int64_t value = 0) {
        found_.push_back({kind, at_, text_.substr(at_, length), value});
        at_ += length;
    }
    void complain(std::size_t length, std::string message, std::string help = {}) {
        problem_ = {at_, length, std::move(message), std::move(help)};
    }

    void word() {
        const bool is_property = !found_.empty() && found_.back().is(".");
        std::size_t end = run(at_, [&](char c) {
            return letter(c) || digit(c) || c == '_' || (c == '-' && !is_property);
        });
        if (!is_property) end = at_ + words_.length(text_.substr(at_, end - at_));
        // A dash at the end of something unknown is an operator.
        while (end > at_ + 1 && text_[end - 1] == '-' &&
               words_.meanings(text_.substr(at_, end - at_)).empty())
            --end;
        add(Token::Kind::word, end - at_);
    }

    void symbol() {
        for (const std::string_view two : {"==", "!=", "<=", ">="})
            if (text_.substr(at_).starts_with(two)) return add(Token::Kind::symbol, 2);
        for (const auto& [foreign, ours] : kForeign)
            if (text_.substr(at_).starts_with(foreign))
                return complain(foreign.size(), "there is no operator " + quoted(foreign),
                                "write " + quoted(ours));
        if (std::string_view("()<>+-.").find(text_[at_]) != std::string_view::npos)
            return add(Token::Kind::symbol, 1);
        const std::size_t length = decode_utf8(text_.substr(at_)).length;
        complain(length, quoted(text_.substr(at_, length)) + " cannot stand here",
                 text_[at_] == '"' ? "names are written without quotes" : "");
    }

    // 12, 1_000, 5 ms, 1.5 ms.
    void number() {
        const std::size_t whole = run(at_, [](char c) { return digit(c) || c == '_'; });
        std::size_t end = whole;
        if (end + 1 < text_.size() && text_[end] == '.' && digit(text_[end + 1]))
            end = run(end + 1, digit);
        const bool decimals = end > whole;
        const std::size_t unit = run(end, blank);
        const std::size_t unit_end = run(unit, unit_letter);
        std::string digits(text_.substr(at_, end - at_));
        std::erase(digits, '_');
        if (unit_end > unit) {
            using Fault = parse::Time::Fault;
            const std::string written =
                digits + " " + std::string(text_.substr(unit, unit_end - unit));
            const parse::Time time = parse::read_time(written);
            if (time.fault == Fault::none)
                return add(Token::Kind::number, unit_end - at_, time.value);
            if (time.fault == Fault::too_long || time.fault == Fault::too_fine)
                return complain(unit_end - at_, time.fault == Fault::too_long
                                                    ? "this time is too long"
                                                    : "no time is finer than a nanosecond");
            if (unit == end)
                return complain(unit_end - at_,
                                quoted(text_.substr(unit, unit_end - unit)) + " is no unit of time",
                                "possible is ns, us, ms, s and min");
        }
        if (decimals)
            return complain(end - at_, "only a time can have decimals",
                            "write a unit, as in `1.5 ms`");
        plain(digits, end - at_);
    }

    void plain(const std::string& digits, std::size_t length) {
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        std::int64_t value = 0;
        for (const char c : digits) {
            if (value > (most - (c - '0')) / 10)
                return complain(length, "this number is too large");
            value = value * 10 + (c - '0');
        }
        add(Token::Kind::number, length, value);
    }

    std::string_view text_;
    const Words& words_;
    std::size_t at_ = 0;
    std::vector<Token> found_;
    std::optional<PredicateProblem> problem_;
};

}  // namespace

std::variant<std::vector<Token>, PredicateProblem> tokens(std::string_view text,
                                                          const Words& words) {
    return Tokenizer(text, words).all();
}

}  // namespace sim::predicate
