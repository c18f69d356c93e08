// From the text of a predicate to its code, with types checked: recursive descent, one function
// per level of precedence. The first problem ends it.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "sim/predicate_emit.hpp"
#include "sim/predicate_type.hpp"
#include "sim/predicate_words.hpp"
#include "sim/scenario_format.hpp"
#include "sim/scenario_parse_problems.hpp"

namespace sim::predicate {
namespace {

using parse::quoted;
using Kind = Token::Kind;

struct Operator {
    std::string_view text;
    PredicateCode code;
};
constexpr std::array<Operator, 6> kComparisons = {{{"==", PredicateCode::equal},
                                                   {"!=", PredicateCode::unequal},
                                                   {"<=", PredicateCode::at_most},
                                                   {">=", PredicateCode::at_least},
                                                   {"<", PredicateCode::less},
                                                   {">", PredicateCode::more}}};

const Operator* comparison_of(const Token& token) {
    const auto found = std::find_if(kComparisons.begin(), kComparisons.end(),
                                    [&](const Operator& each) { return token.is(each.text); });
    return found == kComparisons.end() ? nullptr : &*found;
}

class Parser {
public:
    Parser(std::string_view text, const Words& words, std::vector<Token> tokens)
        : text_(text), emit_(text), words_(words), tokens_(std::move(tokens)) {}

    std::variant<Predicate, PredicateProblem> whole() {
        if (tokens_.size() == 1)
            complain(0, std::max<std::size_t>(text_.size(), 1), "this predicate is empty",
                     "write what must hold, as in `P.queue > 0`");
        Operand all = disjunction();
        if (!failed() && token().kind != Kind::end) left_over();
        emit_.want(all, Type::truth, "a predicate must be a condition");
        return emit_.take();
    }

private:
    // -- levels of precedence, the loosest first --------------------------------------------------

    Operand disjunction() {
        Operand left = conjunction();
        while (!failed() && token().is("or"))
            left = join(std::move(left), PredicateCode::logical_or, Type::truth,
                        [this] { return conjunction(); });
        return left;
    }
    Operand conjunction() {
        Operand left = negation();
        while (!failed() && token().is("and"))
            left = join(std::move(left), PredicateCode::logical_and, Type::truth,
                        [this] { return negation(); });
        return left;
    }
    Operand negation() {
        // `not.queue` would be a port of that name.
        if (failed() || !token().is("not") || token(1).is(".")) return comparison();
        return prefixed(PredicateCode::logical_not, Type::truth, [this] { return negation(); });
    }
    Operand comparison() {
        Operand left = sum();
        const Operator* op = failed() ? nullptr : comparison_of(token());
        if (op == nullptr) return left;
        const Token sign = take();
        const bool equality =
            op->code == PredicateCode::equal || op->code == PredicateCode::unequal;
        const std::optional<Type> outer = std::exchange(hint_, hint_from(left, equality));
        Operand right = sum();
        hint_ = outer;
        if (equality) {
            emit_.equalize(left, right);
        } else {
            const std::string needs = quoted(sign.text) + " compares numbers";
            emit_.want(left, Type::number, needs);
            emit_.want(right, Type::number, needs);
        }
        left = emit_.binary(left, op->code, right, Type::truth);
        if (!failed() && comparison_of(token()) != nullptr)
            complain(token().at, token().text.size(), "comparisons cannot follow each other",
                     "write `a < b and b < c`");
        return left;
    }
    Operand sum() {
        Operand left = signed_operand();
        while (!failed() && (token().is("+") || token().is("-")))
            left = join(std::move(left),
                        token().is("+") ? PredicateCode::add : PredicateCode::subtract,
                        Type::number, [this] { return signed_operand(); });
        return left;
    }
    Operand signed_operand() {
        if (failed() || !token().is("-")) return primary();
        return prefixed(PredicateCode::negate, Type::number, [this] { return signed_operand(); });
    }

    Operand primary() {
        if (failed()) return {};
        const Token first = token();
        if (first.is("(")) return parenthesis();
        if (first.kind == Kind::number) {
            take();
            return emit_.push(
                first.at, first.text.size(),
                {{Type::number,
                  {static_cast<std::uint8_t>(PredicateCode::constant), 0, first.number}}});
        }
        if (first.kind == Kind::word && token(1).is(".")) return property_of(first);
        if (first.is("not"))
            return complain(first.at, first.text.size(), "`not` cannot stand here",
                            "put what it negates in parentheses: `(not ...)`");
        if (first.kind == Kind::word && !first.is("and") && !first.is("or")) return word();
        const bool end = first.kind == Kind::end;
        return complain(first.at, std::max<std::size_t>(first.text.size(), 1),
                        "something is missing " +
                            (end ? std::string("at the end") : "before " + quoted(first.text)),
                        "a name with a property, a word like `packet`, or a number");
    }

    Operand parenthesis() {
        const Token open = take();
        if (!deeper(open)) return {};
        // Inside, an operand is not compared with what stands outside.
        const std::optional<Type> outer = std::exchange(hint_, std::nullopt);
        Operand inner = disjunction();
        hint_ = outer;
        --depth_;
        if (failed()) return {};
        if (token().kind == Kind::end)
            return complain(open.at, 1, "this parenthesis is not closed");
        if (!token().is(")")) return left_over();
        const Token close = take();
        inner.length = close.at + 1 - open.at;
        inner.at = open.at;
        return inner;
    }

    Operand word() {
        const Token token = take();
        Meanings meanings = words_.meanings(token.text);
        if (meanings.empty()) {
            std::string what = "nothing";
            if (hint_) what = "no " + std::string(noun(*hint_));
            return complain(token.at, token.text.size(),
                            "there is " + what + " called " + quoted(token.text),
                            words_.suggest_word(token.text, hint_));
        }
        return emit_.push(token.at, token.text.size(), std::move(meanings));
    }

    Operand property_of(const Token& name) {
        take();
        take();  // the point
        const Token asked = take();
        const std::vector<Of> owners = words_.owners(name.text);
        if (owners.empty())
            return complain(name.at, name.text.size(),
                            "there is no port, thread or handle called " + quoted(name.text),
                            words_.suggest_name(name.text));
        if (asked.kind != Kind::word)
            return complain(asked.at, std::max<std::size_t>(asked.text.size(), 1),
                            "a property is missing after the point",
                            Words::suggest_property("", owners));
        Meanings meanings = words_.meanings(name.text, asked.text);
        if (meanings.empty())
            return complain(
                asked.at, asked.text.size(),
                std::string(describe(owners)) + " has no property " + quoted(asked.text),
                Words::suggest_property(asked.text, owners));
        return emit_.push(name.at, asked.at + asked.text.size() - name.at, std::move(meanings));
    }

    // left OPERATOR right, both of one type, which is also the type of the whole.
    template <class Next>
    Operand join(Operand left, PredicateCode code, Type type, const Next& next) {
        const std::string op = quoted(take().text);
        const std::string needs =
            op + (type == Type::truth ? " needs a condition on each side" : " needs numbers");
        emit_.want(left, type, needs);
        Operand right = failed() ? Operand{} : next();
        emit_.want(right, type, needs);
        return emit_.binary(left, code, right, type);
    }
    template <class Next>
    Operand prefixed(PredicateCode code, Type type, const Next& next) {
        const Token sign = take();
        if (!deeper(sign)) return {};
        Operand operand = next();
        --depth_;
        emit_.want(
            operand, type,
            quoted(sign.text) + (type == Type::truth ? " needs a condition" : " needs a number"));
        return emit_.unary(sign.at, code, operand, type);
    }
    // What an unknown word on the right of == must have been meant as.
    static std::optional<Type> hint_from(const Operand& left, bool equality) {
        if (!equality || left.meanings.size() != 1) return std::nullopt;
        const Type type = left.meanings.front().type;
        if (type == Type::number || type == Type::truth) return std::nullopt;
        return type;
    }

    // -- tokens and problems ----------------------------------------------------------------------

    const Token& token(std::size_t ahead = 0) const {
        return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
    }
    Token take() {
        const Token taken = token();
        next_ = std::min(next_ + 1, tokens_.size() - 1);
        return taken;
    }
    bool failed() const { return emit_.failed(); }
    Operand complain(std::size_t at, std::size_t length, std::string message,
                     std::string help = {}) {
        emit_.complain(at, length, std::move(message), std::move(help));
        return {};
    }
    bool deeper(const Token& token) {
        if (++depth_ <= kDeepestPredicate) return true;
        complain(token.at, token.text.size(),
                 "this is nested too deeply; the limit is " + std::to_string(kDeepestPredicate));
        return false;
    }
    Operand left_over() {
        const Token& extra = token();
        if (extra.is(")")) return complain(extra.at, 1, "there is no parenthesis that this closes");
        if (extra.is("."))
            return complain(extra.at, 1, "only ports, threads and handles have properties");
        return complain(extra.at, extra.text.size(),
                        "an operator is missing before " + quoted(extra.text),
                        "such as `and`, `or` or `==`");
    }

    std::string_view text_;
    Emitter emit_;
    const Words& words_;
    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::size_t depth_ = 0;
    std::optional<Type> hint_;
};

}  // namespace
}  // namespace sim::predicate

namespace sim {

std::variant<Predicate, PredicateProblem> parse_predicate(std::string_view text,
                                                          const PredicateNames& names) {
    if (text.size() > kLongestPredicate)
        return PredicateProblem{
            0, text.size(),
            "this predicate has " + with_commas(static_cast<std::int64_t>(text.size())) +
                " bytes; the limit is " + with_commas(static_cast<std::int64_t>(kLongestPredicate)),
            ""};
    const predicate::Words words(names);
    auto tokens = predicate::tokens(text, words);
    if (auto* problem = std::get_if<PredicateProblem>(&tokens)) return std::move(*problem);
    auto& list = std::get<std::vector<predicate::Token>>(tokens);
    return predicate::Parser(text, words, std::move(list)).whole();
}

}  // namespace sim
