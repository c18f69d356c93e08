// What a packet tells the end of: an operation on a handle, or a post.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/win32_error.hpp"

namespace sim {

enum class Operation : std::uint8_t {
    post,
#define OPERATION(symbol, verb, function, meaning) symbol,
#include "sim/operations.def"
#undef OPERATION
};
inline constexpr std::size_t kOperationCount = 1
#define OPERATION(symbol, verb, function, meaning) +1
#include "sim/operations.def"
#undef OPERATION
    ;

[[nodiscard]] std::string_view name(Operation);           // "read", as scenarios write it
[[nodiscard]] std::string_view function_name(Operation);  // "ReadFile"
[[nodiscard]] std::optional<Operation> operation_from_name(std::string_view name);

// Operations that take bytes from the other end of a connection, and those that give it some.
[[nodiscard]] bool is_receive(Operation);
[[nodiscard]] bool is_send(Operation);

// How an operation ended, as handlers distinguish it (behaviours.md §7.1).
enum class IoResult : std::uint8_t {
    ok,
    eof,        // ERROR_HANDLE_EOF, ERROR_BROKEN_PIPE, or a receive of 0 bytes
    more,       // ERROR_MORE_DATA: a warning, the bytes are valid (I-IO-5)
    cancelled,  // ERROR_OPERATION_ABORTED
    failed,     // any other error
};
[[nodiscard]] std::string_view name(IoResult);
[[nodiscard]] std::optional<IoResult> io_result_from_name(std::string_view name);
[[nodiscard]] IoResult io_result(Operation, Win32Error, std::uint32_t bytes);

}  // namespace sim
