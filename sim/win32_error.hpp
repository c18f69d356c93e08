// The Win32 error codes that calls on a completion port return (behaviours.md §7), as plain
// numbers so that traces from every system use the same ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sim {

enum class Win32Error : std::uint32_t {
#define WIN32_ERROR(symbol, number, name) symbol = number,
#include "sim/win32_errors.def"
#undef WIN32_ERROR
};

// "WAIT_TIMEOUT" for 258; an empty view for a code this table does not know.
[[nodiscard]] std::string_view name(Win32Error error);
[[nodiscard]] std::optional<Win32Error> win32_error_from_name(std::string_view name);

}  // namespace sim
