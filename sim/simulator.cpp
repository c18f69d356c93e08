#include "sim/simulator.hpp"

#include <algorithm>

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
    header.seed = options.seed.value_or(scenario.seed);
    header.lane = "Model";
    header.policies = options.policies;
    header.processors = options.processors.value_or(scenario.machine.processors);
    for (std::size_t p = 0; p < scenario.ports.size(); ++p) {
        header.ports.push_back(scenario.ports[p].name);
        std::uint32_t limit = scenario.ports[p].concurrency;
        if (p < options.concurrency.size()) limit = options.concurrency[p];
        if (limit == 0) limit = header.processors;  // C-VALUE-0
        header.concurrency.push_back(limit);
    }
    header.threads = scenario.thread_names();
    header.events = scenario.events;
    return header;
}

}  // namespace

Simulation simulate(const Scenario& scenario, const SimulateOptions& options) {
    return SimulationRun(scenario, options).run();
}

SimulationRun::SimulationRun(const Scenario& scenario, const SimulateOptions& options)
    : scenario_(scenario),
      options_(options),
      model_(options.policies, options.seed.value_or(scenario.seed)),
      computer_(options.processors.value_or(scenario.machine.processors)),
      workers_(scenario.thread_count()),
      event_set_(scenario.events.size(), 0),
      event_waiters_(scenario.events.size()) {
    result_.trace.header = header_for(scenario, options);
    result_.summary.packets_per_thread.resize(workers_.size());
    if (!workers_.empty()) model_.ensure_thread(make_id<ThreadId>(workers_.size() - 1));
}

// -- the course of a run --------------------------------------------------------------------------

void SimulationRun::set_up() {
    for (std::size_t p = 0; p < scenario_.ports.size(); ++p) {
        const std::uint32_t limit = result_.trace.header.concurrency[p];
        const PortId id = model_.create_port(limit);
        note(
            {.kind = FactKind::port_created, .rule = Rule::c_value_1, .port = id, .number = limit});
    }
    for (std::size_t g = 0; g < scenario_.threads.size(); ++g) {
        const ThreadSpec& group = scenario_.threads[g];
        const auto first = static_cast<std::uint32_t>(index(group.first));
        for (std::uint64_t i = 0; i < group.when.count; ++i)
            workers_[first + i].script = &group.script;
        schedule_group(group.when, FutureEvent::Kind::start_thread, first, true,
                       {.position = scenario_.thread_positions[g], .is_threads = true, .which = g});
    }
    for (std::size_t s = 0; s < scenario_.stimuli.size(); ++s)
        schedule_group(scenario_.stimuli[s].when, FutureEvent::Kind::stimulus,
                       static_cast<std::uint32_t>(s), false,
                       {.position = scenario_.stimuli[s].position, .which = s});
    std::sort(settled_.begin(), settled_.end(),
              [](const Settled& a, const Settled& b) { return a.position < b.position; });
}

// Timed things go into the future at once, except long series: each occurrence of a stimulus
// schedules the next, so that millions of packets need no memory.
void SimulationRun::schedule_group(const When& when, FutureEvent::Kind kind, std::uint32_t first,
                                   bool numbered, Settled settled) {
    if (when.settled) {
        settled_.push_back(settled);
        return;
    }
    if (!numbered) {
        future_.schedule(when.at, kind, first, 1);
        return;
    }
    for (std::uint64_t i = 0; i < when.count; ++i)
        future_.schedule(when.at + static_cast<Nanos>(i) * when.every.a, kind,
                         first + static_cast<std::uint32_t>(i));
}

Simulation SimulationRun::run() {
    set_up();
    for (;;) {
        const bool at_rest = future_.empty() || future_.next_time() > now_;
        if (at_rest && computer_.idle() && next_settled()) continue;
        if (future_.empty()) {
            finish(Outcome::complete);
            break;
        }
        if (future_.next_time() > scenario_.limit) {
            now_ = scenario_.limit;
            finish(Outcome::time_limit);
            break;
        }
        if (result_.trace.facts.size() >= options_.max_facts) {
            finish(Outcome::stopped);
            break;
        }
        const FutureEvent event = future_.pop();
        now_ = event.at;
        happen(event);
    }
    return std::move(result_);
}

void SimulationRun::happen(const FutureEvent& event) {
    const ThreadId thread = static_cast<ThreadId>(event.who);
    switch (event.kind) {
        case FutureEvent::Kind::start_thread:
            if (event.call > 0) --pending_series_;
            return start(thread);
        case FutureEvent::Kind::on_cpu: return on_cpu(thread);
        case FutureEvent::Kind::slice_end: return slice_end(thread);
        case FutureEvent::Kind::wake_up: return unblock(thread);
        case FutureEvent::Kind::time_out: return time_out(thread, event.call);
        case FutureEvent::Kind::stimulus: break;
    }
    // event.call counts the occurrences of this stimulus, from 1.
    const Stimulus& stimulus = scenario_.stimuli[event.who];
    stimulate(stimulus);
    if (stimulus.when.settled) --pending_series_;
    const bool last = event.call >= stimulus.when.count;
    if (!last)
        future_.schedule(now_ + stimulus.when.every.a, FutureEvent::Kind::stimulus, event.who,
                         event.call + 1);
}

const When& SimulationRun::when_of(const Settled& settled) const {
    return settled.is_threads ? scenario_.threads[settled.which].when
                              : scenario_.stimuli[settled.which].when;
}

// The run has settled: the next thing that waited for that happens. False when there is none.
bool SimulationRun::next_settled() {
    if (settled_at_ == settled_.size() || pending_series_ > 0) return false;
    write_parked(true);
    Settled& settled = settled_[settled_at_];
    const When& when = when_of(settled);
    if (when.every_settled) {
        occur(settled, settled.done++);
    } else if (when.every.zero()) {
        while (settled.done < when.count) occur(settled, settled.done++);
    } else {
        // A timed series that begins now; what comes after it in the file waits for its end.
        occur(settled, 0);
        settled.done = when.count;
        pending_series_ = when.count - 1;
        for (std::uint64_t i = 1; settled.is_threads && i < when.count; ++i)
            future_.schedule(
                now_ + static_cast<Nanos>(i) * when.every.a, FutureEvent::Kind::start_thread,
                static_cast<std::uint32_t>(index(scenario_.threads[settled.which].first) + i), 1);
        if (!settled.is_threads && when.count > 1)
            future_.schedule(now_ + when.every.a, FutureEvent::Kind::stimulus,
                             static_cast<std::uint32_t>(settled.which), 2);
    }
    if (settled.done >= when.count) ++settled_at_;
    return true;
}

void SimulationRun::occur(const Settled& settled, std::uint64_t occurrence) {
    if (settled.is_threads)
        start(make_id<ThreadId>(index(scenario_.threads[settled.which].first) + occurrence));
    else
        stimulate(scenario_.stimuli[settled.which]);
}

// -- what the driver and threads do to ports and events -------------------------------------------

void SimulationRun::stimulate(const Stimulus& stimulus) {
    const Step& step = stimulus.step;
    switch (step.kind) {
        case Step::Kind::post: post(step.port, step.key, step.bytes, ThreadId::none); break;
        case Step::Kind::set: set_event(step.event, ThreadId::none); break;
        case Step::Kind::close: close(step.port, ThreadId::none); break;
        default: break;
    }
}

void SimulationRun::post(PortId port, Key key, const std::optional<std::uint32_t>& bytes,
                         ThreadId by) {
    const Packet packet{.id = static_cast<PacketId>(next_packet_),
                        .key = key,
                        .bytes = bytes.value_or(next_packet_)};
    ++next_packet_;
    const bool closed = model_.port(port).closed;
    note({.kind = FactKind::posted,
          .rule = closed ? Rule::p_post_3 : Rule::p_post_1,
          .error = closed ? Win32Error::invalid_handle : Win32Error::success,
          .port = port,
          .thread = by,
          .packet = packet.id,
          .key = key,
          .bytes = packet.bytes});
    if (closed) return;
    ++result_.summary.packets_posted;
    model_.insert(port, packet, by, scratch_);
    flush();
    watch(port);
}

void SimulationRun::set_event(EventId event, ThreadId by) {
    note({.kind = FactKind::event_set, .thread = by, .event = event});
    event_set_[index(event)] = 1;
    std::vector<ThreadId> waiters;
    waiters.swap(event_waiters_[index(event)]);
    for (const ThreadId waiter : waiters) unblock(waiter);
}

void SimulationRun::close(PortId port, ThreadId by) {
    if (model_.port(port).closed) {
        note({.kind = FactKind::port_closed,
              .rule = Rule::x_close_3,
              .error = Win32Error::invalid_handle,
              .port = port,
              .thread = by});
        return;
    }
    model_.close(port, by, scratch_);
    flush();
}

// -- facts ----------------------------------------------------------------------------------------

void SimulationRun::note(Fact fact) {
    if (!options_.keep_trace) return;
    fact.t0 = fact.t1 = now_;
    result_.trace.facts.push_back(fact);
}

// Records what the model has just decided, and lets the threads concerned go on.
void SimulationRun::flush() {
    if (options_.keep_trace)
        for (const Fact& fact : scratch_) note(fact);
    // Reactions only make threads ready; they never call the model, so scratch_ stays as it is.
    for (const Fact& fact : scratch_) react(fact);
    scratch_.clear();
    give_processors();
}

void SimulationRun::react(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::taken:
        case FactKind::also_taken:
        case FactKind::handed_off:
        case FactKind::activated: {
            Worker& w = worker(fact.thread);
            w.got.push_back({.id = fact.packet, .key = fact.key, .bytes = fact.bytes});
            ++result_.summary.packets_delivered;
            ++result_.summary.packets_per_thread[index(fact.thread)];
            watch(fact.port);
            if (fact.kind == FactKind::taken || fact.kind == FactKind::also_taken) break;
            w.error = Win32Error::success;
            w.returning = true;
            make_ready(fact.thread);
            break;
        }
        case FactKind::woken:
            worker(fact.thread).fetching = true;
            make_ready(fact.thread);
            break;
        case FactKind::abandoned:
            worker(fact.thread).error = Win32Error::abandoned_wait_0;
            worker(fact.thread).returning = true;
            make_ready(fact.thread);
            break;
        case FactKind::discarded: ++result_.summary.packets_discarded; break;
        default: break;
    }
}

void SimulationRun::watch(PortId id) {
    const PortState& port = model_.port(id);
    SimulationSummary& summary = result_.summary;
    summary.max_active = std::max(summary.max_active, port.active);
    summary.max_queue = std::max(summary.max_queue, port.queue.size());
}

// Evidence, as a recorder could gather it at this point.
void SimulationRun::write_parked(bool settled) {
    if (!options_.keep_trace) return;
    for (std::size_t p = 0; p < model_.ports().size(); ++p)
        for (const ThreadId waiting : model_.ports()[p].waiting)
            note({.kind = FactKind::parked, .port = make_id<PortId>(p), .thread = waiting});
    if (settled) note({.kind = FactKind::settled});
}

void SimulationRun::finish(Outcome outcome) {
    write_parked(outcome == Outcome::complete && computer_.idle());
    note({.kind = FactKind::ended, .outcome = outcome});
    SimulationSummary& summary = result_.summary;
    for (const PortState& port : model_.ports()) summary.packets_left += port.queue.size();
    summary.end = now_;
    summary.outcome = outcome;
}

}  // namespace sim
