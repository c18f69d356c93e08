#include "real/futex.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <ctime>
#include <limits>

namespace real {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// The kernel's futex calls take the address of the word itself.
std::uint32_t* address(FutexWord& word) {
    return reinterpret_cast<std::uint32_t*>(&word);
}

}  // namespace

bool futex_wait(FutexWord& word, std::uint32_t expected, Deadline deadline) {
    timespec until{};
    if (deadline != kNoDeadline) {
        until.tv_sec = static_cast<time_t>(deadline / kSecond);
        until.tv_nsec = static_cast<long>(deadline % kSecond);
    }
    // FUTEX_WAIT_BITSET takes an absolute CLOCK_MONOTONIC instant: a sleep that a signal interrupts
    // is simply repeated with the same deadline. FUTEX_WAIT would take a duration.
    const long result =
        syscall(SYS_futex, address(word), FUTEX_WAIT_BITSET_PRIVATE, expected,
                deadline == kNoDeadline ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY);
    return !(result == -1 && errno == ETIMEDOUT);
}

void futex_wake_one(FutexWord& word) {
    syscall(SYS_futex, address(word), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void futex_wake_all(FutexWord& word) {
    syscall(SYS_futex, address(word), FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

int futex_refused() {
    FutexWord nobody_sleeps_here{0};
    const long result =
        syscall(SYS_futex, address(nobody_sleeps_here), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    return result == -1 ? errno : 0;
}

Deadline monotonic_now() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * kSecond + now.tv_nsec;
}

Deadline deadline_after(std::int64_t timeout) {
    constexpr std::int64_t kMillisecond = 1'000'000;
    constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
    if (timeout < 0) return kNoDeadline;
    const std::int64_t whole = timeout / kMillisecond + (timeout % kMillisecond != 0 ? 1 : 0);
    const Deadline now = monotonic_now();
    return whole > (kEnd - now) / kMillisecond ? kNoDeadline : now + whole * kMillisecond;
}

}  // namespace real
