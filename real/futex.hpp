// The two futex calls that the Linux port rests on. Private to the process: the kernel need not
// look at the mapping behind the address.
#pragma once

#include <atomic>
#include <cstdint>

namespace real {

// A futex word. The kernel compares it with a plain load, so it must be exactly its value.
using FutexWord = std::atomic<std::uint32_t>;
static_assert(sizeof(FutexWord) == sizeof(std::uint32_t) && FutexWord::is_always_lock_free);

// An instant of CLOCK_MONOTONIC in nanoseconds, or kNoDeadline.
using Deadline = std::int64_t;
inline constexpr Deadline kNoDeadline = -1;

// Sleeps while the word holds `expected`, at the latest until the deadline. Returns false when the
// deadline has passed. True promises nothing: the caller looks at the word again, for signals and
// wake-ups meant for an earlier wait end a sleep too.
bool futex_wait(FutexWord& word, std::uint32_t expected, Deadline deadline);

// Wakes at most one thread that sleeps on the word. The word may belong to a thread that has long
// gone on; then nothing happens.
void futex_wake_one(FutexWord& word);
// Wakes all of them.
void futex_wake_all(FutexWord& word);

// 0 when futexes work here, else the errno that the kernel refuses them with.
[[nodiscard]] int futex_refused();

[[nodiscard]] Deadline monotonic_now();

// The end of a call with this timeout in nanoseconds, negative for none. Windows takes whole
// milliseconds; a fraction counts as one. A timeout too long to be an instant never ends.
[[nodiscard]] Deadline deadline_after(std::int64_t timeout);

}  // namespace real
