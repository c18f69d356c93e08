#include "real/gateable.hpp"

#include "real/every_step.hpp"

namespace real {
namespace {

using sim::Step;

// What goes on by itself while a gated run waits to be told to go on.
std::string_view cannot_wait(const Step& step) {
    const bool timed = step.timeout != sim::kInfinite && step.timeout > 0;
    switch (step.kind) {
        case Step::Kind::get: return timed ? "a thread asks a port with a time-out" : "";
        case Step::Kind::wait:
        case Step::Kind::wait_port: return timed ? "a thread waits with a time-out" : "";
        default: return "";
    }
}

}  // namespace

std::string ungateable(const sim::Scenario& scenario) {
    std::string_view why;
    if (!scenario.handles.empty() || !scenario.clients.empty())
        why = "operations on its handles end by themselves";
    for_every_step(scenario, [&](const Step& step) {
        if (why.empty()) why = cannot_wait(step);
    });
    if (why.empty()) return {};
    return "this scenario cannot be gated: " + std::string(why) +
           ", and nothing must happen in a gated run before it is told to go on";
}

}  // namespace real
