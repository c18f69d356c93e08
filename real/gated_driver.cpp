#include "real/gated_driver.hpp"

#include <algorithm>

#include "sim/explain.hpp"

namespace real {
namespace {

using sim::Fact;
using sim::FactClass;
using sim::FactKind;
using sim::Outcome;

constexpr Nanos kBetweenLooks = 100'000;

}  // namespace

GatedDriver::GatedDriver(const sim::Scenario& scenario, Ports& ports, WorkerPool& pool,
                         FactBuffer& facts, RecorderHost& host, Drain& drain,
                         const sim::TraceHeader& header)
    : Driver(scenario, ports, pool, facts, host),
      scenario_(scenario),
      ports_(ports),
      pool_(pool),
      host_(host),
      drain_(drain),
      header_(header),
      order_(scenario),
      state_(header) {}

// There is no other thread that would make room.
void GatedDriver::note(const Fact& fact) {
    if (!has_room()) write_facts();
    Driver::note(fact);
}

Outcome GatedDriver::play() {
    if (!settle()) return Outcome::stopped;
    for (;;) {
        const auto next = order_.take();
        if (!next) return Outcome::complete;
        if (order_.now() >= scenario_.limit) return Outcome::time_limit;
        say_next(*next);
        if (!host_.next_step()) return Outcome::stopped;
        do_step(*next);
        if (out_of_threads() || !settle()) return Outcome::stopped;
        report(*next);
    }
}

void GatedDriver::do_step(const GatedStep& next) {
    seen_.clear();
    if (next.item)
        carry_out(*next.item);
    else if (next.sleep_ends)
        pool_.context().gate->end_sleep(next.thread);
    else
        pool_.context().gate->let_through(next.thread);
}

bool GatedDriver::settle() {
    for (;;) {
        write_facts();
        const Observation seen = observe(pool_, ports_, host_);
        const bool given_up =
            seen.verdict != Observation::Verdict::settled && out_of_patience(seen);
        if (seen.verdict == Observation::Verdict::settled || given_up) {
            statuses_ = seen.statuses;
            order_.look(statuses_, *pool_.context().gate);
            given_up ? note_not_settled() : note_rest(seen);
            write_facts();
            if (given_up) host_.write("# it could not be confirmed that everything has settled\n");
            return !given_up || seen.verdict == Observation::Verdict::cannot_tell;
        }
        if (host_.stop_requested()) return false;
        sleep_for(kBetweenLooks);
    }
}

// Settled, in the word's sense elsewhere, is a run in which no thread runs.
void GatedDriver::note_rest(const Observation& seen) {
    if (std::all_of(statuses_.begin(), statuses_.end(), [](const WorkerStatus& status) {
            return status.doing == WorkerStatus::Doing::not_started;
        }))
        return;
    note_parked(seen);
    note_depths();
    if (!order_.somebody_runs())
        Driver::note({.t0 = seen.t0, .t1 = seen.t1, .kind = FactKind::settled});
}

void GatedDriver::write_facts() {
    for (const Fact& fact : drain_.write_now()) {
        state_.take(fact);
        if (sim::info(fact.kind).fact_class != FactClass::evidence)
            seen_.push_back(sim::sentence(header_, fact));
    }
}

void GatedDriver::say_next(const GatedStep& next) {
    host_.write(announcement(words(next, header_)));
}

void GatedDriver::report(const GatedStep& next) {
    std::string text = "> " + words(next, header_) + "\n";
    for (const std::string& sentence : seen_) text += "    " + sentence + "\n";
    host_.write(text + "    " + state_.line(ports_, statuses_) + "\n");
}

}  // namespace real
