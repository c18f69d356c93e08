#include "sim/scenario_parse_value.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/scenario_parse_amount.hpp"
#include "sim/scenario_parse_size.hpp"
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
        case ValueType::integer:
        case ValueType::amount: return "a whole number without quotes";
        case ValueType::boolean: return "true or false";
        case ValueType::flag: return "true";
        case ValueType::text: return "a text in quotes";
        case ValueType::time:
        case ValueType::duration: return "a time in quotes";
        case ValueType::size: return "a number of bytes, or a text such as \"4 KiB\"";
        case ValueType::when: return "\"settled\"";
        case ValueType::every: return "\"settled\" or a time in quotes";
        case ValueType::file: return "the name of a file in quotes";
        case ValueType::kind:
        case ValueType::operation:
        case ValueType::result:
        case ValueType::error:
        case ValueType::ending: return "a word in quotes";
        case ValueType::predicate: return "a predicate in quotes";
        case ValueType::modes: return "a list of notification modes";
        case ValueType::rules: return "a list of rule ids";
        case ValueType::threads: return "a list of thread names";
        case ValueType::dispatch: return "a list of threads, each perhaps with its packet";
        case ValueType::returns: return "a list of threads and errors";
        case ValueType::predicates: return "a list of predicates";
        case ValueType::texts: return "a list of texts";
        case ValueType::steps: return "a list of steps";
        case ValueType::step: return "a step in braces";
        case ValueType::repeat: return "true or a number";
        default: return "a name in quotes";
    }
}

// One value, its key and where to complain.
class Reader {
public:
    Reader(const Context& context, const KeyInfo& key, const Entry& entry)
        : context_(context), key_(key), node_(entry.value) {}

    std::optional<Value> read() {
        switch (key_.type) {
            case ValueType::format: return format();
            case ValueType::integer: return integer();
            case ValueType::amount: return amount();
            case ValueType::boolean: return boolean();
            case ValueType::flag: return flag();
            case ValueType::text:
            case ValueType::file:
            case ValueType::predicate: return text();
            case ValueType::time: return time();
            case ValueType::duration: return duration();
            case ValueType::size: return size();
            case ValueType::when: return when();
            case ValueType::every: return every();
            case ValueType::kind:
            case ValueType::operation:
            case ValueType::result:
            case ValueType::error:
            case ValueType::ending: return word();
            case ValueType::modes:
            case ValueType::rules:
            case ValueType::threads:
            case ValueType::dispatch:
            case ValueType::returns:
            case ValueType::predicates:
            case ValueType::texts:
            case ValueType::steps: return list();
            case ValueType::step: return step();
            case ValueType::repeat: return repeat();
            default: return name();
        }
    }

private:
    using Kind = Node::Kind;

    std::nullopt_t complain_at(const Place& place, ErrorCode code, std::string message,
                               std::string help = {}) {
        context_.problems.add(code, place, std::move(message), std::move(help));
        return std::nullopt;
    }
    std::nullopt_t complain(ErrorCode code, std::string message, std::string help = {}) {
        return complain_at(node_.place, code, std::move(message), std::move(help));
    }
    std::nullopt_t wrong_type() {
        return complain(
            ErrorCode::wrong_type,
            quoted(key_.name) + " is " + std::string(describe(node_.kind)) + "; expected " +
                std::string(expected(key_.type)),
            key_.type == ValueType::amount
                ? "write `" + std::string(key_.name) + " = 4`, or a text: \"2 * processors\""
                : "write `" + std::string(key_.name) + " = " + std::string(key_.example) + "`");
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

    // `how` is said behind a number that does not stand in the file itself.
    std::optional<Value> in_range(std::int64_t number, const std::string& how = {}) {
        if (number < 0)
            return complain(ErrorCode::negative, quoted(key_.name) + " cannot be negative" + how);
        if (number < key_.least || number > key_.most) {
            return complain(ErrorCode::out_of_range,
                            quoted(key_.name) + " is " + with_commas(number) + how +
                                "; possible is " + with_commas(key_.least) + " to " +
                                with_commas(key_.most));
        }
        return Value{.integer = number};
    }
    std::optional<Value> integer() {
        if (node_.kind != Kind::integer) return wrong_type();
        return in_range(node_.integer);
    }

    std::optional<Value> amount() {
        if (node_.kind == Kind::integer) return in_range(node_.integer);
        if (node_.kind != Kind::text) return wrong_type();
        const Amount amount = read_amount(node_.text, context_.processors);
        if (!amount.problem.empty()) {
            return complain_at(context_.problems.inside(node_, amount.at, amount.length),
                               ErrorCode::not_an_amount, amount.problem,
                               "write a number, or for example \"2 * processors\"");
        }
        if (std::all_of(node_.text.begin(), node_.text.end(), digit)) {
            return complain(ErrorCode::wrong_type,
                            quoted(key_.name) + " is a number, which needs no quotes",
                            "write `" + std::string(key_.name) + " = " + node_.text + "`");
        }
        return in_range(amount.value,
                        " with " + with_commas(context_.processors) +
                            (context_.processors == 1 ? " processor" : " processors"));
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
        return Value{.text = node_.text, .node = &node_};
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

    std::optional<Value> word() {
        if (node_.kind != Kind::text) return wrong_type();
        const auto words = words_of(key_.type);
        const auto found = std::find(words.begin(), words.end(), node_.text);
        if (found != words.end()) return Value{.integer = found - words.begin()};
        return complain(ErrorCode::not_possible, quoted(node_.text) + " is not possible here",
                        meant_word(words));
    }

    // The closest word, or all of them, however many.
    std::string meant_word(std::span<const std::string_view> words) {
        std::string help = context_.problems.suggest(node_.text, {words.begin(), words.end()});
        if (!help.empty()) return help;
        help = "there are ";
        for (const std::string_view word : words)
            help += std::string(word) + (word == words.back() ? "" : ", ");
        return help;
    }

    std::optional<Value> time() {
        const auto time = time_value(context_.problems, key_, node_);
        if (!time) return std::nullopt;
        return Value{.time = *time};
    }
    std::optional<Value> duration() {
        const auto duration = duration_value(context_.problems, key_, node_);
        if (!duration) return std::nullopt;
        return Value{.duration = *duration};
    }

    std::optional<Value> size() {
        if (node_.kind == Kind::integer) {
            const auto bytes = in_range(node_.integer);
            if (!bytes) return std::nullopt;
            return Value{.size = Size::of(static_cast<std::uint32_t>(bytes->integer))};
        }
        if (node_.kind != Kind::text) return wrong_type();
        const auto size = size_value(context_.problems, key_, node_);
        if (!size) return std::nullopt;
        return Value{.size = *size};
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
        return duration();
    }

    std::optional<Value> repeat() {
        if (node_.kind == Kind::boolean) {
            if (node_.flag) return Value{.integer = 0};
            return complain(ErrorCode::not_possible, "`repeat` cannot be false",
                            "leave the step out");
        }
        return integer();
    }

    std::optional<Value> boolean() {
        if (node_.kind != Kind::boolean) return wrong_type();
        return Value{.flag = node_.flag};
    }

    std::optional<Value> flag() {
        if (node_.kind != Kind::boolean) return wrong_type();
        if (node_.flag) return Value{.flag = true};
        return complain(ErrorCode::not_possible, quoted(key_.name) + " cannot be false",
                        "leave the step out");
    }

    std::optional<Value> list() {
        if (node_.kind != Kind::list) return wrong_type();
        const auto size = static_cast<std::int64_t>(node_.items.size());
        if (size < key_.least || size > key_.most) {
            return complain(
                ErrorCode::too_many,
                quoted(key_.name) + " has " + with_commas(size) +
                    (size == 1 ? " entry" : " entries") +
                    (size < key_.least ? "; it needs at least " + with_commas(key_.least)
                                       : "; the limit is " + with_commas(key_.most)));
        }
        return Value{.node = &node_};
    }

    std::optional<Value> step() {
        if (node_.kind != Kind::table) return wrong_type();
        return Value{.node = &node_};
    }

    const Context& context_;
    const KeyInfo& key_;
    const Node& node_;
};

}  // namespace

std::optional<Value> read_value(const Context& context, const KeyInfo& key, const Entry& entry) {
    return Reader(context, key, entry).read();
}

bool is_name(std::string_view text) {
    return !text.empty() && letter(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return letter(c) || digit(c) || c == '-' || c == '_'; });
}

}  // namespace sim::parse
