// All steps of a scenario: of threads, handlers and stimuli.
#pragma once

#include "sim/scenario.hpp"

namespace real {

template <class Visitor>
void for_every_step(const sim::Scenario& scenario, Visitor visit) {
    for (const sim::ThreadSpec& group : scenario.threads)
        for (const sim::Step& step : group.script) visit(step);
    for (const sim::Handler& handler : scenario.handlers)
        for (const sim::Step& step : handler.steps) visit(step);
    for (const sim::Stimulus& stimulus : scenario.stimuli) visit(stimulus.step);
}

}  // namespace real
