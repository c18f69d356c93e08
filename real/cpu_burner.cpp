#include "real/cpu_burner.hpp"

#include <algorithm>
#include <cstdint>

#include "real/clock.hpp"

#ifdef _WIN32
#include <windows.h>
#else
#include <ctime>
#endif

namespace real {
namespace {

// Some arithmetic between two looks at the clock, about a microsecond.
void compute_a_little() {
    volatile std::uint32_t value = 1;
    for (int i = 0; i < 500; ++i) value = value * 1664525u + 1013904223u;
}

#ifdef _WIN32

using QueryThreadCycleTimeFn = BOOL(WINAPI*)(HANDLE, PULONG64);

struct Cycles {
    QueryThreadCycleTimeFn query = nullptr;  // null: not there, or it does not count
    double per_nano = 0;
};
Cycles cycles;  // written by prepare_cpu_burner() before the workers start, read-only afterwards

std::uint64_t thread_cycles() {
    ULONG64 count = 0;
    return cycles.query(GetCurrentThread(), &count) ? count : 0;
}

// The fastest of several short trials: preemption makes cycles per wall time look slower.
void calibrate() {
    for (int trial = 0; trial < 5; ++trial) {
        const std::uint64_t first = thread_cycles();
        const Nanos begin = clock_now();
        Nanos now = begin;
        while ((now = clock_now()) - begin < 2'000'000) compute_a_little();
        const double rate =
            static_cast<double>(thread_cycles() - first) / static_cast<double>(now - begin);
        cycles.per_nano = std::max(cycles.per_nano, rate);
    }
    // A processor does more than one cycle in ten nanoseconds; anything else is not a count.
    if (cycles.per_nano < 0.1) cycles.query = nullptr;
}

// Processor time of this thread where it is counted, else the wall clock.
Nanos spent() {
    if (!cycles.query) return clock_now();
    return static_cast<Nanos>(static_cast<double>(thread_cycles()) / cycles.per_nano);
}

#else

Nanos spent() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<Nanos>(t.tv_sec) * 1'000'000'000 + static_cast<Nanos>(t.tv_nsec);
}

#endif

}  // namespace

#ifdef _WIN32
void prepare_cpu_burner() {
    cycles = {};
    cycles.query = reinterpret_cast<QueryThreadCycleTimeFn>(reinterpret_cast<void*>(
        GetProcAddress(GetModuleHandleA("kernel32.dll"), "QueryThreadCycleTime")));
    if (cycles.query) calibrate();
}
std::string_view cpu_burner_clock() {
    return cycles.query ? "thread cycles"
                        : "wall clock: this system does not count the cycles of a thread";
}
#else
void prepare_cpu_burner() {}
std::string_view cpu_burner_clock() {
    return "CLOCK_THREAD_CPUTIME_ID";
}
#endif

void burn_cpu(sim::Nanos duration, const std::atomic<bool>& give_up,
              const std::function<void()>& now_and_then) {
    const Nanos begin = spent();
    while (spent() - begin < duration && !give_up.load(std::memory_order_relaxed)) {
        compute_a_little();
        if (now_and_then) now_and_then();
    }
}

}  // namespace real
