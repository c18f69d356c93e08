// The driver of a gated run: lets one thing happen, waits until everything has come to rest, says
// what was seen and what the state is, and waits until it is told to go on.
#pragma once

#include <string>
#include <vector>

#include "real/gated_order.hpp"
#include "real/gated_words.hpp"
#include "real/recorder_drain.hpp"
#include "real/recorder_driver.hpp"

namespace real {

class GatedDriver final : public Driver {
public:
    // The pool is gated and the drain has not been started. All must outlive the driver.
    GatedDriver(const sim::Scenario&, Ports&, WorkerPool&, FactBuffer& facts, RecorderHost&, Drain&,
                const sim::TraceHeader&);

    [[nodiscard]] sim::Outcome play() override;
    void note(const sim::Fact&) override;

private:
    void do_step(const GatedStep&);
    // False: a thread does not come to rest, or somebody asked for a stop.
    [[nodiscard]] bool settle();
    void note_rest(const Observation&);
    void write_facts();
    void say_next(const GatedStep&);
    void report(const GatedStep&);

    const sim::Scenario& scenario_;
    Ports& ports_;
    WorkerPool& pool_;
    RecorderHost& host_;
    Drain& drain_;
    const sim::TraceHeader& header_;
    GatedOrder order_;
    GatedState state_;
    std::vector<WorkerStatus> statuses_;  // when the run came to rest last
    std::vector<std::string> seen_;       // since the last report, in words
};

}  // namespace real
