// What a gated run says on standard output (docs/gated.md): what it does next, and the state.
#pragma once

#include <string>
#include <vector>

#include "real/gated_order.hpp"
#include "real/port.hpp"
#include "sim/trace.hpp"

namespace real {

// "T1: get P", "main: post P 7", "T2: sleep ends"
[[nodiscard]] std::string words(const GatedStep&, const sim::TraceHeader&);

// What is seen of a gated run at one instant at which it rests.
class GatedState {
public:
    // The header must outlive it.
    explicit GatedState(const sim::TraceHeader&);

    // Every fact of the run, as it becomes known.
    void take(const sim::Fact&);
    // "state: P{queued=1 active=1/1 waiters=1} T1=run[P:5] T2=get(P)"
    [[nodiscard]] std::string line(Ports&, const std::vector<WorkerStatus>&) const;

private:
    struct Thread {
        sim::Reason reason = sim::Reason::none;
        PortId port = PortId::none;  // of the packets it took last
        std::vector<Key> keys;
    };

    [[nodiscard]] std::size_t object(PortId) const;
    [[nodiscard]] std::string port_text(std::size_t port, Ports&,
                                        const std::vector<WorkerStatus>&) const;
    [[nodiscard]] std::string thread_text(std::size_t thread, const WorkerStatus&) const;

    const sim::TraceHeader& header_;
    std::vector<bool> open_;  // by PortId: this handle
    std::vector<Thread> threads_;
};

}  // namespace real
