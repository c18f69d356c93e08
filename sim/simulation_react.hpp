// Who goes on because of what a port has decided.
//
// A header for the simulator's own parts: PortModel's verbs are made with an Outlet, which acts on
// a fact where it is decided. There its kind is known, so one case of react() is left; and without
// a trace the fact itself need not exist.
#pragma once

#include <algorithm>

#include "sim/port_model_verbs.hpp"
#include "sim/simulation_run.hpp"

namespace sim {

// A packet comes into the hands of a thread.
[[gnu::always_inline]] inline void SimulationRun::receive(const Fact& fact) {
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

[[gnu::always_inline]] inline void SimulationRun::react(const Fact& fact) {
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

// Reactions only make threads ready. They never call the model, which is in the middle of a verb.
template <bool kTraced>
class SimulationRun::Outlet {
public:
    explicit Outlet(SimulationRun& run) : run_(run) {}
    [[gnu::always_inline]] void push_back(const Fact& fact) {
        if constexpr (kTraced) run_.write(fact);
        run_.react(fact);
    }

private:
    SimulationRun& run_;
};

}  // namespace sim
