#include "real/port_win32.hpp"

#include <windows.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "real/backends.hpp"
#include "real/handles_win32.hpp"
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

// Nothing where the system does not say.
std::optional<std::int64_t> queue_length(HANDLE port) {
    using NtQueryIoCompletionFn = LONG(NTAPI*)(HANDLE, int, PVOID, ULONG, PULONG);
    static const auto query =
        system_function<NtQueryIoCompletionFn>("ntdll.dll", "NtQueryIoCompletion");
    constexpr int kIoCompletionBasicInformation = 0;
    LONG count = 0;
    if (!query || query(port, kIoCompletionBasicInformation, &count, sizeof count, nullptr) < 0)
        return std::nullopt;
    return count;
}

// One handle of a port. Its number is used again only by the duplicate that it always was.
struct Port {
    std::atomic<HANDLE> handle{nullptr};  // null: does not exist yet
    std::atomic<std::uint32_t> limit{0};
    std::atomic<bool> closed{false};
    std::atomic<std::size_t> object{0};  // the number of its first handle
    // Of its first handle: what all of them share.
    std::atomic<std::uint32_t> open_handles{0};
    std::atomic<std::int64_t> posts{0};  // packets in it that tell of no operation
};

using GetManyFn = BOOL(WINAPI*)(HANDLE, OVERLAPPED_ENTRY*, ULONG, PULONG, DWORD, BOOL);

// Newer than the oldest supported system.
GetManyFn get_many_function() {
    static const auto function = system_function<GetManyFn>("kernel32.dll", kGetManyName);
    return function;
}

// Each entry has the status of its operation (G-EX-2).
Win32Error error_of(const OVERLAPPED_ENTRY& entry) {
    using RtlNtStatusToDosErrorFn = ULONG(WINAPI*)(LONG);
    static const auto translate =
        system_function<RtlNtStatusToDosErrorFn>("ntdll.dll", "RtlNtStatusToDosError");
    return static_cast<Win32Error>(translate(static_cast<LONG>(entry.Internal)));
}

// As many as a scenario can ask for.
constexpr std::size_t kMostEntries = 4096;

void CALLBACK run_apc(ULONG_PTR apc) {
    reinterpret_cast<Apc*>(apc)->run();
}

class Win32Ports final : public Ports, private Win32PortTable {
public:
    ~Win32Ports() override {
        handles_.reset();  // they use the ports
        for (Port& port : ports_)
            if (port.handle && !port.closed.exchange(true)) CloseHandle(port.handle);
        for (auto& thread : thread_handles_)
            if (const HANDLE handle = thread.load()) CloseHandle(handle);
    }

    Win32Error create(std::uint32_t concurrency) override {
        return create_as(sim::make_id<PortId>(next_.load()), concurrency);
    }
    Win32Error create_as(PortId id, std::uint32_t concurrency) override {
        if (sim::index(id) >= ports_.size()) return Win32Error::no_system_resources;
        Port& port = ports_[sim::index(id)];
        if (port.handle.load()) return Win32Error::invalid_parameter;
        const HANDLE handle = CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, concurrency);
        if (!handle) return last_error();
        // No call reads the value back: 0 is assumed to mean the active processors (C-VALUE-0).
        port.limit = concurrency == 0 ? available_processors() : concurrency;
        port.object = sim::index(id);
        return publish(id, handle);
    }
    Win32Error duplicate(PortId id, PortId of) override {
        if (sim::index(id) >= ports_.size()) return Win32Error::no_system_resources;
        Port& port = ports_[sim::index(id)];
        if (port.handle.load() && !port.closed) return Win32Error::invalid_parameter;
        // A closed handle value may mean something else by now (X-CLOSE-3).
        if (ports_[sim::index(of)].closed) return Win32Error::invalid_handle;
        HANDLE handle = nullptr;
        if (!DuplicateHandle(GetCurrentProcess(), this->handle(of), GetCurrentProcess(), &handle, 0,
                             FALSE, DUPLICATE_SAME_ACCESS))
            return last_error();
        port.limit = limit(of);
        port.object = ports_[sim::index(of)].object.load();
        port.handle = nullptr;
        return publish(id, handle);
    }

    [[nodiscard]] std::uint32_t limit(PortId id) const override {
        return ports_[sim::index(id)].limit;
    }

    void thread_begins(ThreadId thread) override {
        if (sim::index(thread) >= thread_ids_.size()) return;
        thread_ids_[sim::index(thread)].store(GetCurrentThreadId());
        HANDLE self = nullptr;  // GetCurrentThread() means something else to other threads
        DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0,
                        FALSE, DUPLICATE_SAME_ACCESS);
        // The handle of a thread that had this number before.
        if (const HANDLE old = thread_handles_[sim::index(thread)].exchange(self)) CloseHandle(old);
        suspended_[sim::index(thread)].store(0);
    }
    void thread_ends(ThreadId) override {}  // the kernel sees it

    Win32Error post(PortId id, const Completion& packet) override {
        std::atomic<std::int64_t>& posts = object_of(id).posts;
        posts.fetch_add(1, std::memory_order_relaxed);
        const BOOL done = PostQueuedCompletionStatus(
            handle(id), packet.bytes, static_cast<ULONG_PTR>(packet.key),
            reinterpret_cast<LPOVERLAPPED>(static_cast<std::uintptr_t>(packet.overlapped)));
        if (done) return Win32Error::success;
        const Win32Error error = last_error();
        posts.fetch_sub(1, std::memory_order_relaxed);
        return error;
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
        if (result.has_packet) received(id, result.packet);
        return result;
    }

    [[nodiscard]] Handles* handles() override {
        Win32PortTable& table = *this;
        if (!handles_) handles_ = std::make_unique<Win32Handles>(table);
        return handles_.get();
    }

    // An array on the stack for the entries: nothing is allocated in a call that is measured.
    GetManyResult get_many(ThreadId, PortId id, std::span<Completion> room, std::uint32_t most,
                           Nanos timeout, bool alertable) override {
        const GetManyFn function = get_many_function();
        if (!function) return {.error = Win32Error::not_supported};
        std::array<OVERLAPPED_ENTRY, kMostEntries> entries;
        most = static_cast<std::uint32_t>(std::min<std::size_t>(most, entries.size()));
        ULONG count = 0;
        // The count means nothing unless the call succeeds (G-EX-3).
        if (!function(handle(id), entries.data(), most, &count, to_milliseconds(timeout),
                      alertable))
            return {.error = last_error()};
        for (ULONG i = 0; i < count; ++i) {
            room[i] = {entries[i].lpCompletionKey, entries[i].dwNumberOfBytesTransferred,
                       error_of(entries[i]),
                       reinterpret_cast<std::uintptr_t>(entries[i].lpOverlapped)};
            received(id, room[i]);
        }
        return {.count = count};
    }

    // Closes once. A second CloseHandle could hit whatever got the same handle value meanwhile
    // (X-CLOSE-3), so it is answered here as the system answers it.
    Win32Error close(PortId id) override {
        Port& port = ports_[sim::index(id)];
        if (!port.handle || port.closed.exchange(true)) return Win32Error::invalid_handle;
        --object_of(id).open_handles;
        return CloseHandle(port.handle) ? Win32Error::success : last_error();
    }

    void block_begins(ThreadId) override {}  // the kernel sees it
    void block_ends(ThreadId) override {}

    // SuspendThread only asks the thread to stop; reading its context waits until it has.
    SuspendResult suspend(ThreadId thread, ThreadId by, Nanos) override {
        const HANDLE handle = thread_handle(thread);
        if (!handle) return {.error = Win32Error::invalid_handle};
        const DWORD before = SuspendThread(handle);
        if (before == kFailed) return {.error = last_error()};
        suspended_[sim::index(thread)].store(before + 1);
        CONTEXT context{};
        context.ContextFlags = CONTEXT_CONTROL;
        if (thread != by) GetThreadContext(handle, &context);
        return {.before = before};
    }
    SuspendResult resume(ThreadId thread) override {
        const HANDLE handle = thread_handle(thread);
        if (!handle) return {.error = Win32Error::invalid_handle};
        const DWORD before = ResumeThread(handle);
        if (before == kFailed) return {.error = last_error()};
        suspended_[sim::index(thread)].store(before == 0 ? 0 : before - 1);
        return {.before = before};
    }
    void safe_point(ThreadId) override {}  // the kernel stops a thread anywhere
    // Under Wine the observer outside has to confirm that the thread sleeps.
    [[nodiscard]] std::optional<bool> stopped(ThreadId thread) override {
        static const bool wine = wine_version().has_value();
        if (sim::index(thread) >= suspended_.size()) return std::nullopt;
        if (suspended_[sim::index(thread)].load() == 0) return false;
        if (wine) return std::nullopt;
        return true;
    }
    Win32Error queue_apc(ThreadId to, Apc& apc) override {
        const HANDLE thread = thread_handle(to);
        if (!thread) return Win32Error::invalid_handle;
        const DWORD queued = QueueUserAPC(run_apc, thread, reinterpret_cast<ULONG_PTR>(&apc));
        return queued ? Win32Error::success : last_error();
    }
    bool run_apcs(ThreadId) override { return SleepEx(0, TRUE) == WAIT_IO_COMPLETION; }
    WaitEnd wait_alertably(ThreadId, ManualEvent& event, Nanos timeout) override {
        return end_of_wait(WaitForSingleObjectEx(event.native(), to_milliseconds(timeout), TRUE));
    }
    WaitEnd wait_port(PortId id, Nanos timeout, const std::function<void()>&) override {
        if (ports_[sim::index(id)].closed) return WaitEnd::failed;
        return end_of_wait(WaitForSingleObject(handle(id), to_milliseconds(timeout)));
    }

    // The wait reason WrQueue says that the thread is on the stack of a port; which port is known
    // from the call that it is in. Nothing under Wine.
    [[nodiscard]] std::optional<bool> parked(ThreadId thread, PortId) override {
        if (sim::index(thread) >= thread_ids_.size()) return std::nullopt;
        const auto reason = wait_reason(thread_ids_[sim::index(thread)].load());
        if (!reason) return std::nullopt;
        return *reason == kWaitsInQueue;
    }

    [[nodiscard]] std::optional<std::uint32_t> depth(PortId id) override {
        if (system_handle(id) == nullptr) return std::nullopt;
        const auto packets = queue_length(handle(id));
        if (!packets) return std::nullopt;
        return static_cast<std::uint32_t>(*packets);
    }

private:
    [[nodiscard]] HANDLE system_handle(PortId id) const override {
        if (sim::index(id) >= ports_.size() || ports_[sim::index(id)].closed) return nullptr;
        return handle(id);
    }
    [[nodiscard]] bool is_gone(PortId id) const override {
        return ports_[ports_[sim::index(id)].object].open_handles == 0;
    }
    [[nodiscard]] std::optional<std::size_t> queued_operations() const override {
        std::int64_t count = 0;
        std::vector<bool> seen(next_);
        for (std::size_t i = 0; i < next_; ++i) {
            if (!ports_[i].handle || ports_[i].closed || seen[ports_[i].object]) continue;
            seen[ports_[i].object] = true;
            const auto packets = queue_length(ports_[i].handle);
            if (!packets) return std::nullopt;
            count += std::max(*packets - ports_[ports_[i].object].posts, std::int64_t{0});
        }
        return static_cast<std::size_t>(count);
    }

    [[nodiscard]] Port& object_of(PortId id) { return ports_[ports_[sim::index(id)].object]; }
    void received(PortId id, const Completion& packet) {
        if (handles_ && handles_->received(packet)) return;
        // Not below zero, whatever a system queues that nobody posted.
        std::atomic<std::int64_t>& posts = object_of(id).posts;
        std::int64_t count = posts.load(std::memory_order_relaxed);
        while (count > 0 &&
               !posts.compare_exchange_weak(count, count - 1, std::memory_order_relaxed)) {
        }
    }

    static constexpr DWORD kFailed = 0xFFFFFFFF;  // of SuspendThread and ResumeThread

    [[nodiscard]] HANDLE thread_handle(ThreadId thread) const {
        return sim::index(thread) < thread_handles_.size()
                   ? thread_handles_[sim::index(thread)].load()
                   : nullptr;
    }
    // Also of a closed port: what the system says about a closed handle is what is measured.
    [[nodiscard]] HANDLE handle(PortId id) const { return ports_[sim::index(id)].handle; }
    // Somebody else may have been faster.
    Win32Error publish(PortId id, HANDLE handle) {
        Port& port = ports_[sim::index(id)];
        HANDLE none = nullptr;
        if (!port.handle.compare_exchange_strong(none, handle)) {
            CloseHandle(handle);
            return Win32Error::invalid_parameter;
        }
        port.closed = false;
        ++object_of(id).open_handles;
        std::size_t next = next_.load();
        while (next <= sim::index(id) && !next_.compare_exchange_weak(next, sim::index(id) + 1)) {
        }
        return Win32Error::success;
    }
    [[nodiscard]] static WaitEnd end_of_wait(DWORD result) {
        switch (result) {
            case WAIT_OBJECT_0: return WaitEnd::satisfied;
            case WAIT_TIMEOUT: return WaitEnd::timed_out;
            case WAIT_IO_COMPLETION: return WaitEnd::user_apc;
            default: return WaitEnd::failed;
        }
    }

    std::array<Port, 4096> ports_;      // by PortId
    std::atomic<std::size_t> next_{0};  // the number after the greatest that exists
    std::array<std::atomic<DWORD>, 4096> thread_ids_{};  // system's number, by ThreadId
    std::array<std::atomic<HANDLE>, 4096> thread_handles_{};
    std::unique_ptr<Win32Handles> handles_;
    std::array<std::atomic<DWORD>, 4096> suspended_{};  // as the last call said
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

// Of a Windows kernel: every rule that is documented or tested.
std::vector<std::string_view> documented_rules() {
    std::vector<std::string_view> result;
    for (std::size_t i = 1; i < sim::rule_count(); ++i) {
        const sim::RuleInfo& rule = sim::info(static_cast<sim::Rule>(i));
        const bool known = rule.grade == sim::Grade::documented || rule.grade == sim::Grade::tested;
        constexpr std::string_view kGroups = "QWCATXPGHIN";
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
    if (!get_many_function()) backend.lacks.push_back(kGetManyName);
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
