// A timeline: a trace that can be looked at from any step. state_at(n) is the state after the first
// n facts. It restores the nearest copy kept at or before n and applies the facts in between, so
// going back, scrubbing and jumping are the same cheap operation; nothing is ever undone.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "sim/lane_state.hpp"
#include "sim/trace.hpp"

namespace sim {

template <class State>
class BasicTimeline {
public:
    explicit BasicTimeline(const Trace& trace, std::size_t stride = 64);
    // The state after the first `step` facts, 0 … facts.size().
    [[nodiscard]] State state_at(std::size_t step) const;

private:
    const Trace* trace_;
    std::size_t stride_;
    std::vector<State> kept_;  // kept_[i] is the state after i * stride_ facts
};

// One lane of the window: a trace with the fold that suits it. Owns the trace; moving a lane keeps
// it valid, copying one is not offered.
class Lane {
public:
    explicit Lane(Trace trace);
    Lane(Lane&&) noexcept;
    Lane& operator=(Lane&&) noexcept;
    ~Lane();

    [[nodiscard]] const Trace& trace() const;
    [[nodiscard]] std::size_t steps() const;  // number of facts
    [[nodiscard]] Stage stage_at(std::size_t step) const;
    [[nodiscard]] Nanos time_at(std::size_t step) const;  // t1 of fact step - 1; 0 at the start
    [[nodiscard]] bool observed() const;
    // The step after the last fact whose time is at or before `time`.
    [[nodiscard]] std::size_t step_at_time(Nanos time) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sim
