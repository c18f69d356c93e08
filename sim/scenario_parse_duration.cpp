// Values of keys that take a time or a distribution of times.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "sim/scenario_parse_time.hpp"

namespace sim::parse {
namespace {

struct Distribution {
    std::string_view name;
    Duration::Kind kind;
    std::size_t arguments;
    std::string_view takes;    // what the arguments are
    std::string_view example;  // to copy
};
constexpr auto kDistributions = std::to_array<Distribution>({
    {"exponential", Duration::Kind::exponential, 1, "one time, the mean", "exponential(1 ms)"},
    {"uniform", Duration::Kind::uniform, 2, "two times, the shortest and the longest",
     "uniform(1 ms, 2 ms)"},
    {"normal", Duration::Kind::normal, 2, "two times, the mean and the standard deviation",
     "normal(1 ms, 100 us)"},
});

bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A part of a text in quotes, which knows where it stands.
struct Part {
    std::string_view text;
    std::size_t at = 0;

    [[nodiscard]] Part trimmed() const {
        const std::string_view inner = without_blanks(text);
        // An empty part is pointed at where it should be.
        return {inner,
                inner.empty() ? at : at + static_cast<std::size_t>(inner.data() - text.data())};
    }
    [[nodiscard]] Part part(std::size_t from, std::size_t length = std::string_view::npos) const {
        return {text.substr(from, length), at + from};
    }
};

class TimeReader {
public:
    TimeReader(Problems& problems, const KeyInfo& key, const Node& node)
        : problems_(problems), key_(key), node_(node) {}

    std::optional<Nanos> time() {
        if (!is_text()) return std::nullopt;
        return time_in(Part{node_.text}.trimmed(), key_.least);
    }

    std::optional<Duration> duration() {
        if (!is_text()) return std::nullopt;
        const Part whole = Part{node_.text}.trimmed();
        const std::size_t open = whole.text.find('(');
        if (open != std::string_view::npos) return drawn(whole, open);
        if (!whole.text.empty() && letter(whole.text.front())) return word(whole);
        const auto fixed = time_in(whole, key_.least);
        if (!fixed) return std::nullopt;
        return Duration::of(*fixed);
    }

private:
    std::nullopt_t complain(ErrorCode code, const Part& where, std::string message,
                            std::string help = {}) {
        const Place place = where.text.size() == node_.text.size()
                                ? node_.place
                                : problems_.inside(node_, where.at, where.text.size());
        problems_.add(code, place, std::move(message), std::move(help));
        return std::nullopt;
    }

    bool is_text() {
        if (node_.kind == Node::Kind::text) return true;
        if (node_.kind == Node::Kind::integer || node_.kind == Node::Kind::real) {
            problems_.add(ErrorCode::no_unit, node_.place, "a time needs a unit",
                          "write \"" + node_.text + " ms\", with ns, us, ms, s or min");
            return false;
        }
        problems_.add(ErrorCode::wrong_type, node_.place,
                      quoted(key_.name) + " is " + std::string(describe(node_.kind)) +
                          "; expected " +
                          (key_.type == ValueType::every ? "\"settled\" or a time in quotes"
                                                         : "a time in quotes"),
                      "write `" + std::string(key_.name) + " = " + std::string(key_.example) + "`");
        return false;
    }

    std::string limits(Nanos least) const {
        return limit_text(key_, least) + " to " + limit_text(key_, key_.most);
    }

    // `part` is the whole text, or one time of a distribution.
    std::optional<Nanos> time_in(const Part& part, Nanos least) {
        const bool whole = part.text.size() == without_blanks(node_.text).size();
        const std::string what = whole ? quoted(key_.name) : "a time";
        if (part.text.starts_with('-'))
            return complain(ErrorCode::time_out_of_range, part, what + " cannot be negative");
        const Time time = read_time(part.text);
        if (time.fault != Time::Fault::none) return not_a_time(part, time, whole);
        if (time.value < least || time.value > key_.most) {
            return complain(ErrorCode::time_out_of_range, part,
                            (whole ? what + " is " + quoted(part.text)
                                   : quoted(part.text) + " is out of range") +
                                "; possible is " + limits(least));
        }
        return time.value;
    }

    std::nullopt_t not_a_time(const Part& part, const Time& time, bool whole) {
        const std::string written = quoted(part.text);
        switch (time.fault) {
            case Time::Fault::no_unit:
                return complain(
                    ErrorCode::no_unit, part, "a time needs a unit: " + written + " has none",
                    "write " + std::string(whole ? "\"" : "`") + std::string(part.text) + " ms" +
                        (whole ? "\"" : "`") + ", with ns, us, ms, s or min");
            case Time::Fault::unknown_unit:
                return complain(ErrorCode::not_a_time, part,
                                quoted(time.unit) + " is no unit of time",
                                problems_.suggest(time.unit, {"ns", "us", "ms", "s", "min"}));
            case Time::Fault::too_fine:
                return complain(ErrorCode::not_a_time, part,
                                written + " is finer than a nanosecond");
            case Time::Fault::too_long:
                return complain(ErrorCode::time_out_of_range, part,
                                (whole ? quoted(key_.name) : written) +
                                    " is too long; possible is " + limits(key_.least));
            default: break;
        }
        const bool infinite = key_.name == "timeout" && closest(part.text, {"infinite"}) != "";
        return complain(ErrorCode::not_a_time, part, written + " is no time",
                        infinite ? "leave `timeout` out to wait for ever"
                                 : "a time is a number and a unit, such as \"5 ms\"");
    }

    static const Distribution* called(std::string_view name) {
        const auto found = std::find_if(kDistributions.begin(), kDistributions.end(),
                                        [&](const Distribution& d) { return d.name == name; });
        return found == kDistributions.end() ? nullptr : &*found;
    }

    // "exponential 1 ms", "soon": letters where a number should be.
    std::nullopt_t word(const Part& whole) {
        const std::string_view first = whole.text.substr(0, whole.text.find(' '));
        std::vector<std::string_view> names;
        for (const Distribution& d : kDistributions) names.push_back(d.name);
        if (const Distribution* meant = called(closest(first, names))) {
            return complain(ErrorCode::not_a_distribution, whole,
                            quoted(whole.text) + " lacks the times in parentheses",
                            quoted(meant->name) + " takes " + std::string(meant->takes) +
                                ": write \"" + std::string(meant->example) + "\"");
        }
        if (key_.type == ValueType::every) {
            return complain(ErrorCode::not_possible, whole,
                            quoted(whole.text) + " is not possible here",
                            "write \"settled\" or a time, such as \"5 ms\"");
        }
        return not_a_time(whole, {Time::Fault::no_number}, true);
    }

    std::optional<Duration> drawn(const Part& whole, std::size_t open) {
        const Part name = whole.part(0, open).trimmed();
        const Distribution* distribution = called(name.text);
        if (!distribution) {
            std::vector<std::string_view> names;
            for (const Distribution& d : kDistributions) names.push_back(d.name);
            return complain(ErrorCode::not_a_distribution, name,
                            "there is no distribution " + quoted(name.text),
                            problems_.suggest(name.text, names));
        }
        const std::size_t close = whole.text.find(')', open);
        if (close != whole.text.size() - 1) {
            return complain(ErrorCode::not_a_distribution, whole,
                            close == std::string_view::npos
                                ? "a parenthesis is not closed"
                                : "nothing can follow the closing parenthesis",
                            "write, for example, \"" + std::string(distribution->example) + "\"");
        }
        return with_arguments(*distribution, whole.part(open + 1, close - open - 1));
    }

    std::optional<Duration> with_arguments(const Distribution& distribution, const Part& list) {
        std::vector<Part> parts;
        for (std::size_t at = 0; at <= list.text.size();) {
            const std::size_t end = std::min(list.text.find(',', at), list.text.size());
            parts.push_back(list.part(at, end - at).trimmed());
            at = end + 1;
        }
        if (parts.size() == 1 && parts[0].text.empty()) parts.clear();
        if (parts.size() != distribution.arguments) {
            return complain(
                ErrorCode::not_a_distribution, list,
                quoted(distribution.name) + " takes " + std::string(distribution.takes) +
                    "; here " +
                    (parts.size() == 1 ? "is 1" : "are " + std::to_string(parts.size())),
                "write, for example, \"" + std::string(distribution.example) + "\"");
        }
        const bool uniform = distribution.kind == Duration::Kind::uniform;
        Duration duration{distribution.kind, 0, 0};
        const auto a = time_in(parts[0], uniform ? 0 : key_.least);
        const auto b = parts.size() == 2 ? time_in(parts[1], uniform ? key_.least : 0) : Nanos{0};
        if (!a || !b) return std::nullopt;
        duration.a = *a;
        duration.b = *b;
        if (uniform && duration.b < duration.a) {
            return complain(ErrorCode::not_a_distribution, list,
                            "the longest time, " + quoted(parts[1].text) +
                                ", is shorter than the shortest, " + quoted(parts[0].text),
                            "the shortest time comes first");
        }
        return duration;
    }

    Problems& problems_;
    const KeyInfo& key_;
    const Node& node_;
};

}  // namespace

std::optional<Nanos> time_value(Problems& problems, const KeyInfo& key, const Node& node) {
    return TimeReader(problems, key, node).time();
}

std::optional<Duration> duration_value(Problems& problems, const KeyInfo& key, const Node& node) {
    return TimeReader(problems, key, node).duration();
}

Nanos mean_of(const Duration& duration) {
    return duration.kind == Duration::Kind::uniform ? (duration.a + duration.b) / 2 : duration.a;
}

}  // namespace sim::parse
