#include "cli/measure.hpp"

#include <fmt/format.h>

#include <vector>

#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/interrupt.hpp"
#include "real/port.hpp"
#include "real/recording.hpp"

namespace cli {
namespace {

constexpr sim::Nanos kPollAtMost = 100'000'000;
constexpr sim::Nanos kPollWhileStepping = 5'000'000;

Measured cannot(std::string_view why) {
    print_error(fmt::format("iocpscope: {}\n", why));
    return {.trace = {}, .exit_code = kEnvironment};
}

// The back end by name, or the first that can run here. None: `failed` says why and is how to exit.
std::optional<real::Backend> choose(const std::string& name, Measured& failed) {
    std::string known;
    for (real::Backend& backend : real::backends()) {
        if (name.empty() ? backend.unavailable.empty() : backend.name == name) {
            if (backend.unavailable.empty()) return std::move(backend);
            failed = cannot(backend.unavailable);
            return std::nullopt;
        }
        known += (known.empty() ? "" : ", ") + std::string(backend.name);
    }
    failed = name.empty()
                 ? cannot(
                       "no completion port can be used on this computer; `iocpscope backends` "
                       "says why")
                 : cannot(fmt::format("there is no back end `{}`; there are: {}", name, known));
    // A name that exists nowhere is a slip of the user, not something that this computer lacks.
    if (!name.empty()) failed.exit_code = kBadInput;
    return std::nullopt;
}

Measured measure(real::StartOptions what, const MeasureOptions& options) {
    Measured failed;
    const auto backend = choose(options.backend, failed);
    if (!backend) return failed;
    const InterruptGuard guard;
    what.backend = std::string(backend->name);
    what.blocking = options.blocking;
    what.gated = options.stepper != nullptr;
    auto started = real::Recording::start(what);
    if (!started) {
        print_error(sim::render(started.error()));
        return {.trace = {}, .exit_code = kEnvironment};
    }
    real::Recording& recording = **started;
    Stepper* const stepper = options.stepper;
    const bool progress = on_terminal() && stepper == nullptr;
    bool stopped = false;
    while (!recording.poll(stepper == nullptr ? kPollAtMost : kPollWhileStepping)) {
        if (stepper != nullptr) stepper->go_on(recording);
        if (progress)
            print_error(fmt::format("\rrecording on {} … {} facts (Ctrl-C stops and keeps them) ",
                                    backend->name, recording.facts_so_far()));
        if (InterruptGuard::interrupted() && !stopped) {
            stopped = true;
            recording.stop();
        }
    }
    if (stepper != nullptr) stepper->finish(recording);
    if (progress) print_error("\r\033[K");
    if (!recording.child_messages().empty()) print_error(recording.child_messages());
    Measured result{.trace = recording.take(),
                    .transcript = recording.transcript(),
                    .exit_code = 0,
                    .stopped = stopped};
    if (result.trace.facts.empty() && result.trace.header.threads.empty())
        return cannot("the recording ended before it began");
    return result;
}

}  // namespace

void add_measure_options(CLI::App& command, MeasureOptions& options) {
    command.add_option("--backend", options.backend, "linux, win32 or wine; see `backends`");
    command
        .add_option("--blocking", options.blocking,
                    "how our Linux port learns that a worker blocks: observed, sampled or "
                    "announced; the best that works")
        ->check(CLI::IsMember({"observed", "sampled", "announced"}));
}

Measured measure(const sim::Scenario& scenario, const MeasureOptions& options) {
    return measure(real::StartOptions{.scenario_text = scenario.text,
                                      .files = scenario.files,
                                      .origin = scenario.origin,
                                      .backend = {}},
                   options);
}

Measured measure(const sim::Schedule& schedule, const MeasureOptions& options) {
    return measure(real::StartOptions{.scenario_text = schedule.text,
                                      .origin = schedule.origin,
                                      .backend = {},
                                      .schedule = true},
                   options);
}

}  // namespace cli
