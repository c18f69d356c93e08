// Computing for a given time: uses processor time of the calling thread, so a thread that is
// preempted in between still computes for as long as it was told to. Makes no system call that
// could put the thread to sleep: a computing worker keeps its slot (C-SPIN-1).
#pragma once

#include <atomic>
#include <functional>
#include <string_view>

#include "sim/ids.hpp"

namespace real {

// Called once, before the first worker starts: on Windows it measures how fast cycles count.
void prepare_cpu_burner();
// What computing is measured by, for the trace header: "CLOCK_THREAD_CPUTIME_ID", "thread cycles",
// or "wall clock" with the reason, where the system does not count a thread's processor time.
[[nodiscard]] std::string_view cpu_burner_clock();
// Returns after `duration` nanoseconds of processor time, or soon after `give_up` became true.
// Calls `now_and_then` about once in a microsecond.
void burn_cpu(sim::Nanos duration, const std::atomic<bool>& give_up,
              const std::function<void()>& now_and_then = {});

}  // namespace real
