// The simulated processors: who runs, who is ready. Round robin; a ready thread goes to the free
// processor with the lowest number. Knows nothing about ports.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
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
    // Gives a free processor to the thread that has been ready longest, if there are both.
    std::optional<Assignment> assign() {
        if (ready_.empty() || busy_ == cpus_.size()) return std::nullopt;
        for (std::uint32_t cpu = 0; cpu < cpus_.size(); ++cpu) {
            if (cpus_[cpu].now != ThreadId::none) continue;
            const ThreadId thread = ready_.front();
            ready_.pop_front();
            const bool switched = cpus_[cpu].last != thread;
            cpus_[cpu] = {.now = thread, .last = thread};
            ++busy_;
            return Assignment{thread, cpu, switched};
        }
        return std::nullopt;
    }
    void leave(std::uint32_t cpu) {
        cpus_[cpu].now = ThreadId::none;
        --busy_;
    }
    [[nodiscard]] bool idle() const { return busy_ == 0 && ready_.empty(); }
    [[nodiscard]] bool anyone_ready() const { return !ready_.empty(); }

private:
    struct Cpu {
        ThreadId now = ThreadId::none;
        ThreadId last = ThreadId::none;
    };
    std::vector<Cpu> cpus_;
    std::deque<ThreadId> ready_;
    std::size_t busy_ = 0;
};

}  // namespace sim
