// What happens next in a gated run, as a plain value without clock or threads.
//
// No time passes while somebody decides when to go on, so the durations of the scenario only order
// the steps: a thread that computes for 5 ms does its next step after one that computes for 3 ms,
// as if each had a processor to itself. What is due at the same instant happens in this order:
// what main does; then threads in the order in which they came to their next step, of those that
// came together the one with the lower number; and what waits for the run to settle when no thread
// has anything to do.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "real/gate.hpp"
#include "real/recorder_agenda.hpp"
#include "real/worker_status.hpp"

namespace real {

// One thing to do: something of the agenda, or else a step or the end of a sleep of a thread.
struct GatedStep {
    std::optional<AgendaItem> item{};
    ThreadId thread = ThreadId::none;
    const sim::Step* step = nullptr;  // of the thread; null: it exits
    bool sleep_ends = false;
};

class GatedOrder {
public:
    // Keeps pointers into the scenario, which must outlive it.
    explicit GatedOrder(const sim::Scenario&);

    // After the run has come to rest: what each thread would do next.
    void look(const std::vector<WorkerStatus>&, Gate&);
    // Takes the next thing to do; nothing when the run is over.
    [[nodiscard]] std::optional<GatedStep> take();
    // Is a thread about to do something? Then the run has not settled.
    [[nodiscard]] bool somebody_runs() const;
    // How far the run is in its own time.
    [[nodiscard]] Nanos now() const { return now_; }

private:
    enum class Doing : std::uint8_t { nothing, at_gate, asleep };
    struct Seen {
        Doing doing = Doing::nothing;
        bool suspended = false;
        std::uint32_t changes = 0;  // WorkerStatus::changes when this was seen first
        Nanos at = 0;
        std::uint64_t order = 0;
        const sim::Step* step = nullptr;
    };

    [[nodiscard]] std::optional<std::size_t> earliest() const;

    Agenda agenda_;
    std::vector<Seen> threads_;  // by ThreadId
    Nanos now_ = 0;
    std::uint64_t arrivals_ = 0;
};

}  // namespace real
