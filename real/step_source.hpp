// How many steps a gated run may do: told by one thread, asked by another.
#pragma once

#include <atomic>
#include <cstdint>

#include "real/thread_wrapper.hpp"

namespace real {

class StepSource {
public:
    // By the thread that listens. So many more; all that there are.
    void allow(std::uint64_t steps);
    void allow_all();
    // By the thread that drives the run. Waits until a step is allowed, and takes it; false when
    // `stop` is true first.
    [[nodiscard]] bool take(const std::atomic<bool>& stop);

private:
    std::atomic<std::uint64_t> allowed_{0};
    std::atomic<bool> all_{false};
    std::uint64_t taken_ = 0;
    ManualEvent more_;
};

}  // namespace real
