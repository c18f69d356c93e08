// One table of a scenario file, checked against the keys of its section: unknown keys, missing keys
// and values that do not fit have been complained about when it is made.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/scenario_parse_value.hpp"

namespace sim::parse {

class Table {
public:
    // `header` is where the table is said to begin: [[port]], or the brace of a step.
    Table(const Context&, Section, const Node&, const Place& header);

    // True when the key is written, even when its value does not fit.
    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    // The value, when the key is written and its value fits.
    [[nodiscard]] const Value* get(std::string_view key) const;
    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t otherwise) const;
    [[nodiscard]] Nanos time(std::string_view key, Nanos otherwise) const;
    [[nodiscard]] Duration duration(std::string_view key, Duration otherwise = {}) const;
    [[nodiscard]] bool flag(std::string_view key, bool otherwise = false) const;
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::optional<std::uint32_t> number(std::string_view key) const;
    // Where to complain about a key or its value; the header when the key is not written.
    [[nodiscard]] Place key_place(std::string_view key) const;
    [[nodiscard]] Place value_place(std::string_view key) const;
    [[nodiscard]] const Place& header() const { return header_; }

    struct Field {
        const KeyInfo* key = nullptr;  // never null
        std::optional<Value> value;
        Place key_place;
        Place value_place;
    };
    // All known keys of the table, in file order.
    [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
    [[nodiscard]] bool has_unknown_keys() const { return has_unknown_keys_; }
    // True when an unknown key was probably meant to be this one.
    [[nodiscard]] bool misspells(std::string_view key) const;

private:
    [[nodiscard]] const Field* find(std::string_view key) const;

    Place header_;
    std::vector<Field> fields_;
    bool has_unknown_keys_ = false;
    std::vector<std::string_view> meant_;  // by misspelt keys: not missing as well
};

// Complains about a key that its section does not have. Returns the key that was probably meant;
// empty when there is none.
std::string_view add_unknown_key(Problems&, Section, const Entry&);

}  // namespace sim::parse
