// Time, stimuli and the course of a run.
#include "sim/simulator.hpp"

#include <algorithm>
#include <utility>

#include "sim/simulation_run.hpp"

namespace sim {
namespace {

std::string file_name(std::string_view origin) {
    const std::size_t slash = origin.find_last_of("/\\");
    return std::string(slash == std::string_view::npos ? origin : origin.substr(slash + 1));
}

TraceHeader header_for(const Scenario& scenario, const SimulateOptions& options) {
    TraceHeader header;
    header.scenario_name = file_name(scenario.origin);
    header.scenario = scenario.text;
    header.files = scenario.files;
    header.overrides = scenario.overrides;
    header.seed = options.seed.value_or(scenario.seed);
    header.lane = "Model";
    header.policies = options.policies;
    header.processors = options.processors.value_or(scenario.machine.processors);
    for (std::size_t p = 0; p < scenario.ports.size(); ++p) {
        const PortSpec& port = scenario.ports[p];
        header.ports.push_back(port.name);
        header.port_same_as.push_back(port.duplicate_of);
        std::uint32_t limit = port.duplicate_of == PortId::none
                                  ? port.concurrency
                                  : scenario.ports[index(port.duplicate_of)].concurrency;
        if (p < options.concurrency.size()) limit = options.concurrency[p];
        if (limit == 0) limit = header.processors;  // C-VALUE-0
        header.concurrency.push_back(limit);
    }
    header.threads = scenario.thread_names();
    header.events = scenario.events;
    for (const LockSpec& lock : scenario.locks) header.locks.push_back(lock.name);
    header.handles = scenario.handle_names();
    for (const HandleSpec& spec : scenario.handles)
        header.handle_same_as.insert(header.handle_same_as.end(), spec.count, spec.duplicate_of);
    return header;
}

std::uint32_t processors_of(const Scenario& scenario, const SimulateOptions& options) {
    // With steps in any order, every thread that can run may be the next: none waits for a
    // processor.
    if (options.untimed)
        return static_cast<std::uint32_t>(std::max<std::size_t>(scenario.thread_count(), 1));
    return options.processors.value_or(scenario.machine.processors);
}

}  // namespace

Simulation simulate(const Scenario& scenario, const SimulateOptions& options) {
    return SimulationRun(scenario, options).run();
}

SimulationRun::SimulationRun(const Scenario& scenario, const SimulateOptions& options)
    : scenario_(&scenario),
      only_handler_(scenario.only_handler()),
      options_(options),
      seed_(options.seed.value_or(scenario.seed)),
      model_(options.policies, options.seed.value_or(scenario.seed)),
      computer_(processors_of(scenario, options)),
      workers_(scenario.thread_count()),
      event_set_(scenario.events.size(), 0),
      event_waiters_(scenario.events.size()),
      locks_(scenario.locks.size()),
      devices_(scenario.devices.size()),
      clients_(scenario, seed_),
      opened_(scenario.handles.size()) {
    result_.trace.header = header_for(scenario, options);
    result_.summary.packets_per_thread.resize(workers_.size());
    if (options.statistics) statistics_.emplace(scenario.ports.size());
    if (options.keep_trace) reserve_trace();
    if (!workers_.empty()) model_.ensure_thread(make_id<ThreadId>(workers_.size() - 1));
    set_up();
}

// Room for the facts of many packets at once: what is not written costs nothing.
void SimulationRun::reserve_trace() {
    constexpr std::uint64_t kFactsPerPacket = 8, kMost = 32'000'000;
    std::uint64_t facts = 1'000;
    for (const Stimulus& stimulus : scenario_->stimuli)
        facts += stimulus.when.count * kFactsPerPacket;
    result_.trace.facts.reserve(
        static_cast<std::size_t>(std::min({facts, kMost, options_.max_facts})));
}

// -- the course of a run --------------------------------------------------------------------------

void SimulationRun::set_up() {
    for (std::size_t p = 0; p < scenario_->ports.size(); ++p) {
        const PortSpec& spec = scenario_->ports[p];
        const PortId id = spec.duplicate_of == PortId::none
                              ? model_.declare_port(result_.trace.header.concurrency[p])
                              : model_.declare_duplicate(spec.duplicate_of);
        if (!spec.later) create(id, ThreadId::none);
    }
    set_up_handles();
    set_up_draws();
    for (std::size_t g = 0; g < scenario_->threads.size(); ++g) {
        const ThreadSpec& group = scenario_->threads[g];
        for (std::uint64_t i = 0; i < group.when.count; ++i) {
            Worker& w = workers_[index(group.first) + i];
            w.id = make_id<ThreadId>(index(group.first) + i);
            w.script = &group.script;
            w.in_script = Place::at_start_of(group.script);
        }
        schedule_group(group.when, Of::start_thread, g, scenario_->thread_positions[g]);
    }
    for (std::size_t s = 0; s < scenario_->stimuli.size(); ++s)
        schedule_group(scenario_->stimuli[s].when, Of::stimulus, s, scenario_->stimuli[s].position);
    for (std::size_t c = 0; c < scenario_->clients.size(); ++c)
        schedule_group(scenario_->clients[c].when, Of::connect, c, scenario_->clients[c].position);
    std::sort(settled_.begin(), settled_.end(),
              [](const Settled& a, const Settled& b) { return a.position < b.position; });
}

void SimulationRun::set_up_handles() {
    for (const HandleSpec& spec : scenario_->handles)
        for (std::uint32_t i = 0; i < spec.count; ++i) {
            const HandleId id = make_id<HandleId>(index(spec.first) + i);
            const bool own = spec.duplicate_of == HandleId::none;
            handles_.declare(id, own ? id : spec.duplicate_of, spec.overlapped, spec.modes);
        }
    for (const HandleSpec& spec : scenario_->handles)
        for (std::uint32_t i = 0; i < spec.count && !spec.later; ++i)
            open_handle(make_id<HandleId>(index(spec.first) + i), ThreadId::none);
}

void SimulationRun::set_up_draws() {
    for (std::size_t s = 0; s < scenario_->stimuli.size(); ++s)
        while (!scenario_->stimuli[s].when.every.fixed() && arrivals_.size() <= s)
            arrivals_.emplace_back(seed_, StreamOf::arrivals, arrivals_.size());
    if (options_.untimed) return;  // how long handlers compute means nothing
    for (const Handler& handler : scenario_->handlers)
        for (const Step& step : handler.steps)
            while (!step.duration.fixed() && services_.size() <= step.stream)
                services_.emplace_back(seed_, StreamOf::handler, services_.size());
}

void SimulationRun::schedule_group(const When& when, Of of, std::size_t which,
                                   std::uint32_t position) {
    if (when.settled)
        settled_.push_back({.position = position, .of = of, .which = which});
    else
        schedule_next(when, of, which, 0, false);
}

// The next occurrence of a timed thing. A stimulus schedules one after the other, so that millions
// of packets need no memory; threads and clients are few and go into the future together.
void SimulationRun::schedule_next(const When& when, Of of, std::size_t which, std::uint64_t done,
                                  bool series) {
    const auto who = static_cast<std::uint32_t>(which);
    if (of == Of::stimulus) {
        const Nanos at = next_arrival(when, which, done);
        future_.schedule(at, FutureEvent::Kind::stimulus, who, done + 1, series);
        return;
    }
    const StreamOf stream = of == Of::start_thread ? StreamOf::starts : StreamOf::connects;
    for (Nanos at = now_; done < when.count; ++done) {
        at = next_instant(when, seed_, stream, which, done, at);
        future_.schedule(at, of, who, done + 1, series);
    }
}

Nanos SimulationRun::next_arrival(const When& when, std::size_t which, std::uint64_t done) {
    if (which < arrivals_.size()) return next_instant(when, arrivals_[which], done, now_);
    return next_instant(when, seed_, StreamOf::arrivals, which, done, now_);
}

Simulation SimulationRun::run() {
    for (;;) {
        if (full()) {
            end(Outcome::stopped);
            break;
        }
        if (can_settle() && at_rest()) {
            next_settled();
            continue;
        }
        if (future_.empty()) {
            end(Outcome::complete);
            break;
        }
        const FutureEvent event = future_.pop();
        if (stale(event)) continue;  // it must not make the run longer
        if (event.at > scenario_->limit) {
            now_ = scenario_->limit;
            end(Outcome::time_limit);
            break;
        }
        now_ = event.at;
        happen(event);
    }
    return std::move(result_);
}

// Nothing that means anything happens at this instant any more.
bool SimulationRun::at_rest() {
    while (!future_.empty() && stale(future_.next())) (void)future_.pop();
    return future_.empty() || future_.next_time() > now_;
}

std::vector<SimulationRun::Choice> SimulationRun::choices() {
    const auto& events = future_.entries();
    for (std::size_t i = events.size(); i-- > 0;)
        if (stale(events[i])) (void)future_.take(i), i = events.size();
    std::vector<Choice> places;
    if (can_settle() && (options_.untimed || at_rest())) places.push_back(kSettled);
    if (!options_.untimed && !places.empty()) return with_wakes(places);
    for (std::size_t i = 0; i < events.size(); ++i) {
        const bool now = options_.untimed ||
                         (events[i].at == future_.next_time() && events[i].at <= scenario_->limit);
        if (now) places.push_back(i);
    }
    return with_wakes(places);
}

// With wake = random, what an event leads to depends on whom it wakes: it is tried on a copy how
// many ways there are.
std::vector<SimulationRun::Choice> SimulationRun::with_wakes(
    const std::vector<Choice>& places) const {
    if (!options_.interleave || options_.policies.wake != Wake::random) return places;
    std::vector<Choice> all;
    for (const Choice place : places) {
        SimulationRun tried = *this;
        tried.take(place);
        for (Choice wakes = 0; wakes < tried.model_.wake_choices(); ++wakes)
            all.push_back(place | wakes << kWakeShift);
    }
    return all;
}

void SimulationRun::take(Choice choice) {
    if (options_.interleave && options_.policies.wake == Wake::random)
        model_.choose_wakes(choice >> kWakeShift);
    const Choice place = choice & kSettled;
    if (place == kSettled) return next_settled();
    const FutureEvent event = future_.take(static_cast<std::size_t>(place));
    now_ = std::max(now_, event.at);
    happen(event);
}

Simulation SimulationRun::finish() {
    end(future_.empty() ? Outcome::complete : Outcome::time_limit);
    return std::move(result_);
}

Simulation SimulationRun::stop() {
    end(Outcome::stopped);
    return std::move(result_);
}

void SimulationRun::move_facts(std::vector<Fact>& facts) {
    facts.assign(result_.trace.facts.begin(), result_.trace.facts.end());
    result_.trace.facts.clear();
}

// Is this event about a turn or a call that is over?
bool SimulationRun::stale(const FutureEvent& event) const {
    using Kind = FutureEvent::Kind;
    switch (event.kind) {
        case Kind::on_cpu:
        case Kind::go_on:
        case Kind::slice_end: return workers_[event.who].turn != event.call;
        case Kind::time_out:
            if (workers_[event.who].returning) return true;  // it has been decided
            [[fallthrough]];
        case Kind::wake_up: return workers_[event.who].call != event.call;
        case Kind::io_done:
            return inflight_at(static_cast<PacketId>(event.who)) == inflight_.size();
        case Kind::client_acts: return clients_.next(event.who) == Clients::Act::none;
        case Kind::start_thread:
        case Kind::connect:
        case Kind::stimulus: return false;
    }
    return false;
}

// Takes an event that is not stale.
void SimulationRun::happen(const FutureEvent& event) {
    assert(!stale(event));
    using Kind = FutureEvent::Kind;
    const ThreadId thread = static_cast<ThreadId>(event.who);
    if (event.series) --pending_series_;
    switch (event.kind) {
        case Kind::on_cpu: return on_cpu(worker(thread));
        case Kind::go_on: return go_on(worker(thread));
        case Kind::slice_end: return slice_end(worker(thread));
        case Kind::wake_up: return wake_up(thread, event.call);
        case Kind::time_out: return time_out(thread, event.call);
        case Kind::io_done: return io_done(static_cast<PacketId>(event.who));
        case Kind::start_thread:
            return start(
                make_id<ThreadId>(index(scenario_->threads[event.who].first) + event.call - 1));
        case Kind::connect: return connect(scenario_->clients[event.who].first + event.call - 1);
        case Kind::client_acts: return act(event.who);
        case Kind::stimulus: break;
    }
    const Stimulus& stimulus = scenario_->stimuli[event.who];
    const std::uint64_t count = stimulus.when.count;
    if (stimulus.when.at_once() && !options_.interleave) {
        for (std::uint64_t done = event.call; done <= count && !full(); ++done)
            (void)do_outside_step(ThreadId::none, stimulus.step);
        return;
    }
    const bool more = event.call < count;
    const Nanos next = more ? next_arrival(stimulus.when, event.who, event.call) : now_;
    (void)do_outside_step(ThreadId::none, stimulus.step);
    if (more) future_.schedule(next, Kind::stimulus, event.who, event.call + 1, event.series);
}

// -- things that wait for the run to settle -------------------------------------------------------

bool SimulationRun::can_settle() const {
    return settled_at_ < settled_.size() && pending_series_ == 0 && computer_.idle();
}

const When& SimulationRun::when_of(const Settled& settled) const {
    switch (settled.of) {
        case Of::start_thread: return scenario_->threads[settled.which].when;
        case Of::connect: return scenario_->clients[settled.which].when;
        default: return scenario_->stimuli[settled.which].when;
    }
}

// The run has settled: the next thing that waited for that happens.
void SimulationRun::next_settled() {
    write_parked(true);
    Settled& settled = settled_[settled_at_];
    const When& when = when_of(settled);
    if (when.every_settled)
        occur(settled, settled.done++);
    else if (when.at_once() && (settled.of != Of::stimulus || !options_.interleave))
        while (settled.done < when.count && !full()) occur(settled, settled.done++);
    else
        begin_series(settled);
    if (settled.done >= when.count) ++settled_at_;
}

// A timed series that begins now; what comes after it in the file waits for its end.
void SimulationRun::begin_series(Settled& settled) {
    const When& when = when_of(settled);
    occur(settled, 0);
    settled.done = when.count;
    pending_series_ = when.count - 1;
    if (when.count > 1) schedule_next(when, settled.of, settled.which, 1, true);
}

void SimulationRun::occur(const Settled& settled, std::uint64_t occurrence) {
    switch (settled.of) {
        case Of::start_thread:
            return start(
                make_id<ThreadId>(index(scenario_->threads[settled.which].first) + occurrence));
        case Of::connect:
            return connect(scenario_->clients[settled.which].first +
                           static_cast<std::size_t>(occurrence));
        default: (void)do_outside_step(ThreadId::none, scenario_->stimuli[settled.which].step);
    }
}

void SimulationRun::end(Outcome outcome) {
    write_parked(outcome == Outcome::complete && computer_.idle());
    write_open_clients();
    note({.kind = FactKind::ended, .outcome = outcome});
    result_.summary.outcome = outcome;
    finish_summary();
}

}  // namespace sim
