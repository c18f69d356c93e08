#include "real/worker.hpp"

#include <algorithm>

#include "real/cpu_burner.hpp"
#include "real/every_step.hpp"
#include "real/gate.hpp"

namespace real {
namespace {

using Doing = WorkerStatus::Doing;
using sim::Fact;
using sim::FactKind;
using sim::Step;

std::uint32_t largest_batch(const std::vector<Step>& steps) {
    std::uint32_t most = 1;
    for (const Step& step : steps) most = std::max(most, step.batch);
    return most;
}

}  // namespace

Worker::Worker(RunContext& run, ThreadId who, const std::vector<Step>& script, std::size_t capacity)
    : IoActor(who), facts(capacity), run_(run), id_(who), script_{.steps = &script} {
    std::uint32_t most = largest_batch(script);
    for (const sim::Handler& handler : run.scenario.handlers)
        most = std::max(most, largest_batch(handler.steps));
    got_.resize(most);
    received_.resize(most);
    run.user_apcs[sim::index(who)] = this;
}

Fact Worker::fact(FactKind kind) const {
    Fact fact{.kind = kind};
    fact.t0 = fact.t1 = run_.stamp();
    fact.thread = id_;
    return fact;
}

void Worker::note(const Fact& fact) {
    if (!run_.over.load(std::memory_order_acquire)) facts.push(fact);
}

void Worker::live() {
    note(fact(FactKind::thread_started));
    run_.ports.thread_begins(id_);
    announces_ = run_.ports.announces(id_);
    before_ = own_switch_counts().value_or(SwitchCounts{});
    run_.threads[sim::index(id_)].life.store(RunContext::Life::begun, std::memory_order_release);
    run_script();
    const auto after = own_switch_counts();
    Fact left = fact(FactKind::thread_exited);
    run_.ports.thread_ends(id_);
    left.t1 = run_.stamp();
    note(left);
    if (after) write_switches(left.t1, *after);
    run_.exited[sim::index(id_)].set();
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
    for (;;) {
        const Step* step = next_step();
        if (run_.gate != nullptr) step = pass_gate(step);
        if (step == nullptr) return;
        if (carry_out(*step) == Next::go_on) continue;
        // It leaves because its port is gone: a step of its own.
        if (run_.gate != nullptr && step->kind != Step::Kind::exit)
            static_cast<void>(pass_gate(nullptr));
        return;
    }
}

// Nothing when the script has ended, or the run is over.
const Step* Worker::next_step() {
    safe_point();
    if (run_.over.load(std::memory_order_acquire)) return nullptr;
    for (;;) {
        if (handler_.steps && handler_.next < handler_.steps->size())
            return &(*handler_.steps)[handler_.next++];
        handler_ = {};
        if (got_at_ + 1 >= got_count_) break;
        take_up(got_at_ + 1);
    }
    return script_.next < script_.steps->size() ? &(*script_.steps)[script_.next++] : nullptr;
}

Worker::Next Worker::carry_out(const Step& step) {
    switch (step.kind) {
        case Step::Kind::get: return get(step, step.timeout);
        case Step::Kind::poll: return get(step, 0);
        case Step::Kind::cpu: compute(length_of(step)); break;
        case Step::Kind::block: sleep(step); break;
        case Step::Kind::wait: wait_for_event(step); break;
        case Step::Kind::wait_port: wait_for_port(step); break;
        case Step::Kind::join: join(step.thread); break;
        case Step::Kind::lock: lock(step.lock); break;
        case Step::Kind::unlock: unlock(step.lock); break;
        case Step::Kind::yield: yield_processor(); break;
        case Step::Kind::repeat:
            // `count` is how many times in all, so one less than that often goes back.
            if (step.count == 0 || ++rounds_ < step.count) script_.next = 0;
            break;
        case Step::Kind::exit: return Next::leave;
        case Step::Kind::post:
            for (std::uint64_t i = 0; i < step.count && !run_.over; ++i) {
                outside(step);
                safe_point();
            }
            break;
        default:
            if (!is_of_handles(step.kind))
                outside(step);
            else if (!use_handle(step))
                return Next::leave;
    }
    return Next::go_on;
}

void Worker::outside(const Step& step) {
    if (const auto fact = run_.outside_step(step, id_)) note(*fact);
}

// The model draws the same, by the same counts.
Nanos Worker::length_of(const Step& step) {
    if (step.duration.fixed()) return step.duration.a;
    const std::uint64_t seed = run_.scenario.seed;
    if (handler_.steps)
        return sim::draw(step.duration, seed, sim::StreamOf::handler, step.stream,
                         static_cast<std::uint64_t>(packet_in_hand()));
    return sim::draw(step.duration, seed, sim::StreamOf::script, sim::index(id_), ++draws_);
}

void Worker::compute(Nanos duration) {
    Fact computing = fact(FactKind::computing);
    computing.amount = duration;
    note(computing);
    status.write(Doing::computing);
    burn_cpu(duration, run_.over, [this] { safe_point(); });
    if (run_.gate != nullptr) run_.gate->computed(id_, duration);
    status.write(Doing::running);
}

}  // namespace real
