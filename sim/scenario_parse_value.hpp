// Reads single values of a scenario file as their key wants them: numbers within limits, times with
// units, names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/duration.hpp"
#include "sim/ids.hpp"
#include "sim/scenario_format.hpp"
#include "sim/scenario_parse_problems.hpp"
#include "sim/size.hpp"

namespace sim::parse {

// What reading any part of a file needs: where to complain, and what `processors` stands for.
struct Context {
    Problems& problems;
    std::uint32_t processors = 1;
};

// A value that fits its key; which member matters follows from the key's type.
struct Value {
    std::int64_t integer = 0;    // integer, amount, format, repeat (0: for ever); index of a word
    Nanos time = 0;              // time
    Duration duration = {};      // duration, every
    Size size = {};              // size
    bool settled = false;        // when, every
    bool flag = false;           // boolean
    std::string_view text{};     // texts and names
    const Node* node = nullptr;  // lists, steps, predicates: read by whoever knows what they mean
};

// Nothing when the value does not fit; then the problems say why.
[[nodiscard]] std::optional<Value> read_value(const Context&, const KeyInfo&, const Entry&);

// True for a letter followed by letters, digits, - and _.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace sim::parse
