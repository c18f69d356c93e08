#include "sim/scenario_parse_size.hpp"

#include <array>
#include <string>
#include <utility>

#include "sim/scenario_parse_time.hpp"

namespace sim::parse {
namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 3> kUnits = {
    {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}}};
constexpr std::array<std::pair<std::string_view, Size::Kind>, 2> kDistributions = {
    {{"uniform", Size::Kind::uniform}, {"log_uniform", Size::Kind::log_uniform}}};
constexpr std::int64_t kLargest = INT64_C(1) << 40;  // no product overflows

class SizeReader {
public:
    SizeReader(Problems& problems, const KeyInfo& key, const Node& node)
        : problems_(problems), key_(key), node_(node) {}

    std::optional<Size> read() {
        const std::string_view whole = without_blanks(node_.text);
        const std::size_t open = whole.find('(');
        if (open != std::string_view::npos) return drawn(whole, open);
        const auto bytes = bytes_in(whole);
        if (!bytes) return std::nullopt;
        return Size::of(*bytes);
    }

private:
    std::nullopt_t complain(ErrorCode code, std::string message, std::string help) {
        problems_.add(code, node_.place, std::move(message), std::move(help));
        return std::nullopt;
    }

    // "4 KiB", exactly.
    std::optional<std::uint32_t> bytes_in(std::string_view text) {
        std::int64_t value = 0;
        std::size_t digits = 0;
        for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
            if (value < kLargest) value = value * 10 + (text[digits] - '0');
        const std::string_view unit = without_blanks(text.substr(digits));
        std::int64_t factor = 0;
        for (const auto& [name, bytes] : kUnits)
            if (name == unit) factor = bytes;
        if (digits == 0 || factor == 0) {
            return complain(
                ErrorCode::not_a_size, quoted(text) + " is no number of bytes",
                "a size is a whole number and a unit, B, KiB or MiB, such as \"4 KiB\"");
        }
        if (value < kLargest) value *= factor;
        if (value < key_.least || value > key_.most) {
            return complain(ErrorCode::out_of_range,
                            quoted(text) + " is out of range; possible is " +
                                limit_text(key_, key_.least) + " to " + limit_text(key_, key_.most),
                            "choose another size");
        }
        return static_cast<std::uint32_t>(value);
    }

    // "log_uniform(1 B, 64 KiB)"
    std::optional<Size> drawn(std::string_view whole, std::size_t open) {
        const std::string_view name = without_blanks(whole.substr(0, open));
        std::vector<std::string_view> names;
        std::optional<Size::Kind> kind;
        for (const auto& [known, each] : kDistributions) {
            names.push_back(known);
            if (known == name) kind = each;
        }
        if (!kind) {
            return complain(ErrorCode::not_a_size,
                            "there is no distribution of sizes " + quoted(name),
                            problems_.suggest(name, names));
        }
        const std::size_t comma = whole.find(',', open);
        if (whole.back() != ')' || comma == std::string_view::npos) {
            return complain(ErrorCode::not_a_size,
                            quoted(name) + " takes two sizes, the smallest and the largest",
                            "write, for example, \"" + std::string(name) + "(1 B, 64 KiB)\"");
        }
        const auto a = bytes_in(without_blanks(whole.substr(open + 1, comma - open - 1)));
        if (!a) return std::nullopt;
        const auto b = bytes_in(without_blanks(whole.substr(comma + 1, whole.size() - comma - 2)));
        if (!b) return std::nullopt;
        if (*b < *a) {
            return complain(ErrorCode::not_a_size,
                            "the largest size is smaller than the smallest one",
                            "the smallest size comes first");
        }
        return Size{*kind, *a, *b};
    }

    Problems& problems_;
    const KeyInfo& key_;
    const Node& node_;
};

}  // namespace

std::optional<Size> size_value(Problems& problems, const KeyInfo& key, const Node& node) {
    return SizeReader(problems, key, node).read();
}

}  // namespace sim::parse
