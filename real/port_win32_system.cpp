#include "real/port_win32_system.hpp"

#include <vector>

namespace real {
namespace {

using NtStatus = LONG;
constexpr NtStatus kStatusInfoLengthMismatch = static_cast<NtStatus>(0xC0000004L);
constexpr ULONG kSystemProcessInformation = 5;
constexpr ULONG kThreadStateWaiting = 5;

using NtQuerySystemInformationFn = NtStatus(NTAPI*)(ULONG, PVOID, ULONG, PULONG);

// The documented part of SYSTEM_PROCESS_INFORMATION and SYSTEM_THREAD_INFORMATION; our own names
// because the compilers' winternl.h differ.
struct ProcessEntry {
    ULONG next_entry_offset;
    ULONG thread_count;
    LARGE_INTEGER times[6];
    USHORT image_name_length;
    USHORT image_name_maximum;
    PWSTR image_name;
    LONG base_priority;
    HANDLE process_id;
    HANDLE parent_process_id;
    ULONG handle_count;
    ULONG session_id;
    ULONG_PTR unique_process_key;
    SIZE_T memory_counters[12];
    LARGE_INTEGER io_counters[6];
};
struct ThreadEntry {
    LARGE_INTEGER times[3];
    ULONG wait_time;
    PVOID start_address;
    HANDLE process_id;
    HANDLE thread_id;
    LONG priority;
    LONG base_priority;
    ULONG context_switches;
    ULONG thread_state;
    ULONG wait_reason;
};
#ifdef _WIN64
static_assert(sizeof(ProcessEntry) == 256 && sizeof(ThreadEntry) == 80);
#else
static_assert(sizeof(ProcessEntry) == 184 && sizeof(ThreadEntry) == 64);
#endif

// Every process and thread of the computer at one instant; empty when the system refuses.
std::vector<std::uint64_t> system_snapshot() {
    static const auto query =
        system_function<NtQuerySystemInformationFn>("ntdll.dll", "NtQuerySystemInformation");
    std::vector<std::uint64_t> memory(1 << 15);
    while (query) {
        const auto size = static_cast<ULONG>(memory.size() * sizeof memory[0]);
        ULONG needed = 0;
        const NtStatus status = query(kSystemProcessInformation, memory.data(), size, &needed);
        if (status >= 0) return memory;
        if (status != kStatusInfoLengthMismatch || memory.size() > (1u << 24)) break;
        memory.resize(memory.size() * 2);
    }
    return {};
}

std::optional<std::uint32_t> find_wait_reason(const ProcessEntry& process, unsigned long tid) {
    const auto* threads = reinterpret_cast<const ThreadEntry*>(&process + 1);
    for (ULONG i = 0; i < process.thread_count; ++i) {
        if (reinterpret_cast<ULONG_PTR>(threads[i].thread_id) != tid) continue;
        return threads[i].thread_state == kThreadStateWaiting ? threads[i].wait_reason
                                                              : kNotWaiting;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> wine_version() {
    using WineGetVersionFn = const char*(CDECL*)();
    const auto get = system_function<WineGetVersionFn>("ntdll.dll", "wine_get_version");
    if (!get) return std::nullopt;
    return get();
}

WindowsVersion windows_version() {
    // GetVersionEx tells a program without a manifest what it wants to hear; RtlGetVersion does
    // not.
    using RtlGetVersionFn = NtStatus(NTAPI*)(PRTL_OSVERSIONINFOW);
    RTL_OSVERSIONINFOW info{};
    info.dwOSVersionInfoSize = sizeof info;
    const auto get = system_function<RtlGetVersionFn>("ntdll.dll", "RtlGetVersion");
    if (!get || get(&info) < 0) return {};
    return {info.dwMajorVersion, info.dwMinorVersion, info.dwBuildNumber};
}

std::optional<std::uint32_t> wait_reason(unsigned long thread_id) {
    static const bool wine = wine_version().has_value();
    if (wine) return std::nullopt;
    const auto memory = system_snapshot();
    if (memory.empty()) return std::nullopt;
    const auto* at = reinterpret_cast<const unsigned char*>(memory.data());
    const ULONG_PTR own_process = GetCurrentProcessId();
    for (;;) {
        const auto& process = *reinterpret_cast<const ProcessEntry*>(at);
        if (reinterpret_cast<ULONG_PTR>(process.process_id) == own_process)
            return find_wait_reason(process, thread_id);
        if (process.next_entry_offset == 0) return std::nullopt;
        at += process.next_entry_offset;
    }
}

}  // namespace real
