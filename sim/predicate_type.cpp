#include "sim/predicate_type.hpp"

#include "sim/scenario_parse_problems.hpp"

namespace sim::predicate {

std::string_view describe(Type type) {
    switch (type) {
        case Type::truth: return "a condition";
        case Type::number: return "a number";
        case Type::thread: return "a thread";
        case Type::port: return "a port";
        case Type::handle: return "a handle";
        case Type::fact: return "a kind of fact";
        case Type::rule: return "a rule";
        case Type::error: return "an error";
        case Type::operation: return "an operation";
    }
    return {};
}

std::string_view noun(Type type) {
    const std::string_view with_article = describe(type);
    return with_article.substr(with_article.find(' ') + 1);
}

std::string_view describe(const std::vector<Of>& owners) {
    if (owners.size() != 1) return "what has this name";
    switch (owners.front()) {
        case Of::port: return "a port";
        case Of::thread: return "a thread";
        case Of::handle: return "a handle";
        case Of::last: break;
    }
    return "a fact";
}

std::string advice(std::string_view text, const Meaning& has, Type wanted) {
    if (wanted != Type::truth && wanted != Type::number) return {};
    const bool truth = wanted == Type::truth;
    const std::string it(text);
    const auto code = static_cast<PredicateCode>(has.op.code);
    const bool named = code == PredicateCode::named_port ||
                       (code == PredicateCode::constant && has.op.number != kNone);
    const auto ask = [&](std::string_view condition, std::string_view number) {
        return "ask something of it, like `" + it + std::string(truth ? condition : number) + "`";
    };
    if (has.type == Type::truth) return "it is true or false; write it alone or after `not`";
    if (has.type == Type::number) return "compare it, as in " + parse::quoted(it + " > 0");
    if (named && has.type == Type::thread) return ask(".waiting", ".packet");
    if (named && has.type == Type::port) return ask(".closed", ".queue");
    if (named && has.type == Type::handle) return ask(".closed", ".pending");
    if (!truth) return {};
    if (!named) return "compare it, as in " + parse::quoted(it + " == ...");
    // The word that stands for the values of such a type.
    const std::string word(has.type == Type::fact ? "fact" : noun(has.type));
    return "write " + parse::quoted(word + " == " + it);
}

}  // namespace sim::predicate
