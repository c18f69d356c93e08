// The code of a predicate while it is parsed, with the types of its parts. Words may have several
// meanings until an operator says which type it needs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/predicate.hpp"
#include "sim/predicate_words.hpp"

namespace sim::predicate {

// A part of the text: where it stands and what it can mean.
struct Operand {
    std::size_t at = 0;
    std::size_t length = 0;
    Meanings meanings;     // at least one
    std::size_t slot = 0;  // the instruction that a choice among them replaces
};

// Keeps the first problem. After it, nothing else is done and operands are empty.
class Emitter {
public:
    explicit Emitter(std::string_view text) : text_(text) {}

    [[nodiscard]] Operand push(std::size_t at, std::size_t length, Meanings);
    [[nodiscard]] Operand unary(std::size_t at, PredicateCode, const Operand&, Type);
    [[nodiscard]] Operand binary(const Operand& left, PredicateCode, const Operand& right, Type);

    // Fixes an operand to its meaning of this type; `needs` says who needs it.
    void want(Operand&, Type, const std::string& needs);
    // Fixes both sides of == to meanings of one type.
    void equalize(Operand& left, Operand& right);

    void complain(std::size_t at, std::size_t length, std::string message, std::string help);
    [[nodiscard]] bool failed() const { return problem_.has_value(); }
    [[nodiscard]] std::variant<Predicate, PredicateProblem> take();

private:
    [[nodiscard]] std::string_view text_of(const Operand&) const;
    void choose(Operand&, Meaning);
    void several(const Operand&);

    std::string_view text_;
    std::vector<PredicateOp> code_;
    std::optional<PredicateProblem> problem_;
};

}  // namespace sim::predicate
