// The simulated processors: who runs, who is ready. Round robin; a ready thread goes to the free
// processor with the lowest number. Knows nothing about ports.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/ids.hpp"

namespace sim {

class Computer {
public:
    explicit Computer(std::uint32_t processors) : cpus_(processors) {}

    struct Assignment {
        ThreadId thread;
        std::uint32_t cpu;
        bool switched;  // the processor ran another thread before: a switch is paid
    };

    void make_ready(ThreadId thread) { ready_.push_back(thread); }
    // A ready thread is suspended; false when it is not ready.
    bool forget(ThreadId thread) {
        const auto found =
            std::find(ready_.begin() + static_cast<std::ptrdiff_t>(first_), ready_.end(), thread);
        if (found == ready_.end()) return false;
        ready_.erase(found);
        return true;
    }
    // Is there a ready thread, and a free processor for it?
    [[nodiscard]] bool can_assign() const { return anyone_ready() && busy_ < cpus_.size(); }
    // Gives a free processor to the thread that has been ready longest; there are both.
    Assignment assign() {
        std::uint32_t cpu = 0;
        while (cpus_[cpu].now != ThreadId::none) ++cpu;
        const ThreadId thread = ready_[first_++];
        if (first_ == ready_.size()) {
            ready_.clear();
            first_ = 0;
        } else if (first_ == kRoom) {
            ready_.erase(ready_.begin(), ready_.begin() + kRoom);
            first_ = 0;
        }
        const bool switched = cpus_[cpu].last != thread;
        cpus_[cpu] = {.now = thread, .last = thread};
        ++busy_;
        return {thread, cpu, switched};
    }
    void leave(std::uint32_t cpu) {
        cpus_[cpu].now = ThreadId::none;
        --busy_;
    }
    [[nodiscard]] bool idle() const { return busy_ == 0 && !anyone_ready(); }
    [[nodiscard]] bool anyone_ready() const { return first_ < ready_.size(); }
    [[nodiscard]] std::size_t processors() const { return cpus_.size(); }
    // The thread that each processor runs or ran last, and those that are ready, for state keys.
    [[nodiscard]] std::vector<ThreadId> last_threads() const {
        std::vector<ThreadId> threads;
        for (const Cpu& cpu : cpus_) threads.push_back(cpu.last);
        return threads;
    }
    [[nodiscard]] std::vector<ThreadId> ready() const {
        return {ready_.begin() + static_cast<std::ptrdiff_t>(first_), ready_.end()};
    }

private:
    static constexpr std::size_t kRoom = 256;  // passed places of ready_ before they are removed
    struct Cpu {
        ThreadId now = ThreadId::none;
        ThreadId last = ThreadId::none;
    };
    std::vector<Cpu> cpus_;
    std::vector<ThreadId> ready_;  // from first_ on, the longest first
    std::size_t first_ = 0;
    std::size_t busy_ = 0;
};

}  // namespace sim
