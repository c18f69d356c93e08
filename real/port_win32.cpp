#include "real/port_win32.hpp"

#include <windows.h>

#include <array>
#include <atomic>
#include <deque>

#include "real/backends.hpp"
#include "real/port_win32_system.hpp"
#include "real/thread_wrapper.hpp"
#include "sim/rule.hpp"

namespace real {
namespace {

DWORD to_milliseconds(Nanos timeout) {
    if (timeout == sim::kInfinite) return INFINITE;
    const Nanos rounded = timeout <= 0 ? 0 : (timeout - 1) / 1'000'000 + 1;
    return rounded >= static_cast<Nanos>(INFINITE) ? INFINITE - 1 : static_cast<DWORD>(rounded);
}

Win32Error last_error() {
    return static_cast<Win32Error>(GetLastError());
}

struct Port {
    HANDLE handle = nullptr;
    std::uint32_t limit = 1;
    std::atomic<bool> closed{false};
};

class Win32Ports final : public Ports {
public:
    ~Win32Ports() override {
        for (Port& port : ports_)
            if (!port.closed.exchange(true)) CloseHandle(port.handle);
    }

    Win32Error create(std::uint32_t concurrency) override {
        const HANDLE handle = CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, concurrency);
        if (!handle) return last_error();
        Port& port = ports_.emplace_back();
        port.handle = handle;
        // No call reads the value back: 0 is assumed to mean the active processors (C-VALUE-0).
        port.limit = concurrency == 0 ? available_processors() : concurrency;
        return Win32Error::success;
    }

    [[nodiscard]] std::uint32_t limit(PortId id) const override {
        return ports_[sim::index(id)].limit;
    }

    void thread_begins(ThreadId thread) override {
        if (sim::index(thread) < thread_ids_.size())
            thread_ids_[sim::index(thread)].store(GetCurrentThreadId());
    }
    void thread_ends(ThreadId) override {}  // the kernel sees it

    Win32Error post(PortId id, const Completion& packet) override {
        const BOOL done = PostQueuedCompletionStatus(
            handle(id), packet.bytes, static_cast<ULONG_PTR>(packet.key),
            reinterpret_cast<LPOVERLAPPED>(static_cast<std::uintptr_t>(packet.overlapped)));
        return done ? Win32Error::success : last_error();
    }

    GetResult get(ThreadId, PortId id, Nanos timeout) override {
        DWORD bytes = 0;
        ULONG_PTR key = 0;
        LPOVERLAPPED overlapped = nullptr;
        const BOOL done = GetQueuedCompletionStatus(handle(id), &bytes, &key, &overlapped,
                                                    to_milliseconds(timeout));
        GetResult result;
        if (!done) result.error = last_error();
        // FALSE with a pointer is a packet of a failed operation; TRUE without one is a posted
        // packet (P-POST-2).
        result.has_packet = done || overlapped;
        if (result.has_packet)
            result.packet = {key, bytes, result.error,
                             reinterpret_cast<std::uintptr_t>(overlapped)};
        return result;
    }

    // Closes once. A second CloseHandle could hit whatever got the same handle value meanwhile
    // (X-CLOSE-3), so it is answered here as the system answers it.
    Win32Error close(PortId id) override {
        Port& port = ports_[sim::index(id)];
        if (port.closed.exchange(true)) return Win32Error::invalid_handle;
        return CloseHandle(port.handle) ? Win32Error::success : last_error();
    }

    void block_begins(ThreadId) override {}  // the kernel sees it
    void block_ends(ThreadId) override {}

    // The wait reason WrQueue says that the thread is on the stack of a port; which port is known
    // from the call that it is in. Nothing under Wine.
    [[nodiscard]] std::optional<bool> parked(ThreadId thread, PortId) override {
        if (sim::index(thread) >= thread_ids_.size()) return std::nullopt;
        const auto reason = wait_reason(thread_ids_[sim::index(thread)].load());
        if (!reason) return std::nullopt;
        return *reason == kWaitsInQueue;
    }

    [[nodiscard]] std::optional<std::uint32_t> depth(PortId id) override {
        using NtQueryIoCompletionFn = LONG(NTAPI*)(HANDLE, int, PVOID, ULONG, PULONG);
        static const auto query =
            system_function<NtQueryIoCompletionFn>("ntdll.dll", "NtQueryIoCompletion");
        constexpr int kIoCompletionBasicInformation = 0;
        LONG count = 0;
        if (!query || ports_[sim::index(id)].closed ||
            query(handle(id), kIoCompletionBasicInformation, &count, sizeof count, nullptr) < 0)
            return std::nullopt;
        return static_cast<std::uint32_t>(count);
    }

private:
    // Also of a closed port: what the system says about a closed handle is what is measured.
    [[nodiscard]] HANDLE handle(PortId id) const { return ports_[sim::index(id)].handle; }

    std::deque<Port> ports_;  // a deque: elements never move while threads use them
    std::array<std::atomic<DWORD>, 4096> thread_ids_{};  // system's number, by ThreadId
};

std::string processor_name() {
    char name[64] = "";
    DWORD size = sizeof name;
    HKEY key = nullptr;
    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, "HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0", 0,
                      KEY_READ, &key) == ERROR_SUCCESS) {
        DWORD type = 0;
        const LSTATUS status = RegQueryValueExA(key, "ProcessorNameString", nullptr, &type,
                                                reinterpret_cast<BYTE*>(name), &size);
        if (status != ERROR_SUCCESS || type != REG_SZ) name[0] = '\0';
        RegCloseKey(key);
    }
    name[sizeof name - 1] = '\0';
    return name;
}

// Of a Windows kernel: every rule that is documented or tested and needs no handle but the port's.
std::vector<std::string_view> documented_rules() {
    std::vector<std::string_view> result;
    for (std::size_t i = 1; i < sim::rule_count(); ++i) {
        const sim::RuleInfo& rule = sim::info(static_cast<sim::Rule>(i));
        const bool known = rule.grade == sim::Grade::documented || rule.grade == sim::Grade::tested;
        constexpr std::string_view kGroups = "QWCATXP";
        if (known && kGroups.find(rule.id.front()) != std::string_view::npos)
            result.push_back(rule.id);
    }
    return result;
}

}  // namespace

std::unique_ptr<Ports> make_win32_ports() {
    return std::make_unique<Win32Ports>();
}

Backend win32_backend() {
    Backend backend;
    const WindowsVersion windows = windows_version();
    const std::string build = std::to_string(windows.build);
    if (const auto wine = wine_version()) {
        backend.name = kWineBackend;
        backend.lane = "Wine " + *wine + ", not Windows";
        backend.blocking = sim::Blocking::none;
        backend.promises = wine_promises();
        backend.host = {{"os", "Wine " + *wine}, {"pretends to be", "Windows build " + build}};
    } else {
        backend.name = kWin32Backend;
        backend.lane = "Windows kernel, build " + build + ", this computer";
        backend.windows_evidence = true;
        backend.blocking = sim::Blocking::kernel;
        backend.promises = documented_rules();
        backend.host = {{"os", "Windows " + std::to_string(windows.major) + "." +
                                   std::to_string(windows.minor) + " build " + build}};
    }
    if (const std::string name = processor_name(); !name.empty())
        backend.host.emplace_back("cpu", name);
    return backend;
}

}  // namespace real
