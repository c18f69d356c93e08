#include "real/worker.hpp"

#include <cassert>

#include "real/cpu_burner.hpp"

namespace real {
namespace {

using Doing = WorkerStatus::Doing;
using sim::Fact;
using sim::FactKind;
using sim::Step;

}  // namespace

Worker::Worker(RunContext& run, ThreadId id, const std::vector<Step>& script, std::size_t capacity)
    : facts(capacity), run_(run), id_(id), script_{.steps = &script} {}

Fact Worker::fact(FactKind kind) const {
    Fact fact{.kind = kind};
    fact.t0 = fact.t1 = run_.stamp();
    fact.thread = id_;
    return fact;
}

void Worker::note(const Fact& fact) {
    if (!run_.over.load(std::memory_order_acquire)) facts.push(fact);
}

void Worker::run() {
    note(fact(FactKind::thread_started));
    run_.ports.thread_begins(id_);
    announces_ = run_.ports.announces(id_);
    before_ = own_switch_counts().value_or(SwitchCounts{});
    run_script();
    const auto after = own_switch_counts();
    Fact left = fact(FactKind::thread_exited);
    run_.ports.thread_ends(id_);
    left.t1 = run_.stamp();
    note(left);
    if (after) write_switches(left.t1, *after);
    status.write(Doing::exited);
}

// Written even when the run is over: this is where it is known. Of the script alone, without what
// beginning and ending cost, so that it can be compared with the waits that are known.
void Worker::write_switches(Nanos at, const SwitchCounts& after) {
    Fact switches{.kind = FactKind::switches};
    switches.t0 = switches.t1 = run_.over.load(std::memory_order_acquire) ? run_.end.load() : at;
    switches.thread = id_;
    switches.number = static_cast<std::uint32_t>(after.voluntary - before_.voluntary);
    switches.amount = static_cast<std::int64_t>(after.involuntary - before_.involuntary);
    facts.push(switches);
}

void Worker::run_script() {
    while (const Step* step = next_step())
        if (carry_out(*step) == Next::leave) return;
}

// Nothing when the script has ended, or the run is over.
const Step* Worker::next_step() {
    if (run_.over.load(std::memory_order_acquire)) return nullptr;
    for (Place* place : {&handler_, &script_}) {
        if (place->steps && place->next < place->steps->size())
            return &(*place->steps)[place->next++];
    }
    return nullptr;
}

Worker::Next Worker::carry_out(const Step& step) {
    switch (step.kind) {
        case Step::Kind::get: return get(step.port, step.timeout);
        case Step::Kind::poll: return get(step.port, 0);
        case Step::Kind::cpu: compute(step.duration.a); break;
        case Step::Kind::block: block(step.duration.a); break;
        case Step::Kind::wait: wait(step.event); break;
        case Step::Kind::set: note(run_.set(step.event, id_)); break;
        case Step::Kind::post:
            for (std::uint64_t i = 0; i < step.count && !run_.over; ++i)
                note(run_.post(step.port, step.key, step.bytes, id_));
            break;
        case Step::Kind::close: note(run_.close(step.port, id_)); break;
        case Step::Kind::repeat:
            // `count` is how many times in all, so one less than that often goes back.
            if (step.count == 0 || ++rounds_ < step.count) script_.next = 0;
            break;
        case Step::Kind::exit: return Next::leave;
        default: assert(false);  // unrecordable() refuses such scenarios before a run begins
    }
    return Next::go_on;
}

void Worker::compute(Nanos duration) {
    Fact computing = fact(FactKind::computing);
    computing.amount = duration;
    note(computing);
    status.write(Doing::computing);
    burn_cpu(duration, run_.over);
    status.write(Doing::running);
}

}  // namespace real
