// What is wrong with an input, said so that its author can repair it: a stable code, the place,
// the line with a caret, what was expected and a suggestion. And Result, the value that is either
// what was asked for or the list of everything that is wrong.
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sim {

struct Diagnostic {
    std::string code;         // stable, e.g. "S014"; explained by `iocpscope explain S014`
    std::string message;      // stands alone, no trailing period
    std::string origin;       // file name as the user gave it; "-" for standard input
    int line = 0;             // 1-based; 0 when the error has no place in the file
    int column = 0;           // 1-based, in bytes
    int length = 1;           // how many columns the carets span
    std::string source_line;  // the text of that line, without its end
    std::string help;         // "did you mean `concurrency`?"; empty when nothing is known
};
using Diagnostics = std::vector<Diagnostic>;

// error[S014]: unknown key `concurency` in [[port]]
//   --> lesson.toml:5:1
//    |
//  5 | concurency = 2
//    | ^^^^^^^^^^
//    = help: did you mean `concurrency`?
[[nodiscard]] std::string render(const Diagnostic&);
[[nodiscard]] std::string render(const Diagnostics&);

// Text of an input as a terminal may show it: control characters (escape sequences!) and bytes that
// are not UTF-8 become U+FFFD. Tabs stay.
[[nodiscard]] std::string printable(std::string_view);

// The candidate closest to `word` by edit distance, or an empty view when none is close enough to
// be what the author meant.
[[nodiscard]] std::string_view closest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

// The names of std::expected, which GCC 12 has only in C++23 mode.
template <class T>
class Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: as expected
    Result(Diagnostics errors) : state_(std::in_place_index<1>, std::move(errors)) {}  // NOLINT
    Result(Diagnostic error) : state_(std::in_place_index<1>) {                        // NOLINT
        std::get<1>(state_).push_back(std::move(error));
    }
    [[nodiscard]] bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }
    [[nodiscard]] T& value() & {
        assert(has_value());
        return std::get<0>(state_);
    }
    [[nodiscard]] const T& value() const& {
        assert(has_value());
        return std::get<0>(state_);
    }
    [[nodiscard]] T&& value() && {
        assert(has_value());
        return std::get<0>(std::move(state_));
    }
    [[nodiscard]] const Diagnostics& error() const {
        assert(!has_value());
        return std::get<1>(state_);
    }

private:
    std::variant<T, Diagnostics> state_;
};

}  // namespace sim
