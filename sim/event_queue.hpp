// The future of a simulation: a min-heap of things that will happen, ordered by time and, at one
// instant, by the order in which they were scheduled. No allocation once it has grown.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/ids.hpp"

namespace sim {

struct FutureEvent {
    enum class Kind : std::uint8_t {
        start_thread,  // who = thread
        stimulus,      // who = index of the stimulus
        on_cpu,        // who = thread: the switch is over, it runs
        go_on,         // who = thread: its next step, where steps of threads may interleave
        slice_end,     // who = thread: its computation or its quantum ends
        wake_up,       // who = thread: a sleep, or a wait with a time-out, ends
        time_out,      // who = thread: its get call times out, if it still waits in that call
        io_done,       // who = packet id: a device has finished the operation
        connect,       // who = index of the client group
        client_acts,   // who = client: it has thought
    };
    Nanos at = 0;
    std::uint64_t order = 0;
    // Of a thread: its turn when this was scheduled; when that has passed, the event means nothing
    // any more. stimulus, connect: which occurrence, from 1.
    std::uint64_t call = 0;
    std::uint32_t who = 0;
    Kind kind = Kind::stimulus;
    bool series = false;  // part of a timed series that began when the run had settled

    // Without a branch: which of two events comes first is what nobody can predict.
    [[nodiscard]] bool before(const FutureEvent& other) const {
        return (at < other.at) | ((at == other.at) & (order < other.order));
    }
};

class EventQueue {
public:
    void schedule(Nanos at, FutureEvent::Kind kind, std::uint32_t who, std::uint64_t call = 0,
                  bool series = false) {
        const FutureEvent event{.at = at,
                                .order = next_order_++,
                                .call = call,
                                .who = who,
                                .kind = kind,
                                .series = series};
        if (gap_) {
            gap_ = false;
            sink(0, event);
        } else {
            heap_.emplace_back();
            rise(heap_.size() - 1, event);
        }
    }
    // The first event leaves. Its place stays free: most events schedule the next one, which takes
    // that place without a way through the whole heap.
    FutureEvent pop() {
        close_gap();
        gap_ = true;
        const FutureEvent& first = heap_.front();
        return {.at = first.at,
                .order = first.order,
                .call = first.call,
                .who = first.who,
                .kind = first.kind,
                .series = first.series};
    }
    // Takes the event at a place of entries(), whatever its time.
    FutureEvent take(std::size_t place) {
        assert(!gap_);
        const FutureEvent event = heap_[place];
        const FutureEvent last = heap_.back();
        heap_.pop_back();
        if (place == heap_.size()) return event;
        if (place > 0 && last.before(heap_[(place - 1) / 2]))
            rise(place, last);
        else
            sink(place, last);
        return event;
    }
    [[nodiscard]] bool empty() {
        close_gap();
        return heap_.empty();
    }
    [[nodiscard]] Nanos next_time() {
        close_gap();
        return heap_.front().at;
    }
    // The first event; there must be one.
    [[nodiscard]] const FutureEvent& next() {
        close_gap();
        return heap_.front();
    }
    // All events, in no particular order; for those who take() and do not pop().
    [[nodiscard]] const std::vector<FutureEvent>& entries() const {
        assert(!gap_);
        return heap_;
    }

private:
    void close_gap() {
        if (!gap_) return;
        gap_ = false;
        const FutureEvent last = heap_.back();
        heap_.pop_back();
        if (!heap_.empty()) sink(0, last);
    }
    // Field by field, as in pop(): what was written field by field a moment ago and is read as a
    // block has to go through memory, and the next event waits for that.
    void put(std::size_t place, const FutureEvent& event) {
        FutureEvent& to = heap_[place];
        to.at = event.at;
        to.order = event.order;
        to.call = event.call;
        to.who = event.who;
        to.kind = event.kind;
        to.series = event.series;
    }
    // `event` goes to `place`, or above.
    void rise(std::size_t place, const FutureEvent& event) {
        while (place > 0) {
            const std::size_t parent = (place - 1) / 2;
            if (!event.before(heap_[parent])) break;
            put(place, heap_[parent]);
            place = parent;
        }
        put(place, event);
    }
    // `event` goes to `place`, or below.
    void sink(std::size_t place, const FutureEvent& event) {
        const std::size_t size = heap_.size();
        for (std::size_t child; (child = 2 * place + 1) < size; place = child) {
            if (child + 1 < size) child += heap_[child + 1].before(heap_[child]) ? 1u : 0u;
            if (!heap_[child].before(event)) break;
            put(place, heap_[child]);
        }
        put(place, event);
    }
    std::vector<FutureEvent> heap_;
    std::uint64_t next_order_ = 0;
    bool gap_ = false;  // the first place of the heap is free
};

}  // namespace sim
