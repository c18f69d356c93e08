// How our Linux port learns that a worker waits for something else (C-BLOCK-1), best first:
//
//   observed    the kernel writes down every context switch (switch_records.hpp)
//   sampled     every millisecond we look into /proc whether the worker sleeps
//   announced   the worker says so
//
// The best that works here is taken, unless somebody asks for one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "real/port.hpp"

namespace real {

// The three above by name; nothing for any other word.
[[nodiscard]] std::optional<sim::Blocking> blocking_from(std::string_view name);

struct BlockingChoice {
    sim::Blocking blocking = sim::Blocking::announced;
    // Why it is not a better one, and what to type; empty when it is the best.
    std::string why;
    // The one that was asked for cannot be had; `why` says the reason.
    bool refused = false;
};

// What kept a way from working here, with what to do about it; empty: it works. For as many
// threads as a run will have: each needs memory and a file of its own.
struct BlockingObstacles {
    std::string observed{};
    std::string sampled{};
};
[[nodiscard]] BlockingObstacles blocking_obstacles(std::size_t threads);

// The sentence for a refusal of perf_event_open with this errno, at this value of
// kernel.perf_event_paranoid (empty: the kernel has none), when so many threads were to be seen.
[[nodiscard]] std::string observed_obstacle(int error, std::string_view level, std::size_t threads);

// Pure: what follows from the obstacles.
[[nodiscard]] BlockingChoice choose_blocking(const BlockingObstacles&,
                                             std::optional<sim::Blocking> wanted);

// Sets how this back end will learn of blocking in a run of so many threads, and why. `wanted` is a
// name, or empty for the best. Returns why that cannot be; empty: it can.
[[nodiscard]] std::string settle_blocking(Backend&, std::string_view wanted, std::size_t threads);

// Says in the header how the back end learns of blocking, and why.
void describe_blocking(const Backend&, sim::TraceHeader&);

}  // namespace real
