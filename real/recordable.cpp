#include "real/recordable.hpp"

#include <algorithm>

namespace real {
namespace {

using sim::Step;

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
        case Step::Kind::create:
        case Step::Kind::close:
        case Step::Kind::apc:
        case Step::Kind::repeat:
        case Step::Kind::exit: return "";
        case Step::Kind::suspend:
        case Step::Kind::resume: return "suspended threads";
        case Step::Kind::io:
        case Step::Kind::open:
        case Step::Kind::bind:
        case Step::Kind::modes:
        case Step::Kind::close_handle:
        case Step::Kind::cancel: return "I/O on handles";
    }
    return "one of its steps";
}

// Every step of the scenario, whoever carries it out.
template <class Visit>
void for_each_step(const sim::Scenario& scenario, Visit visit) {
    for (const sim::ThreadSpec& group : scenario.threads)
        for (const Step& step : group.script) visit(step);
    for (const sim::Handler& handler : scenario.handlers)
        for (const Step& step : handler.steps) visit(step);
    for (const sim::Stimulus& stimulus : scenario.stimuli) visit(stimulus.step);
}

// What no back end can do so far.
std::string_view first_missing(const sim::Scenario& scenario) {
    if (!scenario.clients.empty()) return "clients at the other end of connections";
    if (!scenario.handles.empty()) return "I/O on handles";
    // No real port has a capacity, and running out of memory is no lesson.
    for (const sim::PortSpec& port : scenario.ports)
        if (port.capacity) return "a port that takes only so many packets";
    std::string_view missing;
    for_each_step(scenario, [&](const Step& step) {
        if (missing.empty()) missing = missing_skill(step);
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
    for_each_step(scenario, [&](const Step& step) {
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
    if (const std::string_view lacking = first_lacking(scenario, backend); !lacking.empty())
        return "this scenario cannot be recorded with `" + std::string(backend.name) +
               "` here: it needs " + std::string(lacking) + ", which this system has not";
    return {};
}

}  // namespace real
