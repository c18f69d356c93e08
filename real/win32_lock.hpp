// A critical section as a lock that std::lock_guard takes: the Windows compilers have no
// std::mutex.
#pragma once

#include <windows.h>

namespace real {

class Win32Lock {
public:
    Win32Lock() { InitializeCriticalSectionAndSpinCount(&section_, 4000); }
    ~Win32Lock() { DeleteCriticalSection(&section_); }
    Win32Lock(const Win32Lock&) = delete;
    Win32Lock& operator=(const Win32Lock&) = delete;

    void lock() { EnterCriticalSection(&section_); }
    void unlock() { LeaveCriticalSection(&section_); }

private:
    CRITICAL_SECTION section_;
};

}  // namespace real
