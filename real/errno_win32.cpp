#include "real/errno_win32.hpp"

#include <cerrno>

namespace real {

sim::Win32Error win32_error_of(int error) {
    switch (error) {
        case 0: return sim::Win32Error::success;
#define ERRNO_WIN32(number, symbol) \
    case number:                    \
        return sim::Win32Error::symbol;
#include "real/errno_win32.def"
#undef ERRNO_WIN32
        default: return sim::Win32Error::gen_failure;
    }
}

}  // namespace real
