// All steps of a scenario: of threads, handlers and stimuli.
#pragma once

#include "sim/scenario.hpp"

namespace real {

// A step that something is done to a handle in.
[[nodiscard]] inline bool is_of_handles(sim::Step::Kind kind) {
    switch (kind) {
        case sim::Step::Kind::open:
        case sim::Step::Kind::bind:
        case sim::Step::Kind::modes:
        case sim::Step::Kind::close_handle:
        case sim::Step::Kind::cancel:
        case sim::Step::Kind::io: return true;
        default: return false;
    }
}

template <class Visitor>
void for_every_step(const sim::Scenario& scenario, Visitor visit) {
    for (const sim::ThreadSpec& group : scenario.threads)
        for (const sim::Step& step : group.script) visit(step);
    for (const sim::Handler& handler : scenario.handlers)
        for (const sim::Step& step : handler.steps) visit(step);
    for (const sim::Stimulus& stimulus : scenario.stimuli) visit(stimulus.step);
}

}  // namespace real
