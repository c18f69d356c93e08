// The Win32 name of what a Linux system call says: real/errno_win32.def is the table.
#pragma once

#include "sim/win32_error.hpp"

namespace real {

// `error` is an errno, 0 for success. One that the table does not have is ERROR_GEN_FAILURE, as
// Windows says of a device that does not work.
[[nodiscard]] sim::Win32Error win32_error_of(int error);

}  // namespace real
