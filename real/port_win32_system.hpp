// What the recorder asks Windows, or Wine, about itself. Functions that are newer than the oldest
// supported system, or that belong to ntdll, are looked up at run time.
#pragma once

#include <windows.h>

#include <cstdint>
#include <optional>
#include <string>

namespace real {

// Null when this system has no such function.
template <class Function>
[[nodiscard]] Function system_function(const char* module, const char* name) {
    const HMODULE handle = GetModuleHandleA(module);
    return handle
               ? reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(handle, name)))
               : nullptr;
}

// "8.0" under Wine; nothing on Windows.
[[nodiscard]] std::optional<std::string> wine_version();

struct WindowsVersion {
    unsigned long major = 0, minor = 0, build = 0;
};
[[nodiscard]] WindowsVersion windows_version();

// KWAIT_REASON of a thread of this process that waits in the kernel, or kNotWaiting. Nothing under
// Wine, which does not fill the field in, and when the system refuses.
inline constexpr std::uint32_t kNotWaiting = 0xFFFFFFFF;
inline constexpr std::uint32_t kWaitsInQueue = 15;  // WrQueue: in GetQueuedCompletionStatus(Ex)
[[nodiscard]] std::optional<std::uint32_t> wait_reason(unsigned long thread_id);

}  // namespace real
