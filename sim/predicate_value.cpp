#include "sim/predicate_value.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "sim/predicate_code.hpp"

namespace sim::predicate {
namespace {

using Value = std::int64_t;

// Keys and counts have 64 bits without a sign; a scenario file cannot write what is cut off here.
Value number(std::uint64_t n) {
    constexpr auto most = std::numeric_limits<Value>::max();
    return n > static_cast<std::uint64_t>(most) ? most : static_cast<Value>(n);
}

template <class Id>
Value number_of(Id id) {
    return id == Id::none ? kNone : static_cast<Value>(id);
}

// The port that a name stands for: for a second handle that of the first.
const StagePort* find_port(const Stage& stage, PortId id) {
    for (int handles = 0; handles < 2; ++handles) {
        if (index(id) >= stage.ports.size()) return nullptr;
        const StagePort& port = stage.ports[index(id)];
        if (port.same_as == PortId::none) return &port;
        id = port.same_as;
    }
    return nullptr;
}

// Two names of one port are the same port.
Value number_of_port(const Stage& stage, PortId id) {
    const StagePort* port = id == PortId::none ? nullptr : find_port(stage, id);
    return number_of(port == nullptr ? id : port->id);
}

Value top_of(const Stage& stage, const StagePort& port) {
    if (port.waiting.empty()) return kNone;
    // A measured run tells who waits, not in which order.
    if (stage.observed && port.waiting.size() > 1) return kNone;
    return number_of(port.waiting.back().id);
}

Value port_value(PredicateCode code, const Stage& stage, PortId id) {
    const StagePort* port = find_port(stage, id);
    if (port == nullptr) return code == PredicateCode::port_top ? kNone : 0;
    switch (code) {
        case PredicateCode::port_queue: return number(port->queue_length);
        case PredicateCode::port_active: return number(port->active);
        case PredicateCode::port_limit: return number(port->limit);
        case PredicateCode::port_waiting: return number(port->waiting.size());
        case PredicateCode::port_released: return number(port->released.size());
        case PredicateCode::port_paused: return number(port->paused.size());
        case PredicateCode::port_inserted: return number(port->inserted);
        case PredicateCode::port_delivered: return number(port->delivered);
        case PredicateCode::port_discarded: return number(port->discarded);
        case PredicateCode::port_closed: return port->closed ? 1 : 0;
        case PredicateCode::port_bound: return number(port->bound.size());
        case PredicateCode::port_top: return top_of(stage, *port);
        default: return 0;
    }
}

// A thread on the stage: the list that holds it says what it does.
struct Found {
    PredicateCode place = PredicateCode::none;  // thread_waiting … thread_ended; none: not started
    PortId port = PortId::none;
    const StageThread* thread = nullptr;
};

const StageThread* find_in(const std::vector<StageThread>& list, ThreadId id) {
    const auto found = std::find_if(list.begin(), list.end(),
                                    [id](const StageThread& thread) { return thread.id == id; });
    return found == list.end() ? nullptr : &*found;
}

Found find_thread(const Stage& stage, ThreadId id) {
    for (const StagePort& port : stage.ports) {
        if (const StageThread* t = find_in(port.waiting, id))
            return {PredicateCode::thread_waiting, port.id, t};
        if (const StageThread* t = find_in(port.released, id))
            return {PredicateCode::thread_released, port.id, t};
        if (const StageThread* t = find_in(port.paused, id))
            return {PredicateCode::thread_paused, port.id, t};
        if (const StageThread* t = find_in(port.in_call, id))
            return {PredicateCode::thread_calling, port.id, t};
    }
    if (const StageThread* t = find_in(stage.outside, id))
        return {PredicateCode::thread_outside, PortId::none, t};
    if (const StageThread* t = find_in(stage.ended, id))
        return {PredicateCode::thread_ended, PortId::none, t};
    return {};
}

Value thread_value(PredicateCode code, const Stage& stage, ThreadId id) {
    const Found found = find_thread(stage, id);
    const StageThread* thread = found.thread;
    switch (code) {
        case PredicateCode::thread_port: return number_of(found.port);
        case PredicateCode::thread_packet:
            return thread == nullptr ? 0 : static_cast<Value>(thread->hand);
        case PredicateCode::thread_key: {
            const bool holds_packet = thread != nullptr && thread->hand != PacketId::none;
            return holds_packet ? number(thread->key) : 0;
        }
        default: return thread != nullptr && found.place == code ? 1 : 0;
    }
}

Value handle_value(PredicateCode code, const Stage& stage, HandleId id) {
    const auto found = std::lower_bound(
        stage.handles.begin(), stage.handles.end(), id,
        [](const StageHandle& handle, HandleId wanted) { return handle.id < wanted; });
    const bool there = found != stage.handles.end() && found->id == id;
    if (there && code == PredicateCode::handle_pending) return number(found->pending);
    if (there && code == PredicateCode::handle_closed) return found->closed ? 1 : 0;
    if (there && code == PredicateCode::handle_port) return number_of_port(stage, found->port);
    return code == PredicateCode::handle_port ? kNone : 0;
}

Value last_value(PredicateCode code, const Stage& stage, const Fact* last) {
    // At the start nothing has happened: no kind of fact, no rule, nobody, instant 0.
    if (last == nullptr && code == PredicateCode::last_fact) return kNone;
    const Fact nothing;
    const Fact& fact = last == nullptr ? nothing : *last;
    switch (code) {
        case PredicateCode::last_fact: return static_cast<Value>(fact.kind);
        case PredicateCode::last_rule:
            return fact.rule == Rule::none ? kNone : static_cast<Value>(fact.rule);
        case PredicateCode::last_thread: return number_of(fact.thread);
        case PredicateCode::last_port: return number_of_port(stage, fact.port);
        case PredicateCode::last_handle: return number_of(fact.handle);
        case PredicateCode::last_packet: return static_cast<Value>(fact.packet);
        case PredicateCode::last_key: return number(fact.key);
        case PredicateCode::last_operation: return static_cast<Value>(fact.operation);
        case PredicateCode::last_error: return static_cast<Value>(fact.error);
        case PredicateCode::last_time: return fact.t1;
        default: return 0;
    }
}

}  // namespace

Value value(const PredicateOp& op, const Stage& stage, const Fact* last) {
    const auto code = static_cast<PredicateCode>(op.code);
    if (code == PredicateCode::constant) return op.number;
    if (code == PredicateCode::named_port) return number_of_port(stage, make_id<PortId>(op.which));
    const PropertyInfo* asked = property(code);
    if (asked == nullptr) return 0;
    switch (asked->of) {
        case Of::port: return port_value(code, stage, make_id<PortId>(op.which));
        case Of::thread: return thread_value(code, stage, make_id<ThreadId>(op.which));
        case Of::handle: return handle_value(code, stage, make_id<HandleId>(op.which));
        case Of::last: return last_value(code, stage, last);
    }
    return 0;
}

}  // namespace sim::predicate
