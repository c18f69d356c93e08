#include "cli/measure.hpp"

#include <fmt/format.h>

#include <vector>

#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/interrupt.hpp"
#include "real/port.hpp"
#include "real/probe_cost.hpp"
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

// What the user sees of a recording while it goes on, and his Ctrl-C.
class Watch {
public:
    Watch(real::Recording& recording, std::string_view backend, const MeasureOptions& options)
        : recording_(recording),
          backend_(backend),
          stepper_(options.stepper),
          open_(options.open_for > 0),
          progress_(on_terminal() && stepper_ == nullptr) {}

    // Until the recording has finished. True: the user stopped it.
    bool until_the_end() {
        while (!recording_.poll(stepper_ == nullptr ? kPollAtMost : kPollWhileStepping)) {
            if (stepper_ != nullptr) stepper_->go_on(recording_);
            show_messages();
            show_progress();
            if (InterruptGuard::take()) interrupt();
        }
        if (stepper_ != nullptr) stepper_->finish(recording_);
        show_messages();
        clear_progress();
        return stopped_;
    }

private:
    // At once: somebody may want to connect to the port that they name.
    void show_messages() {
        const std::string& all = recording_.child_messages();
        if (all.size() == shown_) return;
        clear_progress();
        print_error(all.substr(shown_));
        shown_ = all.size();
    }
    void show_progress() {
        if (!progress_) return;
        print_error(fmt::format("\rrecording on {} … {} facts (Ctrl-C {}) ", backend_,
                                recording_.facts_so_far(),
                                open_ ? "closes it" : "stops and keeps them"));
    }
    void clear_progress() {
        if (progress_) print_error("\r\033[K");
    }
    void interrupt() {
        if (open_) {
            open_ = false;
            recording_.close();
            return;
        }
        stopped_ = true;
        recording_.stop();
    }

    real::Recording& recording_;
    std::string_view backend_;
    Stepper* stepper_;
    bool open_;
    bool progress_;
    bool stopped_ = false;
    std::size_t shown_ = 0;  // of what the child has said
};

Measured measure(real::StartOptions what, const MeasureOptions& options) {
    Measured failed;
    const auto backend = choose(options.backend, failed);
    if (!backend) return failed;
    const InterruptGuard guard;
    what.backend = std::string(backend->name);
    what.blocking = options.blocking;
    what.gated = options.stepper != nullptr;
    what.open_for = options.open_for;
    auto started = real::Recording::start(what);
    if (!started) {
        print_error(sim::render(started.error()));
        return {.trace = {}, .exit_code = kEnvironment};
    }
    real::Recording& recording = **started;
    const bool stopped = Watch(recording, backend->name, options).until_the_end();
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

void put_probe_cost(Json& json, const sim::TraceHeader& header) {
    json.key("probe_ns_per_fact");
    const auto cost = real::probe_cost_of(header);
    cost ? json.value(*cost) : json.null();
}

}  // namespace cli
