#include "real/recordable.hpp"

#include <algorithm>

#include "real/every_step.hpp"
#include "real/run_handles.hpp"

namespace real {
namespace {

using sim::Step;

constexpr std::uint32_t kMostBytes = 64 * 1024;  // of one operation: what fits into a socket

// What a worker of the pool cannot do, in words; empty for what it can.
std::string_view missing_skill(const Step& step) {
    switch (step.kind) {
        case Step::Kind::get:
        case Step::Kind::poll:
        case Step::Kind::cpu:
        case Step::Kind::block:
        case Step::Kind::wait:
        case Step::Kind::wait_port:
        case Step::Kind::join:
        case Step::Kind::set:
        case Step::Kind::reset:
        case Step::Kind::lock:
        case Step::Kind::unlock:
        case Step::Kind::yield:
        case Step::Kind::post:
        case Step::Kind::depth:
        case Step::Kind::close:
        case Step::Kind::apc:
        case Step::Kind::suspend:
        case Step::Kind::resume:
        case Step::Kind::repeat:
        case Step::Kind::exit: return "";
        case Step::Kind::create:
            return step.handle.kind == sim::HandleRef::Kind::none
                       ? ""
                       : "creating a port and binding a handle by one call";
        case Step::Kind::open:
        case Step::Kind::bind:
        case Step::Kind::modes:
        case Step::Kind::close_handle:
        case Step::Kind::cancel: return "";
        case Step::Kind::io:
            return step.transferred > kMostBytes ? "operations of more than 64 KiB" : "";
    }
    return "one of its steps";
}

// Is the file of this handle bound, in all likelihood, when a step uses it?
bool bound_somewhere(const sim::Scenario& scenario, const sim::HandleRef& ref) {
    if (ref.handle == sim::HandleId::none) return true;  // `this`: it had a packet
    const sim::HandleSpec* spec = &scenario.handle_spec(ref.handle);
    if (spec->duplicate_of != sim::HandleId::none) spec = &scenario.handle_spec(spec->duplicate_of);
    bool bound = spec->port != sim::PortId::none;
    for_every_step(scenario, [&](const Step& step) {
        if (step.kind != Step::Kind::bind || step.handle.kind == sim::HandleRef::Kind::none) return;
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

// What no back end can do so far.
std::string_view first_missing(const sim::Scenario& scenario) {
    if (const auto missing = missing_of_handles(scenario); !missing.empty()) return missing;
    // No real port has a capacity, and running out of memory is no lesson.
    for (const sim::PortSpec& port : scenario.ports)
        if (port.capacity) return "a port that takes only so many packets";
    std::string_view missing;
    for_every_step(scenario, [&](const Step& step) {
        if (missing.empty()) missing = missing_skill(step);
        if (missing.empty() && step.kind == Step::Kind::bind && scenario.handles.empty())
            missing = "a bind where there are no handles";
    });
    return missing;
}

// The function of the system that a step needs and that not every system has.
std::string_view needed_function(const Step& step) {
    return step.kind == Step::Kind::get && step.ex ? kGetManyName : std::string_view();
}

// The first function that the scenario needs and the system has not.
std::string_view first_lacking(const sim::Scenario& scenario, const Backend& backend) {
    std::string_view lacking;
    for_every_step(scenario, [&](const Step& step) {
        const std::string_view needed = needed_function(step);
        const auto& lacks = backend.lacks;
        if (lacking.empty() && std::find(lacks.begin(), lacks.end(), needed) != lacks.end())
            lacking = needed;
    });
    return lacking;
}

}  // namespace

std::string unrecordable(const sim::Scenario& scenario, const Backend& backend) {
    if (const std::string_view missing = first_missing(scenario); !missing.empty())
        return "this scenario cannot be recorded yet: it needs " + std::string(missing) +
               ", which only the model plays";
    if (!scenario.clients.empty() && backend.name != "linux")
        return "this scenario cannot be recorded with `" + std::string(backend.name) +
               "` yet: only our Linux port has real clients";
    if (const std::string_view lacking = first_lacking(scenario, backend); !lacking.empty())
        return "this scenario cannot be recorded with `" + std::string(backend.name) +
               "` here: it needs " + std::string(lacking) + ", which this system has not";
    return {};
}

std::string unrecordable_here(const sim::Scenario& scenario, Ports& ports) {
    if (scenario.handles.empty()) return {};
    const Handles* const handles = ports.handles();
    return handles == nullptr ? ports.handles_refusal() : refusal(scenario, *handles);
}

}  // namespace real
