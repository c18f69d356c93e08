// The future of a simulation: a min-heap of things that will happen, ordered by time and, at one
// instant, by the order in which they were scheduled. No allocation once it has grown.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/ids.hpp"

namespace sim {

struct FutureEvent {
    enum class Kind : std::uint8_t {
        start_thread,  // who = thread
        stimulus,      // who = index of the stimulus
        on_cpu,        // who = thread: the switch is over, it runs
        slice_end,     // who = thread: its computation or its quantum ends
        wake_up,       // who = thread: a sleep ends
        time_out,      // who = thread: its get call times out, if it still waits in that call
    };
    Nanos at = 0;
    std::uint64_t order = 0;
    Kind kind = Kind::stimulus;
    std::uint32_t who = 0;
    // time_out: which call of the thread; stimulus: which occurrence, from 1; start_thread: 1 when
    // it belongs to a timed series that began when the run had settled.
    std::uint64_t call = 0;
};

class EventQueue {
public:
    void schedule(Nanos at, FutureEvent::Kind kind, std::uint32_t who, std::uint64_t call = 0) {
        heap_.push_back({.at = at, .order = next_order_++, .kind = kind, .who = who, .call = call});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }
    FutureEvent pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const FutureEvent event = heap_.back();
        heap_.pop_back();
        return event;
    }
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] Nanos next_time() const { return heap_.front().at; }

private:
    static bool later(const FutureEvent& a, const FutureEvent& b) {
        return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
    std::vector<FutureEvent> heap_;
    std::uint64_t next_order_ = 0;
};

}  // namespace sim
