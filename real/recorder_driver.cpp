#include "real/recorder_driver.hpp"

#include <algorithm>

#include "real/every_step.hpp"

namespace real {
namespace {

using Doing = WorkerStatus::Doing;
using Verdict = Observation::Verdict;
using sim::Fact;
using sim::FactKind;
using sim::Outcome;

// A thread that neither computes nor changes for so long is not going to: something hangs, or the
// system cannot see it. Generous, because a busy computer may not run a thread for a while.
constexpr Nanos kPatience = 10'000'000'000;
// Where no system confirms anything, the workers' own word must have been the same for this long.
constexpr Nanos kPatienceUnseen = 100'000'000;
constexpr Nanos kLongestNap = 5'000'000;
constexpr Nanos kShortNap = 500'000;

// Somebody will move without being pushed: computes, sleeps for a time, waits with a time-out.
bool will_move(const WorkerStatus& status) {
    if (status.suspended) return false;
    return status.doing == Doing::running || status.doing == Doing::computing || status.timed;
}

}  // namespace

Driver::Driver(const sim::Scenario& scenario, Ports& ports, WorkerPool& pool, FactBuffer& facts,
               RecorderHost& host)
    : IoActor(ThreadId::none),
      scenario_(scenario),
      ports_(ports),
      pool_(pool),
      facts_(facts),
      host_(host),
      agenda_(scenario) {}

// The driver is no worker: it may wait for the drain, and a lost stimulus would make the rest of
// the trace a riddle.
void Driver::note(const Fact& fact) {
    while (!facts_.has_room(1) && !host_.stop_requested()) sleep_for(kShortNap);
    facts_.push(fact);
}

// When it is complete, that was so because it had settled, and the depths are written already.
Outcome Driver::run() {
    const Outcome outcome = play();
    if (outcome != Outcome::complete) note_depths();
    return outcome;
}

Outcome Driver::play() {
    began_ = pool_.context().stamp();
    for (;;) {
        if (host_.stop_requested() || out_of_threads_) return Outcome::stopped;
        const Nanos now = since_begin();
        if (now >= scenario_.limit + host_.open_for()) return Outcome::time_limit;
        if (clients_ != nullptr && host_.close_requested()) clients_->let_go();
        if (const auto item = agenda_.take_due(now)) {
            carry_out(*item);
            continue;
        }
        if (look() == Next::at_end) return Outcome::complete;
    }
}

void Driver::carry_out(const AgendaItem& item) {
    unchanged_since_ = pool_.context().stamp();
    if (item.client != nullptr)
        return clients_->connect(item.number,
                                 pool_.context().handles->tcp_port(item.client->connects));
    if (!item.stimulus) return start(item.thread);
    const sim::Step& step = item.stimulus->step;
    if (is_of_handles(step.kind)) return use_handle(step);
    const std::uint64_t times = step.kind == sim::Step::Kind::post ? step.count : 1;
    for (std::uint64_t i = 0; i < times && !host_.stop_requested(); ++i)
        if (const auto fact = pool_.context().outside_step(step, ThreadId::none)) note(*fact);
    // What settles later has emptied the queue by then: only here is it seen filled.
    if (step.kind == sim::Step::Kind::post) note_depth(step.port);
}

void Driver::use_handle(const sim::Step& step) {
    RunHandles& handles = *pool_.context().handles;
    switch (step.kind) {
        case sim::Step::Kind::open: return handles.open(step, *this);
        case sim::Step::Kind::bind: return handles.bind(step, *this);
        case sim::Step::Kind::modes: return handles.set_modes(step, *this);
        case sim::Step::Kind::close_handle: return handles.close(step, *this);
        case sim::Step::Kind::cancel: return handles.cancel(step, *this);
        default:
            if (const auto returned = handles.start(step, *this)) note(*returned);
    }
}

std::string Driver::open_handles() {
    RunHandles* const handles = pool_.context().handles;
    std::string why = handles == nullptr ? std::string() : handles->open_all(*this);
    if (why.empty() && handles != nullptr) tell_tcp_ports();
    return why;
}

// So that somebody can connect from another terminal.
void Driver::tell_tcp_ports() {
    for (const sim::HandleSpec& spec : scenario_.handles) {
        const std::uint16_t port = pool_.context().handles->tcp_port(spec.first);
        if (port == 0 || (spec.address.empty() && scenario_.clients.empty())) continue;
        host_.complain(spec.name + " listens on 127.0.0.1:" + std::to_string(port));
    }
}

bool Driver::io_pending() const {
    const RunHandles* const handles = pool_.context().handles;
    return (handles != nullptr && handles->pending()) ||
           (clients_ != nullptr && clients_->busy() > 0);
}

void Driver::start(ThreadId thread) {
    if (pool_.start(thread)) return;
    out_of_threads_ = true;
    host_.complain("the system gives no further thread: the run is stopped before " +
                   pool_.kernel_name(thread) + " starts");
}

// Looks whether the run has settled, if anything depends on it now: the next stimulus, or the end.
Driver::Next Driver::look() {
    // First: an operation that has ended has moved somebody whose status shows it afterwards.
    const bool io = io_pending();
    const std::vector<WorkerStatus> statuses = pool_.statuses();
    const bool may_end =
        agenda_.empty() && !io && std::none_of(statuses.begin(), statuses.end(), will_move);
    if (!agenda_.waits_for_settled() && !may_end) {
        nap();
        return Next::go_on;
    }
    // The far end is about to let an operation end.
    if (pool_.context().handles != nullptr && !pool_.context().handles->idle()) {
        sleep_for(kShortNap);
        return Next::go_on;
    }
    const Observation seen = observe(pool_, ports_, host_);
    if (seen.verdict == Verdict::settled) return settled_or_given_up(seen, true, io);
    if (out_of_patience(seen)) return settled_or_given_up(seen, false, io);
    sleep_for(kShortNap);
    return Next::go_on;
}

Driver::Next Driver::settled_or_given_up(const Observation& seen, bool settled, bool io) {
    // Before the first thread starts there is nothing to say about any.
    if (std::any_of(seen.statuses.begin(), seen.statuses.end(), [](const WorkerStatus& status) {
            return status.doing != Doing::not_started;
        })) {
        settled ? note_settled(seen) : note_not_settled();
        note_depths();
    }
    if (const auto item = agenda_.take_settled(since_begin())) {
        carry_out(*item);
        return Next::go_on;
    }
    // What the end depended on may have changed since: a time-out, say.
    const bool over = agenda_.empty() && !io &&
                      std::none_of(seen.statuses.begin(), seen.statuses.end(), will_move);
    return over ? Next::at_end : Next::go_on;
}

// A thread that computes is not late. One that says it is in a call or a wait, and does not change,
// ought to be seen there soon.
bool Driver::out_of_patience(const Observation& seen) {
    const Nanos now = pool_.context().stamp();
    const bool computing =
        std::any_of(seen.statuses.begin(), seen.statuses.end(), [](const WorkerStatus& status) {
            return status.doing == Doing::computing && !status.suspended;
        });
    if (computing || seen.statuses != last_seen_) {
        last_seen_ = seen.statuses;
        unchanged_since_ = now;
        return false;
    }
    const Nanos patience = seen.verdict == Verdict::cannot_tell ? kPatienceUnseen : kPatience;
    return now - unchanged_since_ > patience;
}

void Driver::note_settled(const Observation& seen) {
    note_parked(seen);
    note({.t0 = seen.t0, .t1 = seen.t1, .kind = FactKind::settled});
}

void Driver::note_parked(const Observation& seen) {
    for (std::size_t i = 0; i < seen.statuses.size(); ++i) {
        if (seen.statuses[i].doing != Doing::getting || seen.statuses[i].suspended) continue;
        Fact parked{.t0 = seen.t0, .t1 = seen.t1, .kind = FactKind::parked};
        parked.thread = sim::make_id<ThreadId>(i);
        parked.port = seen.statuses[i].port;
        note(parked);
    }
}

// Of a port with several handles by the first that is open.
void Driver::note_depths() {
    std::vector<bool> seen(scenario_.ports.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const PortId original = scenario_.ports[i].duplicate_of;
        const std::size_t object = original == PortId::none ? i : sim::index(original);
        if (!seen[object]) seen[object] = note_depth(sim::make_id<PortId>(i));
    }
}

// False: it is not open, or the system does not tell.
bool Driver::note_depth(PortId port) {
    sim::Step look;
    look.kind = sim::Step::Kind::depth;
    look.port = port;
    const auto fact = pool_.context().outside_step(look, ThreadId::none);
    if (fact) note(*fact);
    return fact.has_value();
}

void Driver::note_not_settled() {
    const Nanos now = pool_.context().stamp();
    note({.t0 = now, .t1 = now, .kind = FactKind::not_settled});
    unchanged_since_ = now;
}

// Until the next thing is due, but never long: somebody may want to stop.
void Driver::nap() {
    Nanos until = kLongestNap;
    if (const auto next = agenda_.next_time()) until = std::min(until, *next - since_begin());
    if (until > 0) sleep_for(until);
}

}  // namespace real
