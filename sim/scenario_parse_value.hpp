// Reads single values of a scenario file as their key wants them: numbers within limits, times with
// units, names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/ids.hpp"
#include "sim/scenario_format.hpp"
#include "sim/scenario_parse_problems.hpp"

namespace sim::parse {

// A value that fits its key; which member matters follows from the key's type.
struct Value {
    std::int64_t integer = 0;    // integer, format, repeat (0: for ever)
    Nanos time = 0;              // time, every
    bool settled = false;        // when, every
    std::string_view text{};     // text, identifier, port, event
    const Node* node = nullptr;  // lists: read by whoever knows what they mean
};

// Nothing when the value does not fit; then the problems say why.
[[nodiscard]] std::optional<Value> read_value(Problems&, const KeyInfo&, const Entry&);

// True for a letter followed by letters, digits, - and _.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace sim::parse
