// What can be wrong with a scenario file, one entry per stable code (sim/errors.def).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sim {

enum class ErrorCode : std::uint8_t {
#define SCENARIO_ERROR(symbol, code, title, explanation, wrong, right) symbol,
#include "sim/errors.def"
#undef SCENARIO_ERROR
};

struct ErrorInfo {
    std::string_view code;         // "S014"
    std::string_view title;        // one line
    std::string_view explanation;  // a paragraph
    std::string_view wrong;        // an example with this error; may be empty
    std::string_view right;        // the same, repaired
};

[[nodiscard]] const ErrorInfo& info(ErrorCode);
[[nodiscard]] std::optional<ErrorCode> error_code_from_name(std::string_view code);
// All of them, by ErrorCode.
[[nodiscard]] std::span<const ErrorInfo> error_codes();

}  // namespace sim
