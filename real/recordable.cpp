#include "real/recordable.hpp"

#include "real/every_step.hpp"
#include "real/run_handles.hpp"

namespace real {
namespace {

using sim::Step;

constexpr std::uint32_t kMostBytes = 64 * 1024;  // of one operation: what fits into a socket

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
        case Step::Kind::repeat:
        case Step::Kind::exit: return "";
        case Step::Kind::lock:
        case Step::Kind::unlock: return "locks";
        case Step::Kind::suspend:
        case Step::Kind::resume: return "suspended threads";
        case Step::Kind::apc: return "APCs";
        case Step::Kind::open:
        case Step::Kind::bind:
        case Step::Kind::modes:
        case Step::Kind::close_handle:
        case Step::Kind::cancel: return "";
        case Step::Kind::io:
            return step.transferred > kMostBytes ? "operations of more than 64 KiB" : "";
        default: return "one of its steps";
    }
}

std::string_view missing_skill(const std::vector<Step>& steps) {
    for (const Step& step : steps)
        if (const std::string_view missing = missing_skill(step); !missing.empty()) return missing;
    return "";
}

// Is the file of this handle bound, in all likelihood, when a step uses it?
bool bound_somewhere(const sim::Scenario& scenario, const sim::HandleRef& ref) {
    if (ref.handle == sim::HandleId::none) return true;  // `this`: it had a packet
    const sim::HandleSpec* spec = &scenario.handle_spec(ref.handle);
    if (spec->duplicate_of != sim::HandleId::none) spec = &scenario.handle_spec(spec->duplicate_of);
    bool bound = spec->port != sim::PortId::none;
    for_every_step(scenario, [&](const Step& step) {
        if (step.kind != Step::Kind::bind) return;
        bound = bound || step.handle.handle == sim::HandleId::none ||
                &scenario.handle_spec(step.handle.handle) == spec;
    });
    return bound;
}

// What only shows when one looks at a whole scenario that has handles.
std::string_view missing_of_handles(const sim::Scenario& scenario) {
    std::string_view missing;
    for_every_step(scenario, [&](const Step& step) {
        if (step.kind == Step::Kind::io && step.routine && !bound_somewhere(scenario, step.handle))
            missing = "completion routines that run";
    });
    for (const sim::Stimulus& stimulus : scenario.stimuli) {
        const Step& step = stimulus.step;
        if (step.kind == Step::Kind::io && step.handle.handle != sim::HandleId::none &&
            !step.immediate && !scenario.handle_spec(step.handle.handle).overlapped)
            missing = "operations on synchronous handles that main does not wait for";
    }
    return missing;
}

std::string_view first_missing(const sim::Scenario& scenario) {
    if (const auto missing = missing_of_handles(scenario); !missing.empty()) return missing;
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

std::string unrecordable_here(const sim::Scenario& scenario, Ports& ports) {
    if (scenario.handles.empty()) return {};
    const Handles* const handles = ports.handles();
    return handles == nullptr ? ports.handles_refusal() : refusal(scenario, *handles);
}

}  // namespace real
