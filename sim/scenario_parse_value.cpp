#include "sim/scenario_parse_value.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/scenario_parse_time.hpp"

namespace sim::parse {
namespace {

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What a value of this type looks like, for "expected ...".
std::string_view expected(ValueType type) {
    switch (type) {
        case ValueType::format:
        case ValueType::integer: return "a whole number without quotes";
        case ValueType::text: return "a text in quotes";
        case ValueType::identifier:
        case ValueType::port:
        case ValueType::event: return "a name in quotes";
        case ValueType::time: return "a time in quotes";
        case ValueType::when: return "\"settled\"";
        case ValueType::every: return "\"settled\" or a time in quotes";
        case ValueType::rules: return "a list of rule ids";
        case ValueType::threads: return "a list of thread names";
        case ValueType::dispatch: return "a list of threads, each perhaps with its packet";
        case ValueType::steps: return "a list of steps";
        case ValueType::repeat: return "true or a number";
        case ValueType::flag: return "true";
    }
    return {};
}

// One value, its key and where to complain.
class Reader {
public:
    Reader(Problems& problems, const KeyInfo& key, const Entry& entry)
        : problems_(problems), key_(key), node_(entry.value) {}

    std::optional<Value> read() {
        switch (key_.type) {
            case ValueType::format: return format();
            case ValueType::integer: return integer();
            case ValueType::text: return text();
            case ValueType::identifier:
            case ValueType::port:
            case ValueType::event: return name();
            case ValueType::time: return time();
            case ValueType::when: return when();
            case ValueType::every: return every();
            case ValueType::rules:
            case ValueType::threads:
            case ValueType::dispatch:
            case ValueType::steps: return list();
            case ValueType::repeat: return repeat();
            case ValueType::flag: return flag();
        }
        return std::nullopt;
    }

private:
    using Kind = Node::Kind;

    std::nullopt_t complain(ErrorCode code, std::string message, std::string help = {}) {
        problems_.add(code, node_.place, std::move(message), std::move(help));
        return std::nullopt;
    }
    std::nullopt_t wrong_type() {
        return complain(
            ErrorCode::wrong_type,
            quoted(key_.name) + " is " + std::string(describe(node_.kind)) + "; expected " +
                std::string(expected(key_.type)),
            "write `" + std::string(key_.name) + " = " + std::string(key_.example) + "`");
    }

    std::optional<Value> format() {
        if (node_.kind != Kind::integer) return wrong_type();
        if (node_.integer != key_.most) {
            return complain(ErrorCode::unknown_format,
                            "this file has format " + std::to_string(node_.integer) +
                                "; this version reads format 1",
                            node_.integer > key_.most ? "it was written for a newer version"
                                                      : "write `format = 1`");
        }
        return Value{.integer = node_.integer};
    }

    std::optional<Value> integer() {
        if (node_.kind != Kind::integer) return wrong_type();
        if (node_.integer < 0)
            return complain(ErrorCode::negative, quoted(key_.name) + " cannot be negative");
        if (node_.integer < key_.least || node_.integer > key_.most) {
            return complain(ErrorCode::out_of_range,
                            quoted(key_.name) + " is " + with_commas(node_.integer) +
                                "; possible is " + with_commas(key_.least) + " to " +
                                with_commas(key_.most));
        }
        return Value{.integer = node_.integer};
    }

    std::optional<Value> text() {
        if (node_.kind != Kind::text) return wrong_type();
        const auto size = static_cast<std::int64_t>(node_.text.size());
        if (size < key_.least)
            return complain(ErrorCode::text_too_long, quoted(key_.name) + " is empty");
        if (size > key_.most) {
            return complain(ErrorCode::text_too_long,
                            quoted(key_.name) + " has " + with_commas(size) +
                                " bytes; the limit is " + with_commas(key_.most));
        }
        return Value{.text = node_.text};
    }

    std::optional<Value> name() {
        if (node_.kind != Kind::text) return wrong_type();
        const auto size = static_cast<std::int64_t>(node_.text.size());
        if (size > key_.most) {
            return complain(ErrorCode::not_a_name, "this name has " + with_commas(size) +
                                                       " bytes; the limit is " +
                                                       with_commas(key_.most));
        }
        if (!is_name(node_.text)) {
            return complain(ErrorCode::not_a_name,
                            node_.text.empty() ? "a name cannot be empty"
                                               : quoted(node_.text) + " cannot be a name",
                            "a letter comes first, then letters, digits, - and _");
        }
        return Value{.text = node_.text};
    }

    std::optional<Value> time() {
        if (node_.kind == Kind::integer || node_.kind == Kind::real) {
            return complain(ErrorCode::no_unit, "a time needs a unit",
                            "write \"" + node_.text + " ms\", with ns, us, ms, s or min");
        }
        if (node_.kind != Kind::text) return wrong_type();
        const std::string_view text = without_blanks(node_.text);
        if (text.starts_with('-')) {
            return complain(ErrorCode::time_out_of_range,
                            quoted(key_.name) + " cannot be negative");
        }
        const Time time = read_time(text);
        if (time.fault != Time::Fault::none) return not_a_time(time);
        if (time.value < key_.least || time.value > key_.most) {
            return complain(ErrorCode::time_out_of_range, quoted(key_.name) + " is " +
                                                              quoted(text) + "; possible is " +
                                                              limit_text(key_, key_.least) +
                                                              " to " + limit_text(key_, key_.most));
        }
        return Value{.time = time.value};
    }

    std::nullopt_t not_a_time(const Time& time) {
        const std::string written = quoted(node_.text);
        switch (time.fault) {
            case Time::Fault::no_unit:
                return complain(ErrorCode::no_unit, "a time needs a unit: " + written + " has none",
                                "write \"" + std::string(without_blanks(node_.text)) +
                                    " ms\", with ns, us, ms, s or min");
            case Time::Fault::unknown_unit:
                return complain(ErrorCode::not_a_time, quoted(time.unit) + " is no unit of time",
                                problems_.suggest(time.unit, {"ns", "us", "ms", "s", "min"}));
            case Time::Fault::too_fine:
                return complain(ErrorCode::not_a_time, written + " is finer than a nanosecond");
            case Time::Fault::too_long:
                return complain(ErrorCode::time_out_of_range,
                                quoted(key_.name) + " is too long; possible is " +
                                    limit_text(key_, key_.least) + " to " +
                                    limit_text(key_, key_.most));
            default: break;
        }
        const bool infinite = key_.name == "timeout" && closest(node_.text, {"infinite"}) != "";
        return complain(ErrorCode::not_a_time, written + " is no time",
                        infinite ? "leave `timeout` out to wait for ever"
                                 : "a time is a number and a unit, such as \"5 ms\"");
    }

    std::optional<Value> when() {
        if (node_.kind != Kind::text) return wrong_type();
        if (node_.text == "settled") return Value{.settled = true};
        if (read_time(without_blanks(node_.text)).fault == Time::Fault::none) {
            return complain(ErrorCode::not_possible, "`when` is no time",
                            "write `at = \"" + node_.text + "\"`");
        }
        return complain(ErrorCode::not_possible, quoted(node_.text) + " is not possible here",
                        "write `when = \"settled\"`, or `at` and a time");
    }

    std::optional<Value> every() {
        if (node_.kind == Kind::text && node_.text == "settled") return Value{.settled = true};
        if (node_.kind == Kind::text && !node_.text.empty() && letter(node_.text.front())) {
            return complain(ErrorCode::not_possible, quoted(node_.text) + " is not possible here",
                            "write \"settled\" or a time, such as \"5 ms\"");
        }
        return time();
    }

    std::optional<Value> repeat() {
        if (node_.kind == Kind::boolean) {
            if (node_.flag) return Value{.integer = 0};
            return complain(ErrorCode::not_possible, "`repeat` cannot be false",
                            "leave the step out");
        }
        return integer();
    }

    std::optional<Value> flag() {
        if (node_.kind != Kind::boolean) return wrong_type();
        if (node_.flag) return Value{};
        return complain(ErrorCode::not_possible, quoted(key_.name) + " cannot be false",
                        "leave the step out");
    }

    std::optional<Value> list() {
        if (node_.kind != Kind::list) return wrong_type();
        const auto size = static_cast<std::int64_t>(node_.items.size());
        if (size > key_.most) {
            return complain(ErrorCode::too_many, quoted(key_.name) + " has " + with_commas(size) +
                                                     " entries; the limit is " +
                                                     with_commas(key_.most));
        }
        return Value{.node = &node_};
    }

    Problems& problems_;
    const KeyInfo& key_;
    const Node& node_;
};

}  // namespace

std::optional<Value> read_value(Problems& problems, const KeyInfo& key, const Entry& entry) {
    return Reader(problems, key, entry).read();
}

bool is_name(std::string_view text) {
    return !text.empty() && letter(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return letter(c) || digit(c) || c == '-' || c == '_'; });
}

}  // namespace sim::parse
