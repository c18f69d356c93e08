#include "sim/operation.hpp"

#include <array>

namespace sim {
namespace {

constexpr std::array<std::string_view, kOperationCount> kNames = {
    "post",
#define OPERATION(symbol, verb, function, meaning) verb,
#include "sim/operations.def"
#undef OPERATION
};
constexpr std::array<std::string_view, kOperationCount> kFunctions = {
    "PostQueuedCompletionStatus",
#define OPERATION(symbol, verb, function, meaning) function,
#include "sim/operations.def"
#undef OPERATION
};
constexpr std::array<std::string_view, 5> kResults = {"ok", "eof", "more", "cancelled", "failed"};

}  // namespace

std::string_view name(Operation operation) {
    return kNames[static_cast<std::size_t>(operation)];
}
std::string_view function_name(Operation operation) {
    return kFunctions[static_cast<std::size_t>(operation)];
}
std::optional<Operation> operation_from_name(std::string_view wanted) {
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (kNames[i] == wanted) return static_cast<Operation>(i);
    return std::nullopt;
}

bool is_receive(Operation operation) {
    return operation == Operation::recv || operation == Operation::read ||
           operation == Operation::recv_from || operation == Operation::recv_msg;
}
bool is_send(Operation operation) {
    return operation == Operation::send || operation == Operation::write ||
           operation == Operation::send_to || operation == Operation::send_msg;
}

std::string_view name(IoResult result) {
    return kResults[static_cast<std::size_t>(result)];
}
std::optional<IoResult> io_result_from_name(std::string_view wanted) {
    for (std::size_t i = 0; i < kResults.size(); ++i)
        if (kResults[i] == wanted) return static_cast<IoResult>(i);
    return std::nullopt;
}

IoResult io_result(Operation operation, Win32Error error, std::uint32_t bytes) {
    switch (error) {
        case Win32Error::success: break;
        case Win32Error::handle_eof:
        case Win32Error::broken_pipe: return IoResult::eof;
        case Win32Error::more_data: return IoResult::more;
        case Win32Error::operation_aborted: return IoResult::cancelled;
        default: return IoResult::failed;
    }
    // A stream that the other side has closed gives 0 bytes and no error.
    return operation == Operation::recv && bytes == 0 ? IoResult::eof : IoResult::ok;
}

}  // namespace sim
