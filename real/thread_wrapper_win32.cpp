#include <process.h>
#include <windows.h>

#include <atomic>

#include "real/port_win32_system.hpp"
#include "real/thread_wrapper.hpp"

namespace real {
namespace {

// Rounded up: a wait never ends before its time.
DWORD to_milliseconds(Nanos timeout) {
    if (timeout == sim::kInfinite) return INFINITE;
    if (timeout <= 0) return 0;
    const Nanos rounded = (timeout - 1) / 1'000'000 + 1;
    return rounded >= static_cast<Nanos>(INFINITE) ? INFINITE - 1 : static_cast<DWORD>(rounded);
}

// Looked up at run time: Windows 10 1607 and later, and Wine.
void set_own_name(const std::string& name) {
    using SetThreadDescriptionFn = HRESULT(WINAPI*)(HANDLE, PCWSTR);
    static const auto set =
        system_function<SetThreadDescriptionFn>("kernel32.dll", "SetThreadDescription");
    if (!set) return;
    wchar_t wide[64];
    const int length = MultiByteToWideChar(CP_UTF8, 0, name.c_str(), -1, wide, 64);
    if (length > 0) set(GetCurrentThread(), wide);
}

}  // namespace

struct ManualEvent::Os {
    HANDLE handle = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    ~Os() { CloseHandle(handle); }
};

ManualEvent::ManualEvent() : os_(std::make_unique<Os>()) {}
ManualEvent::~ManualEvent() = default;

void ManualEvent::set() {
    SetEvent(os_->handle);
}

void ManualEvent::reset() {
    ResetEvent(os_->handle);
}

bool ManualEvent::is_set() const {
    return WaitForSingleObject(os_->handle, 0) == WAIT_OBJECT_0;
}

bool ManualEvent::wait(Nanos timeout) {
    return WaitForSingleObject(os_->handle, to_milliseconds(timeout)) == WAIT_OBJECT_0;
}

void* ManualEvent::native() const {
    return os_->handle;
}

struct Thread::Os {
    HANDLE handle = nullptr;
    std::atomic<unsigned> tid{0};
    std::string name;
    std::function<void()> body;

    ~Os() {
        if (handle) CloseHandle(handle);
    }

    static unsigned __stdcall main(void* argument) {
        // Shared with the Thread, which may be destroyed before the thread ends.
        const std::unique_ptr<std::shared_ptr<Os>> self(
            static_cast<std::shared_ptr<Os>*>(argument));
        Os& os = **self;
        os.tid.store(GetCurrentThreadId(), std::memory_order_release);
        set_own_name(os.name);
        os.body();
        return 0;
    }
};

Thread::~Thread() = default;

bool Thread::start(std::string name, std::function<void()> body) {
    os_ = std::make_shared<Os>();
    os_->name = std::move(name);
    os_->body = std::move(body);
    auto shared = std::make_unique<std::shared_ptr<Os>>(os_);
    // _beginthreadex and not CreateThread: the body uses the C library.
    const std::uintptr_t handle = _beginthreadex(nullptr, 0, &Os::main, shared.get(), 0, nullptr);
    if (handle == 0) {
        os_.reset();
        return false;
    }
    static_cast<void>(shared.release());  // the thread owns it now
    os_->handle = reinterpret_cast<HANDLE>(handle);
    return true;
}

bool Thread::join(Nanos timeout) {
    return !os_ || WaitForSingleObject(os_->handle, to_milliseconds(timeout)) == WAIT_OBJECT_0;
}

bool Thread::ended() const {
    return !os_ || WaitForSingleObject(os_->handle, 0) == WAIT_OBJECT_0;
}

std::optional<bool> Thread::asleep() const {
    const unsigned tid = os_ ? os_->tid.load(std::memory_order_acquire) : 0;
    if (tid == 0) return false;
    const auto reason = wait_reason(tid);
    if (!reason) return std::nullopt;
    return *reason != kNotWaiting;
}

std::optional<SwitchCounts> own_switch_counts() {
    return std::nullopt;
}

std::uint32_t available_processors() {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwNumberOfProcessors == 0 ? 1 : info.dwNumberOfProcessors;
}

void yield_processor() {
    SwitchToThread();
}

void sleep_for(Nanos duration) {
    Sleep(to_milliseconds(duration < 0 ? 0 : duration));
}

}  // namespace real
