// What a simulation writes down, and the summary.
#include <algorithm>
#include <utility>

#include "sim/simulation_react.hpp"

namespace sim {

// What models have just decided is written down, and the threads concerned go on.
void SimulationRun::flush() {
    // Reactions only make threads ready; they never call a model, so no fact is added meanwhile.
    for (const Fact& fact : decided_) {
        if (tracing()) write(fact);
        react(fact);
    }
    decided_.clear();
    run_the_ready();
}

// The two verbs that every packet needs.
void SimulationRun::insert(PortId port, const Packet& packet, ThreadId by) {
    if (tracing()) {
        Outlet<true> out(*this);
        model_.insert(port, packet, by, out);
    } else {
        Outlet<false> out(*this);
        model_.insert(port, packet, by, out);
    }
    run_the_ready();
}

PortModel::Entered SimulationRun::enter(ThreadId id, PortId handle, const PortModel::Get& get) {
    PortModel::Entered entered{};
    if (tracing()) {
        Outlet<true> out(*this);
        entered = model_.enter(id, handle, get, out);
    } else {
        Outlet<false> out(*this);
        entered = model_.enter(id, handle, get, out);
    }
    run_the_ready();
    return entered;
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
