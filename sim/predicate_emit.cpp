#include "sim/predicate_emit.hpp"

#include <algorithm>
#include <utility>

#include "sim/predicate_type.hpp"
#include "sim/scenario_parse_problems.hpp"

namespace sim::predicate {

using parse::quoted;

Operand Emitter::push(std::size_t at, std::size_t length, Meanings meanings) {
    code_.push_back(meanings.front().op);
    return {at, length, std::move(meanings), code_.size() - 1};
}

Operand Emitter::unary(std::size_t at, PredicateCode code, const Operand& operand, Type type) {
    if (failed()) return {};
    code_.push_back({static_cast<std::uint8_t>(code), 0, 0});
    return {at, operand.at + operand.length - at, {{type, code_.back()}}, code_.size() - 1};
}

Operand Emitter::binary(const Operand& left, PredicateCode code, const Operand& right, Type type) {
    if (failed()) return {};
    code_.push_back({static_cast<std::uint8_t>(code), 0, 0});
    const std::size_t length = right.at + right.length - left.at;
    return {left.at, length, {{type, code_.back()}}, code_.size() - 1};
}

void Emitter::want(Operand& operand, Type type, const std::string& needs) {
    if (failed()) return;
    const auto fits = [type](const Meaning& m) { return m.type == type; };
    const auto first = std::find_if(operand.meanings.begin(), operand.meanings.end(), fits);
    if (first == operand.meanings.end()) {
        const Type is = operand.meanings.front().type;
        complain(operand.at, operand.length,
                 quoted(text_of(operand)) + " is " + std::string(describe(is)) + "; " + needs,
                 advice(text_of(operand), operand.meanings.front(), type));
    } else if (std::count_if(first, operand.meanings.end(), fits) > 1) {
        several(operand);
    } else {
        choose(operand, *first);
    }
}

void Emitter::equalize(Operand& left, Operand& right) {
    if (failed()) return;
    std::vector<std::pair<Meaning, Meaning>> pairs;
    for (const Meaning& l : left.meanings)
        for (const Meaning& r : right.meanings)
            if (l.type == r.type) pairs.emplace_back(l, r);
    if (pairs.empty()) {
        const Type l = left.meanings.front().type;
        const Type r = right.meanings.front().type;
        complain(left.at, right.at + right.length - left.at,
                 quoted(text_of(left)) + " is " + std::string(describe(l)) + " and " +
                     quoted(text_of(right)) + " is " + std::string(describe(r)) +
                     "; they cannot be compared",
                 advice(text_of(left), left.meanings.front(), r));
    } else if (pairs.size() > 1) {
        // The side that differs between two possible readings is the unclear one.
        several(pairs[0].first.op == pairs[1].first.op ? right : left);
    } else {
        choose(left, pairs.front().first);
        choose(right, pairs.front().second);
    }
}

void Emitter::choose(Operand& operand, Meaning meaning) {
    code_[operand.slot] = meaning.op;
    operand.meanings = {meaning};
}

void Emitter::several(const Operand& operand) {
    const std::string_view text = text_of(operand);
    complain(operand.at, operand.length, quoted(text) + " could mean several things",
             text == "none" ? "compare it with what may be none, as in `P.top == none`"
                            : "give each port, thread and handle a name of its own");
}

void Emitter::complain(std::size_t at, std::size_t length, std::string message, std::string help) {
    if (!problem_) problem_ = {at, length, std::move(message), std::move(help)};
}

std::string_view Emitter::text_of(const Operand& operand) const {
    return text_.substr(operand.at, operand.length);
}

std::variant<Predicate, PredicateProblem> Emitter::take() {
    if (problem_) return *std::move(problem_);
    return Predicate{std::string(text_), std::move(code_)};
}

}  // namespace sim::predicate
