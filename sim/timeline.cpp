#include "sim/timeline.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace sim {

template <class State>
BasicTimeline<State>::BasicTimeline(const Trace& trace, std::size_t stride)
    : trace_(&trace), stride_(stride) {
    State state(trace.header);
    kept_.reserve(trace.facts.size() / stride_ + 1);
    kept_.push_back(state);
    for (std::size_t i = 0; i < trace.facts.size(); ++i) {
        state.apply(trace.facts[i]);
        if ((i + 1) % stride_ == 0) kept_.push_back(state);
    }
}

template <class State>
State BasicTimeline<State>::state_at(std::size_t step) const {
    step = std::min(step, trace_->facts.size());
    State state = kept_[step / stride_];
    for (std::size_t i = step / stride_ * stride_; i < step; ++i) state.apply(trace_->facts[i]);
    return state;
}

template class BasicTimeline<ModelState>;
template class BasicTimeline<ObservedState>;

struct Lane::Parts {
    explicit Parts(Trace given) : trace(std::move(given)), timeline(fold(trace)) {}

    using AnyTimeline = std::variant<BasicTimeline<ModelState>, BasicTimeline<ObservedState>>;
    static AnyTimeline fold(const Trace& trace) {
        if (has_hidden_facts(trace)) return BasicTimeline<ModelState>(trace);
        return BasicTimeline<ObservedState>(trace);
    }
    Trace trace;
    AnyTimeline timeline;
};

Lane::Lane(Trace trace) : parts_(std::make_unique<Parts>(std::move(trace))) {}
Lane::Lane(Lane&&) noexcept = default;
Lane& Lane::operator=(Lane&&) noexcept = default;
Lane::~Lane() = default;

const Trace& Lane::trace() const {
    return parts_->trace;
}
std::size_t Lane::steps() const {
    return parts_->trace.facts.size();
}
bool Lane::observed() const {
    return parts_->timeline.index() == 1;
}

Stage Lane::stage_at(std::size_t step) const {
    return std::visit([&](const auto& timeline) { return timeline.state_at(step).stage(); },
                      parts_->timeline);
}

Nanos Lane::time_at(std::size_t step) const {
    if (step == 0 || steps() == 0) return 0;
    return parts_->trace.facts[std::min(step, steps()) - 1].t1;
}

std::size_t Lane::step_at_time(Nanos time) const {
    // Facts are ordered by t0; a fact has surely happened once its t0 is not later than `time`.
    const auto& facts = parts_->trace.facts;
    const auto after = std::upper_bound(facts.begin(), facts.end(), time,
                                        [](Nanos t, const Fact& fact) { return t < fact.t0; });
    return static_cast<std::size_t>(after - facts.begin());
}

}  // namespace sim
