#include "sim/scenario_parse_amount.hpp"

#include <algorithm>

namespace sim::parse {
namespace {

constexpr std::int64_t kLargest = 1'000'000'000'000'000;

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class AmountReader {
public:
    AmountReader(std::string_view text, std::uint32_t processors)
        : text_(text), processors_(processors) {}

    Amount read() {
        std::int64_t sum = product();
        for (skip(); good() && at_ < text_.size() && (peek() == '+' || peek() == '-'); skip()) {
            const bool minus = text_[at_++] == '-';
            const std::int64_t term = product();
            sum += minus ? -term : term;
            check(sum);
        }
        if (good() && at_ < text_.size()) fail(at_, 1, "only +, - and * can follow here");
        amount_.value = sum;
        return amount_;
    }

private:
    [[nodiscard]] bool good() const { return amount_.problem.empty(); }
    [[nodiscard]] char peek() const { return text_[at_]; }
    void skip() {
        while (at_ < text_.size() && peek() == ' ') ++at_;
    }
    void fail(std::size_t at, std::size_t length, std::string problem) {
        if (!good()) return;
        amount_.problem = std::move(problem);
        amount_.at = at;
        amount_.length = length;
    }
    void check(std::int64_t value) {
        if (value > kLargest || value < -kLargest)
            fail(0, text_.size(), "this comes to a number that is far too large");
    }

    std::int64_t product() {
        std::int64_t value = factor();
        for (skip(); good() && at_ < text_.size() && peek() == '*'; skip()) {
            ++at_;
            const std::int64_t next = factor();
            if (next != 0 && value > kLargest / next) check(kLargest + 1);
            value = good() ? value * next : 0;
        }
        return value;
    }

    std::int64_t factor() {
        skip();
        const std::size_t begin = at_;
        if (at_ < text_.size() && digit(peek())) {
            std::int64_t value = 0;
            for (; at_ < text_.size() && digit(peek()); ++at_)
                value = std::min(value * 10 + (peek() - '0'), kLargest + 1);
            check(value);
            return value;
        }
        while (at_ < text_.size() && letter(peek())) ++at_;
        const std::string_view word = text_.substr(begin, at_ - begin);
        if (word == "processors") return processors_;
        fail(begin, std::max<std::size_t>(word.size(), 1),
             word.empty() ? "a number or `processors` is expected here"
                          : "the only word in a number is `processors`");
        return 0;
    }

    std::string_view text_;
    std::uint32_t processors_;
    std::size_t at_ = 0;
    Amount amount_;
};

}  // namespace

Amount read_amount(std::string_view text, std::uint32_t processors) {
    return AmountReader(text, processors).read();
}

}  // namespace sim::parse
