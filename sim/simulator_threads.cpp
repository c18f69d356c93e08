// What the threads of a simulation do: run on processors, carry out scripts and handlers.
#include <algorithm>
#include <utility>

#include "sim/simulation_run.hpp"

namespace sim {
namespace {

// Rounds of a script that take no time are free up to here; then each costs a little, so that a
// thread that polls for ever lets time pass.
constexpr std::uint32_t kFreeRounds = 1000;
constexpr Nanos kIdleRoundCost = 1'000;

}  // namespace

// -- processors -----------------------------------------------------------------------------------

void SimulationRun::start(ThreadId id) {
    note({.kind = FactKind::thread_started, .thread = id});
    worker(id).started = true;
    make_ready(id);
    give_processors();
}

// A suspended thread becomes ready when it is resumed.
void SimulationRun::make_ready(ThreadId id) {
    if (model_.thread(id).suspend_count > 0)
        worker(id).held_back = true;
    else
        computer_.make_ready(id);
}

void SimulationRun::give_processors() {
    while (computer_.can_assign()) {
        const Computer::Assignment given = computer_.assign();
        Worker& w = worker(given.thread);
        w.cpu = given.cpu;
        w.running = true;
        w.on_cpu_since = now_;
        if (given.switched) ++result_.summary.context_switches;
        const Nanos cost = given.switched ? scenario_->machine.switch_cost : 0;
        w.slice_began = now_ + cost;
        future_.schedule(now_ + cost, FutureEvent::Kind::on_cpu, number(given.thread), ++w.turn);
    }
}

void SimulationRun::leave_processor(Worker& w) {
    if (tracing()) note({.kind = FactKind::off_cpu, .thread = w.id, .number = w.cpu});
    if (statistics_) statistics_->busy(now_ - w.on_cpu_since);
    w.running = false;
    ++w.turn;  // what was to happen to it on this processor does not
    computer_.leave(w.cpu);
    if (computer_.can_assign()) give_processors();
}

void SimulationRun::on_cpu(Worker& w) {
    if (tracing()) note({.kind = FactKind::on_cpu, .thread = w.id, .number = w.cpu});
    w.quantum_ends = now_ + scenario_->machine.quantum;
    if (w.left_to_compute > 0)
        next_slice(w);
    else
        go_on(w);
}

void SimulationRun::compute(Worker& w, Nanos duration) {
    w.left_to_compute = duration;
    next_slice(w);
}

void SimulationRun::next_slice(Worker& w) {
    w.slice_began = now_;
    future_.schedule(std::min(now_ + w.left_to_compute, w.quantum_ends),
                     FutureEvent::Kind::slice_end, number(w.id), ++w.turn);
}

void SimulationRun::slice_end(Worker& w) {
    w.left_to_compute = options_.untimed ? 0 : w.left_to_compute - (now_ - w.slice_began);
    if (w.left_to_compute <= 0) {
        go_on(w);
    } else if (computer_.anyone_ready()) {
        // Preempted: it stays released and counted (C-COUNT-2), but others run first.
        make_ready(w.id);
        leave_processor(w);
    } else {
        w.quantum_ends = now_ + scenario_->machine.quantum;
        next_slice(w);
    }
}

// -- scripts and handlers -------------------------------------------------------------------------

// False: the thread does not go on at this instant. Most steps are of the first few kinds.
inline bool SimulationRun::do_step(Worker& w, const Step& step) {
    switch (step.kind) {
        case Step::Kind::get: return get(w, step, step.timeout);
        case Step::Kind::repeat: return repeat(w, step);
        case Step::Kind::cpu: break;
        default: return do_rarer_step(w, step);
    }
    const Nanos duration = length_of(w, step);
    if (tracing())
        note({.kind = FactKind::computing,
              .rule = Rule::c_spin_1,
              .thread = w.id,
              .amount = duration});
    if (duration == 0 || options_.untimed) return true;
    compute(w, duration);
    return false;
}

// Carries out steps until one takes time or gives up the processor.
void SimulationRun::go_on(Worker& w) {
    if (!return_first(w)) return;
    for (;;) {
        const Step* step = next_step(w);
        if (step == nullptr) return exit(w.id);
        if (!do_step(w, *step)) return;
        if (!w.running) return;  // suspended by its own step
        if (options_.interleave && !goes_on_alone(w, *step)) {
            future_.schedule(now_, FutureEvent::Kind::go_on, number(w.id), ++w.turn);
            return;
        }
    }
}

// Steps that touch nothing but the thread itself need no place between them and the next one, where
// others could come in: the orders would differ in nothing. But a script of nothing else does.
// Handlers end, so theirs need none.
bool SimulationRun::goes_on_alone(const Worker& w, const Step& step) {
    const auto own = [](const Step& each) {
        return each.kind == Step::Kind::repeat || each.kind == Step::Kind::cpu;
    };
    if (!own(step)) return false;
    if (w.in_handler.inside()) return true;
    return !w.in_script.at_end() && !own(*w.in_script.next);
}

// Before its next step a thread returns from the call that it is in. False: it does not go on now.
bool SimulationRun::return_first(Worker& w) {
    if (w.spinning) return end_of_spin(w.id);
    if (w.io_call) return return_from_io(w.id);
    if (w.fetching) return fetch(w);
    return !std::exchange(w.returning, false) || return_from_get(w);
}

// It was woken without a packet and fetches one itself, if nobody was faster.
bool SimulationRun::fetch(Worker& w) {
    w.fetching = false;
    const bool expired = std::exchange(w.expired, false);
    if (model_.thread(w.id).status != ThreadStatus::calling) {
        w.error = Win32Error::abandoned_wait_0;  // the port was closed on its way
        return return_from_get(w);
    }
    const PortModel::Entered entered = model_.refetch(w.id, expired, facts());
    flush();
    return after_entering(w, entered);
}

const Step* SimulationRun::next_step(Worker& w) {
    for (;;) {
        if (!w.in_handler.at_end()) return w.in_handler.next++;
        w.in_handler = {};
        if (w.got_at + 1 >= w.got.size()) break;
        put_down(w);
        take_up(w, w.got_at + 1);
    }
    return w.in_script.at_end() ? nullptr : w.in_script.next++;
}

// The thread begins to handle a packet that it has.
void SimulationRun::take_up(Worker& w, std::size_t held) {
    const Held& now = w.got[held];
    const Handler* handler =
        only_handler_ != nullptr ? only_handler_ : scenario_->handler_for(now.packet);
    w.got_at = held;
    w.in_handler = handler == nullptr ? Place{} : Place::at_start_of(handler->steps);
    if (now.packet.handle == HandleId::none) return;
    w.current = now.accepted == HandleId::none ? now.packet.handle : now.accepted;
}

// It is done with the packet: it takes up the next of a batch, asks for another, or exits.
void SimulationRun::put_down(const Worker& w) {
    if (statistics_ && w.got_at < w.got.size()) statistics_->handled(w.got[w.got_at].arrived, now_);
}

// How long a step takes this time.
Nanos SimulationRun::length_of(Worker& w, const Step& step) {
    if (step.duration.fixed()) return step.duration.a;
    if (options_.untimed) return 1;  // some time; how long means nothing
    if (!w.in_handler.inside())
        return draw(step.duration, seed_, StreamOf::script, index(w.id), ++w.draws);
    return services_[step.stream].draw(step.duration,
                                       static_cast<std::uint64_t>(w.got[w.got_at].packet.id));
}

bool SimulationRun::do_rarer_step(Worker& w, const Step& step) {
    switch (step.kind) {
        case Step::Kind::poll: return get(w, step, 0);
        case Step::Kind::yield:
            model_.touch_dispatcher(w.id, facts());
            flush();
            if (!computer_.anyone_ready()) return true;
            make_ready(w.id);
            leave_processor(w);
            return false;
        case Step::Kind::block: return sleep(w.id, step);
        case Step::Kind::wait: return wait_for_event(w.id, step);
        case Step::Kind::wait_port: return wait_for_port(w.id, step);
        case Step::Kind::join: return join(w.id, step.thread);
        case Step::Kind::lock: return lock(w.id, step.lock);
        case Step::Kind::unlock: unlock(w.id, step.lock); return true;
        case Step::Kind::io: return start_io(step, w.id);
        case Step::Kind::exit: exit(w.id); return false;
        case Step::Kind::post:
            if (!options_.interleave) return do_outside_step(w.id, step);
            post_one(w, step);
            return true;
        default: return do_outside_step(w.id, step);
    }
}

// Of several packets each is a step of its own where others may come in between.
void SimulationRun::post_one(Worker& w, const Step& step) {
    if (step.count > 0) post(step, w.id);
    if (++w.posted >= step.count)
        w.posted = 0;
    else
        --(w.in_handler.inside() ? w.in_handler : w.in_script).next;
}

// A step that takes no time and that main can do too, whose id is none.
bool SimulationRun::do_outside_step(ThreadId id, const Step& step) {
    switch (step.kind) {
        case Step::Kind::post:
            for (std::uint64_t i = 0; i < step.count && !full(); ++i) post(step, id);
            break;
        case Step::Kind::set: set_event(step.event, id); break;
        case Step::Kind::reset: reset_event(step.event, id); break;
        case Step::Kind::depth: read_depth(step.port, id); break;
        case Step::Kind::create: create(step, id); break;
        case Step::Kind::close: close(step.port, id); break;
        case Step::Kind::open: open(step, id); break;
        case Step::Kind::bind: bind(step, id); break;
        case Step::Kind::modes:
            if (const HandleId handle = resolve(step.handle, id); handle != HandleId::none)
                (void)handles_.set_modes(handle, step.number, id, facts());
            flush();
            break;
        case Step::Kind::close_handle: close_handles(step.handle, id); break;
        case Step::Kind::cancel: cancel(step, id); break;
        case Step::Kind::suspend: suspend(step.thread); break;
        case Step::Kind::resume: resume(step.thread); break;
        case Step::Kind::apc: queue_apc(step.thread, true); break;
        case Step::Kind::io: return start_io(step, id);
        default: break;  // the parser lets main do nothing else
    }
    return true;
}

bool SimulationRun::repeat(Worker& w, const Step& step) {
    ++w.rounds;
    if (step.count != 0 && w.rounds >= step.count) return true;
    w.in_script = Place::at_start_of(*w.script);
    const bool idle = std::exchange(w.round_began, now_) == now_;
    w.idle_rounds = idle && !options_.untimed ? w.idle_rounds + 1 : 0;
    if (w.idle_rounds < kFreeRounds) return true;
    compute(w, kIdleRoundCost);
    return false;
}

void SimulationRun::exit(ThreadId id) {
    Worker& w = worker(id);
    put_down(w);
    w.got.clear();
    w.ended = true;
    model_.exit(id, facts());
    flush();
    for (const Inflight& each : inflight_)  // I-IO-14
        if (each.request.by == id && !handles_.survives_exit(each.request))
            found_.push_back(each.request.id);
    abort_found(Win32Error::operation_aborted);
    for (std::size_t t = 0; t < workers_.size(); ++t)
        if (workers_[t].blocked && workers_[t].reason == Reason::join && workers_[t].joins == id)
            unblock(make_id<ThreadId>(t));
    leave_processor(w);
}

}  // namespace sim
