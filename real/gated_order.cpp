#include "real/gated_order.hpp"

#include <algorithm>

namespace real {

GatedOrder::GatedOrder(const sim::Scenario& scenario)
    : agenda_(scenario), threads_(scenario.thread_count()) {}

void GatedOrder::look(const std::vector<WorkerStatus>& statuses, Gate& gate) {
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        const WorkerStatus& status = statuses[i];
        const auto thread = sim::make_id<ThreadId>(i);
        Seen& seen = threads_[i];
        seen.suspended = status.suspended;
        const bool at_gate = status.doing == WorkerStatus::Doing::gated;
        const std::optional<Nanos> sleep =
            status.doing == WorkerStatus::Doing::blocked ? gate.sleeps(thread) : std::nullopt;
        if (!at_gate && !sleep) {
            seen.doing = Doing::nothing;
            continue;
        }
        if (seen.doing != Doing::nothing && seen.changes == status.changes) continue;
        seen.doing = at_gate ? Doing::at_gate : Doing::asleep;
        seen.changes = status.changes;
        seen.at = now_ + gate.take_computed(thread) + sleep.value_or(0);
        seen.order = ++arrivals_;
        seen.step = at_gate ? gate.next_step(thread) : nullptr;
    }
}

bool GatedOrder::somebody_runs() const {
    return std::any_of(threads_.begin(), threads_.end(), [](const Seen& seen) {
        return seen.doing == Doing::at_gate && !seen.suspended;
    });
}

// Of the threads that have something to do, the first. A suspended one does nothing, but its sleep
// ends all the same.
std::optional<std::size_t> GatedOrder::earliest() const {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        const Seen& seen = threads_[i];
        if (seen.doing == Doing::nothing || (seen.doing == Doing::at_gate && seen.suspended))
            continue;
        if (!first || seen.at < threads_[*first].at ||
            (seen.at == threads_[*first].at && seen.order < threads_[*first].order))
            first = i;
    }
    return first;
}

std::optional<GatedStep> GatedOrder::take() {
    for (;;) {
        if (const auto item = agenda_.take_due(now_)) return GatedStep{.item = item};
        const auto thread = earliest();
        if (thread && threads_[*thread].at <= now_) {
            Seen& seen = threads_[*thread];
            const bool asleep = seen.doing == Doing::asleep;
            seen.doing = Doing::nothing;
            return GatedStep{
                .thread = sim::make_id<ThreadId>(*thread), .step = seen.step, .sleep_ends = asleep};
        }
        if (!somebody_runs())
            if (const auto item = agenda_.take_settled(now_)) return GatedStep{.item = item};
        const auto time = agenda_.next_time();
        if (!thread && !time) return std::nullopt;
        now_ = !thread ? *time
               : time  ? std::min(*time, threads_[*thread].at)
                       : threads_[*thread].at;
    }
}

}  // namespace real
