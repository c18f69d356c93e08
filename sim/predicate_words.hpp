// The text of a predicate in tokens, and what its words can mean.
//
// Names of a scenario and ids of rules may contain a `-`, which is also an operator. A word is the
// longest one that is known: with a thread `T-1` the text `T-1` is that thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/predicate.hpp"
#include "sim/predicate_code.hpp"

namespace sim::predicate {

struct Token {
    enum class Kind : std::uint8_t { end, number, word, symbol };
    Kind kind = Kind::end;
    std::size_t at = 0;
    std::string_view text;    // as written
    std::int64_t number = 0;  // of a number: what it means; a time in nanoseconds

    [[nodiscard]] bool is(std::string_view wanted) const {
        return (kind == Kind::word || kind == Kind::symbol) && text == wanted;
    }
};

// One thing that a word or a whole operand can mean: its type and what is pushed.
struct Meaning {
    Type type{};
    PredicateOp op;
};
using Meanings = std::vector<Meaning>;

class Words {
public:
    explicit Words(const PredicateNames& names) : names_(names) {}

    // How many bytes of this run of letters, digits, - and _ are one word: the longest known one,
    // else all of it.
    [[nodiscard]] std::size_t length(std::string_view run) const;
    // What a word means by itself. More than one meaning when several things have the name.
    [[nodiscard]] Meanings meanings(std::string_view word) const;
    // The same for `name.property`; empty when the name or the property is unknown.
    [[nodiscard]] Meanings meanings(std::string_view name, std::string_view property) const;
    // What has this name: "a port", "a thread"; empty when nothing has.
    [[nodiscard]] std::vector<Of> owners(std::string_view name) const;

    // Suggestions, as sentences; may be empty. With a type: only words of this type.
    [[nodiscard]] std::string suggest_word(std::string_view wrong, std::optional<Type>) const;
    [[nodiscard]] std::string suggest_name(std::string_view wrong) const;
    [[nodiscard]] static std::string suggest_property(std::string_view wrong,
                                                      const std::vector<Of>& owners);

private:
    [[nodiscard]] std::string numbered(std::string_view wrong) const;
    [[nodiscard]] std::vector<std::string_view> words_of(std::optional<Type>) const;

    PredicateNames names_;
};

// Ends with a token of kind `end`.
[[nodiscard]] std::variant<std::vector<Token>, PredicateProblem> tokens(std::string_view text,
                                                                        const Words&);

}  // namespace sim::predicate
