#include "real/win32_control.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace real {
namespace {

// FILE_PIPE_WAIT_FOR_BUFFER of the driver kit.
struct PipeWait {
    LARGE_INTEGER timeout;  // in 100 ns; negative: from now on
    ULONG name_length;      // in bytes
    BOOLEAN timeout_specified;
    WCHAR name[36];
};
static_assert(sizeof(PipeWait) <= sizeof(Win32Io::request));

std::string short_name(const Win32Io& io) {
    return "iocps-" + std::to_string(GetCurrentProcessId()) + "-" + std::to_string(io.start.id);
}

}  // namespace

void ask_for_pipe(Win32Io& io) {
    constexpr LONGLONG kMillisecond = -10'000;
    constexpr LONGLONG kYear = kMillisecond * 1000 * 86400 * 365;
    PipeWait wait{};
    const bool in_vain = io.start.plan.error == Win32Error::sem_timeout;
    wait.timeout.QuadPart = in_vain ? kMillisecond : kYear;
    wait.timeout_specified = TRUE;
    const std::string name = short_name(io);
    for (std::size_t i = 0; i < name.size() && i < std::size(wait.name); ++i)
        wait.name[i] = static_cast<WCHAR>(name[i]);
    wait.name_length =
        static_cast<ULONG>(std::min(name.size(), std::size(wait.name)) * sizeof(WCHAR));
    std::memcpy(io.request.data(), &wait, sizeof wait);
}

std::string pipe_waited_for(const Win32Io& io) {
    return "\\\\.\\pipe\\" + short_name(io);
}

}  // namespace real
