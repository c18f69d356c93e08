// What a simulation writes down, who goes on because of it, and the summary.
#include <algorithm>
#include <utility>

#include "sim/simulation_run.hpp"

namespace sim {

// Models write into the trace; what they have just decided gets its time, and the threads concerned
// go on. Without a trace the facts are forgotten then.
void SimulationRun::flush() {
    // Reactions only make threads ready; they never call a model, so no fact is added meanwhile.
    for (; reacted_ < facts().size(); ++reacted_) {
        Fact& fact = facts()[reacted_];
        fact.t0 = fact.t1 = now_;
        react(fact);
    }
    if (!tracing()) {
        facts().clear();
        reacted_ = 0;
    }
    give_processors();
    if (port_watchers_ > 0)
        for (std::size_t p = 0; p < model_.ports().size(); ++p) signal_port(make_id<PortId>(p));
}

void SimulationRun::react(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::inserted:
            if (statistics_) statistics_->joins(fact.port, now_);
            break;
        case FactKind::taken:
        case FactKind::also_taken:
        case FactKind::handed_off:
        case FactKind::activated: receive(fact); break;
        case FactKind::woken:
            worker(fact.thread).fetching = true;
            make_ready(fact.thread);
            break;
        case FactKind::abandoned:
            worker(fact.thread).error = Win32Error::abandoned_wait_0;
            worker(fact.thread).returning = true;
            make_ready(fact.thread);
            break;
        case FactKind::discarded:
            ++result_.summary.packets_discarded;
            if (statistics_) (void)statistics_->leaves(fact.port, now_);
            break;
        case FactKind::slot_retaken:
        case FactKind::wait_ended: watch(model_.thread(fact.thread).port); break;
        default: break;
    }
}

// A packet comes into the hands of a thread.
void SimulationRun::receive(const Fact& fact) {
    Worker& w = worker(fact.thread);
    Held& held = w.got.emplace_back();
    held.packet = {.id = fact.packet,
                   .key = fact.key,
                   .bytes = fact.bytes,
                   .error = fact.error,
                   .handle = fact.handle,
                   .operation = fact.operation};
    held.arrived = now_;
    if (fact.operation == Operation::accept) {
        const auto found = std::find_if(accepted_.begin(), accepted_.end(),
                                        [&](const Accepted& a) { return a.packet == fact.packet; });
        if (found != accepted_.end()) {
            held.accepted = found->handle;
            accepted_.erase(found);
        }
    }
    ++result_.summary.packets_delivered;
    ++result_.summary.packets_per_thread[index(fact.thread)];
    if (statistics_) {
        if (fact.kind != FactKind::handed_off) held.arrived = statistics_->leaves(fact.port, now_);
        statistics_->delivered(held.arrived, now_);
    }
    watch(fact.port);
    if (fact.kind == FactKind::taken || fact.kind == FactKind::also_taken) return;
    w.error = Win32Error::success;
    w.returning = true;
    make_ready(fact.thread);
}

void SimulationRun::watch(PortId id) {
    if (id == PortId::none) return;
    std::uint32_t& most = result_.summary.max_active;
    most = std::max(most, model_.port(id).active);
}

// Evidence, as a recorder could gather it at this point.
void SimulationRun::write_parked(bool settled) {
    if (!tracing()) return;
    for (std::size_t p = 0; p < model_.ports().size(); ++p)
        for (const ThreadId waiting : model_.ports()[p].waiting)
            note({.kind = FactKind::parked, .port = make_id<PortId>(p), .thread = waiting});
    if (settled) note({.kind = FactKind::settled});
}

// -- the summary ----------------------------------------------------------------------------------

namespace {

Latency latency_of(const Histogram& histogram) {
    return {.count = histogram.count(),
            .mean = static_cast<Nanos>(histogram.mean() + 0.5),
            .median = histogram.quantile(0.5),
            .p95 = histogram.quantile(0.95),
            .p99 = histogram.quantile(0.99),
            .max = histogram.max()};
}

}  // namespace

void SimulationRun::finish_summary() {
    SimulationSummary& summary = result_.summary;
    for (const PortState& port : model_.ports()) summary.packets_left += port.queue.size();
    summary.end = now_;
    if (!statistics_) return;
    for (const Worker& w : workers_)
        if (w.running) statistics_->busy(now_ - w.on_cpu_since);
    const double available =
        static_cast<double>(now_) * static_cast<double>(computer_.processors());
    summary.cpu_use = available > 0 ? static_cast<double>(statistics_->cpu()) / available : 0;
    summary.mean_queue = statistics_->mean_queue(now_);
    summary.max_queue = statistics_->longest_queue();
    summary.in_queue = latency_of(statistics_->in_queue());
    summary.in_system = latency_of(statistics_->in_system());
}

}  // namespace sim
