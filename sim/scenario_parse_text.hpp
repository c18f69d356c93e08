// Looks at the bytes of a file before the TOML library does: what is no text at all, or would
// exhaust the library, is refused here.
#pragma once

#include <optional>
#include <string_view>

#include "sim/error_code.hpp"
#include "sim/scenario_parse_tree.hpp"

namespace sim::parse {

struct TextProblem {
    ErrorCode code{};
    Place place;
    std::string message;
    std::string help;
};

// The first reason not to read this text, if there is one.
[[nodiscard]] std::optional<TextProblem> check_text(std::string_view text);

// The TOML library's description of what it cannot read, in the words of this program.
[[nodiscard]] std::string in_plain_words(std::string_view description);

// What is probably meant by a line that is not TOML; empty when nothing comes to mind.
[[nodiscard]] std::string guess_meaning(std::string_view line);

}  // namespace sim::parse
