#include "real/gate.hpp"

namespace real {

Gate::Gate(std::size_t threads) : size_(threads), cells_(std::make_unique<Cell[]>(threads)) {}

void Gate::arrive(ThreadId thread, const sim::Step* next) {
    cell(thread).next.store(next, std::memory_order_relaxed);
    cell(thread).holds.store(true, std::memory_order_release);
}

void Gate::wait(ThreadId thread, Ports& ports, const std::atomic<bool>& over) {
    Cell& mine = cell(thread);
    while (mine.holds.load(std::memory_order_acquire) && !over.load(std::memory_order_acquire)) {
        yield_processor();
        ports.safe_point(thread);
    }
}

void Gate::computed(ThreadId thread, Nanos duration) {
    cell(thread).computed.fetch_add(duration);
}

ManualEvent& Gate::sleep_begins(ThreadId thread, Nanos duration) {
    cell(thread).alarm.reset();
    cell(thread).sleeps.store(duration);
    return cell(thread).alarm;
}

void Gate::sleep_ended(ThreadId thread) {
    cell(thread).sleeps.store(-1);
}

bool Gate::holds(ThreadId thread) const {
    return cell(thread).holds.load(std::memory_order_acquire);
}

const sim::Step* Gate::next_step(ThreadId thread) const {
    return cell(thread).next.load(std::memory_order_relaxed);
}

void Gate::let_through(ThreadId thread) {
    cell(thread).holds.store(false, std::memory_order_release);
}

Nanos Gate::take_computed(ThreadId thread) {
    return cell(thread).computed.exchange(0);
}

std::optional<Nanos> Gate::sleeps(ThreadId thread) const {
    const Nanos duration = cell(thread).sleeps.load();
    return duration < 0 ? std::nullopt : std::optional(duration);
}

void Gate::end_sleep(ThreadId thread) {
    cell(thread).alarm.set();
}

bool Gate::wakes_up(ThreadId thread) const {
    return cell(thread).sleeps.load() >= 0 && cell(thread).alarm.is_set();
}

void Gate::end_all_sleeps() {
    for (std::size_t i = 0; i < size_; ++i) cells_[i].alarm.set();
}

}  // namespace real
