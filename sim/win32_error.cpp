#include "sim/win32_error.hpp"

namespace sim {

std::string_view name(Win32Error error) {
    switch (error) {
        case Win32Error::success: return "ERROR_SUCCESS";
        case Win32Error::invalid_handle: return "ERROR_INVALID_HANDLE";
        case Win32Error::handle_eof: return "ERROR_HANDLE_EOF";
        case Win32Error::invalid_parameter: return "ERROR_INVALID_PARAMETER";
        case Win32Error::broken_pipe: return "ERROR_BROKEN_PIPE";
        case Win32Error::wait_io_completion: return "WAIT_IO_COMPLETION";
        case Win32Error::more_data: return "ERROR_MORE_DATA";
        case Win32Error::wait_timeout: return "WAIT_TIMEOUT";
        case Win32Error::abandoned_wait_0: return "ERROR_ABANDONED_WAIT_0";
        case Win32Error::operation_aborted: return "ERROR_OPERATION_ABORTED";
        case Win32Error::not_found: return "ERROR_NOT_FOUND";
        case Win32Error::no_system_resources: return "ERROR_NO_SYSTEM_RESOURCES";
    }
    return {};
}

}  // namespace sim
