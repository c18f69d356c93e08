#include "real/recordable.hpp"

namespace real {
namespace {

using sim::Step;

// What a worker of the pool cannot do, in words; empty for what it can.
std::string_view missing_skill(const Step& step) {
    switch (step.kind) {
        case Step::Kind::get: return step.ex || step.alertable ? "batch and alertable calls" : "";
        case Step::Kind::cpu:
        case Step::Kind::block:
            if (step.alertable) return "alertable sleeps";
            return step.duration.fixed() ? "" : "random durations";
        case Step::Kind::wait:
            return step.alertable || step.timeout != sim::kInfinite ? "waits with a time-out" : "";
        case Step::Kind::poll:
        case Step::Kind::set:
        case Step::Kind::post:
        case Step::Kind::close:
        case Step::Kind::suspend:
        case Step::Kind::resume:
        case Step::Kind::repeat:
        case Step::Kind::exit: return "";
        case Step::Kind::lock:
        case Step::Kind::unlock: return "locks";
        case Step::Kind::apc: return "APCs";
        case Step::Kind::io:
        case Step::Kind::open:
        case Step::Kind::bind:
        case Step::Kind::modes:
        case Step::Kind::close_handle:
        case Step::Kind::cancel: return "I/O on handles";
        default: return "one of its steps";
    }
}

std::string_view missing_skill(const std::vector<Step>& steps) {
    for (const Step& step : steps)
        if (const std::string_view missing = missing_skill(step); !missing.empty()) return missing;
    return "";
}

std::string_view first_missing(const sim::Scenario& scenario) {
    if (!scenario.handles.empty()) return "I/O on handles";
    for (const sim::PortSpec& port : scenario.ports) {
        if (port.later || port.duplicate_of != sim::PortId::none) return "ports made by a step";
        if (port.capacity) return "a port that takes only so many packets";
    }
    for (const sim::ThreadSpec& group : scenario.threads)
        if (const auto missing = missing_skill(group.script); !missing.empty()) return missing;
    for (const sim::Handler& handler : scenario.handlers)
        if (const auto missing = missing_skill(handler.steps); !missing.empty()) return missing;
    for (const sim::Stimulus& stimulus : scenario.stimuli)
        if (const auto missing = missing_skill(stimulus.step); !missing.empty()) return missing;
    return "";
}

}  // namespace

std::string unrecordable(const sim::Scenario& scenario) {
    const std::string_view missing = first_missing(scenario);
    if (missing.empty()) return {};
    return "this scenario cannot be recorded yet: it needs " + std::string(missing) +
           ", which only the model plays";
}

}  // namespace real
