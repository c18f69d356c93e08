// The Win32 error codes that calls on a completion port return (behaviours.md §7), as plain
// numbers so that traces from every system use the same ones.
#pragma once

#include <cstdint>
#include <string_view>

namespace sim {

enum class Win32Error : std::uint32_t {
    success = 0,
    invalid_handle = 6,
    handle_eof = 38,
    invalid_parameter = 87,
    broken_pipe = 109,
    wait_io_completion = 192,
    more_data = 234,
    wait_timeout = 258,
    abandoned_wait_0 = 735,
    operation_aborted = 995,
    not_found = 1168,
    no_system_resources = 1450,
};

// "WAIT_TIMEOUT" for 258; an empty view for a code this table does not know.
[[nodiscard]] std::string_view name(Win32Error error);

}  // namespace sim
