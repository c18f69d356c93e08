#include "real/clock.hpp"

#include <algorithm>

#ifdef _WIN32
#include <windows.h>
#else
#include <ctime>
#endif

namespace real {

#ifdef _WIN32

namespace {
std::int64_t counts_per_second() {
    static const std::int64_t frequency = [] {
        LARGE_INTEGER value;
        QueryPerformanceFrequency(&value);
        return static_cast<std::int64_t>(value.QuadPart);
    }();
    return frequency;
}
}  // namespace

Nanos clock_now() {
    LARGE_INTEGER value;
    QueryPerformanceCounter(&value);
    const auto counts = static_cast<std::int64_t>(value.QuadPart);
    const std::int64_t frequency = counts_per_second();
    // Whole seconds and the rest apart: counts * 10^9 would overflow after some hours.
    return counts / frequency * 1'000'000'000 + counts % frequency * 1'000'000'000 / frequency;
}

std::string_view clock_name() {
    return "QueryPerformanceCounter";
}

#else

Nanos clock_now() {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<Nanos>(t.tv_sec) * 1'000'000'000 + static_cast<Nanos>(t.tv_nsec);
}

std::string_view clock_name() {
    return "CLOCK_MONOTONIC";
}

#endif

Nanos clock_step() {
    Nanos smallest = 1'000'000'000;
    for (int i = 0; i < 1000; ++i) {
        const Nanos before = clock_now();
        Nanos after = clock_now();
        while (after == before) after = clock_now();
        smallest = std::min(smallest, after - before);
    }
    return std::max<Nanos>(smallest, 1);
}

}  // namespace real
