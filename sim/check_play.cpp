#include "sim/check_play.hpp"

#include <algorithm>

namespace sim {

CheckPlayer::CheckPlayer(const CheckHistory& history, const Policies& policies)
    : history_(history),
      state_{PortModel(policies), std::vector<Played>(history.threads.size()),
             std::vector<Queued>(history.port_created.size())},
      queue_hashes_(history.port_created.size(), {0}) {
    begin();
}

// Ports and threads as they stand when the history begins.
void CheckPlayer::begin() {
    const TraceHeader& header = history_.trace->header;
    PortModel& model = state_.model;
    std::vector<bool> made_later(header.ports.size(), false);
    for (const Action& a : history_.actions)
        if (a.kind == Kind::create || a.kind == Kind::duplicate) made_later[index(a.port)] = true;
    for (std::size_t p = 0; p < header.ports.size(); ++p) {
        const bool second =
            p < header.port_same_as.size() && header.port_same_as[p] != PortId::none;
        if (second)
            (void)model.declare_duplicate(header.port_same_as[p]);
        else
            (void)model.declare_port(p < header.concurrency.size() ? header.concurrency[p] : 1);
    }
    if (!header.threads.empty()) model.ensure_thread(make_id<ThreadId>(header.threads.size() - 1));
    for (std::size_t p = 0; p < header.ports.size(); ++p) {
        if (made_later[p]) continue;
        const PortId id = make_id<PortId>(p);
        if (model.port(id).same_as == PortId::none)
            model.create(id, ThreadId::none, facts_);
        else
            model.duplicate(id, ThreadId::none, facts_);
    }
    for (std::size_t t = 0; t < history_.threads.size(); ++t) {
        const ThreadAtStart& start = history_.threads[t];
        const ThreadId id = make_id<ThreadId>(t);
        // Nothing is queued yet, so a look at the port brings nothing and leaves the thread active.
        if (start.port != PortId::none && model.usable(start.port))
            model.enter(id, start.port, {.timeout = 0}, facts_);
        if (start.blocked) model.block(id, {}, facts_);
        for (std::uint32_t i = 0; i < start.suspended; ++i) model.suspend(id, facts_);
    }
    for (std::size_t p = 0; p < header.ports.size(); ++p) {
        const PortId id = make_id<PortId>(p);
        if (history_.port_closed[p] && model.usable(id)) model.close(id, ThreadId::none, facts_);
    }
    facts_.clear();
}

bool CheckPlayer::must_refetch(ThreadId id) const {
    return state_.threads[index(id)].call != kNoAction &&
           state_.model.thread(id).status == ThreadStatus::calling &&
           state_.model.thread(id).suspend_count == 0;
}

// -- what a move would do -------------------------------------------------------------------------

bool CheckPlayer::expects(std::uint32_t number, std::uint32_t got, PacketId packet,
                          std::uint32_t claim) const {
    const Call& c = call(number);
    // What nobody is known to have received may have gone to a call that never returned.
    if (c.result == Call::Result::unknown) return claim == kNoAction;
    if (c.result != Call::Result::packets || got >= c.count) return false;
    if (got >= c.packets) return claim == kNoAction;
    return claim == number && history_.packets_of(c)[got] == packet;
}

bool CheckPlayer::may_get(ThreadId id, const Packet& packet) const {
    const Played& thread = state_.threads[index(id)];
    return thread.call != kNoAction && expects(thread.call, 0, packet.id, packet.bytes);
}

// Whom the port would wake for this packet. Drawn at random, it is whoever got it.
ThreadId CheckPlayer::to_wake(PortId port, const Packet& packet) const {
    if (state_.model.policies().wake != Wake::random) return state_.model.first_to_wake(port);
    const auto& waiting = state_.model.port(port).waiting;
    for (std::size_t place = waiting.size(); place-- > 0;)
        if (may_get(waiting[place], packet)) return waiting[place];
    return waiting.back();
}

void CheckPlayer::choose_wake(PortId port, const Packet& packet) {
    const auto& waiting = state_.model.port(port).waiting;
    if (state_.model.policies().wake != Wake::random || waiting.empty()) return;
    const auto place = std::find(waiting.begin(), waiting.end(), to_wake(port, packet));
    state_.model.choose_wakes(static_cast<std::uint64_t>(place - waiting.begin()));
}

// A thread that counts stops to: whoever is released then must be who got the oldest packet.
bool CheckPlayer::frees_well(ThreadId id, Rule rule, Conflict* why) const {
    const ThreadModel& thread = state_.model.thread(id);
    if (thread.port == PortId::none || thread.status != ThreadStatus::released) return true;
    const PortState& port = state_.model.port(thread.port);
    if (port.waiting.empty() || port.queue.empty()) return true;
    if (!state_.model.has_room(thread.port, id)) return true;
    if (state_.model.policies().handoff == Handoff::refetch) return true;
    const ThreadId woken = to_wake(thread.port, port.queue.front());
    if (may_get(woken, port.queue.front())) return true;
    if (why != nullptr)
        *why = {rule,
                {.kind = FactKind::activated,
                 .rule = rule,
                 .port = thread.port,
                 .thread = woken,
                 .packet = port.queue.front().id}};
    return false;
}

CheckPlayer::Chance CheckPlayer::chance(Move move, Conflict* why) const {
    if (move.kind == Move::Kind::refetch) {
        const ThreadId id = make_id<ThreadId>(move.number);
        if (!must_refetch(id)) return Chance::no;
        return chance_to_take(id, state_.model.thread(id).port, state_.threads[move.number].call,
                              why);
    }
    const Action& a = action(move);
    switch (a.kind) {
        case Kind::create:
        case Kind::duplicate: return state_.model.usable(a.port) ? Chance::no : Chance::neutral;
        case Kind::close: return chance_to_close(a, why);
        case Kind::insert: return chance_to_insert(a, why);
        case Kind::enter: return chance_to_enter(a, move.kind == Move::Kind::apc_at_once, why);
        case Kind::end_wait: {
            const bool waits = state_.threads[index(a.thread)].call == a.call &&
                               state_.model.thread(a.thread).status == ThreadStatus::waiting;
            if (!waits) return Chance::no;
            return a.must ? Chance::neutral : Chance::resort;
        }
        case Kind::returned: return chance_to_return(a, why);
        case Kind::block: return chance_to_block(move.number, why);
        case Kind::unblock:
            if (state_.model.thread(a.thread).blocked) return Chance::neutral;
            return history_.blocks_are_claims ? Chance::neutral : Chance::no;
        case Kind::suspend: return chance_to_pause(a, Rule::c_suspend_1, why);
        case Kind::resume: return chance_to_resume(a, why);
        case Kind::exit:
            if (state_.threads[index(a.thread)].call != kNoAction) return Chance::no;
            return chance_to_pause(a, Rule::a_assoc_3, why);
        case Kind::see_waiting:
        case Kind::see_depth: return chance_to_see(a, why);
    }
    return Chance::no;
}

CheckPlayer::Chance CheckPlayer::chance_to_insert(const Action& a, Conflict* why) const {
    const PortModel& model = state_.model;
    const PortId id = model.object(a.port);
    if (model.port(id).closed || !model.port(id).created) {
        if (why != nullptr) *why = {Rule::x_close_3, {}};
        return Chance::no;
    }
    const Chance yes = a.must ? Chance::neutral : Chance::resort;
    if (model.would_queue(id, a.thread)) return yes;
    const Packet packet = packet_of(a);
    const ThreadId woken = to_wake(id, packet);
    if (may_get(woken, packet)) return a.must ? Chance::matching : Chance::resort;
    if (why != nullptr)
        *why = {Rule::w_lifo_1,
                {.kind = FactKind::handed_off,
                 .rule = Rule::w_lifo_1,
                 .port = id,
                 .thread = woken,
                 .packet = a.packet}};
    return Chance::no;
}

// A packet is queued and there is room: it is this thread's, or the thread cannot look now.
CheckPlayer::Chance CheckPlayer::chance_to_take(ThreadId id, PortId port, std::uint32_t number,
                                                Conflict* why) const {
    const PacketQueue& queue = state_.model.port(port).queue;
    if (queue.empty() || !state_.model.has_room(port, id)) return Chance::neutral;
    const Packet& oldest = queue.front();
    if (expects(number, 0, oldest.id, oldest.bytes)) {
        const bool known = call(number).result == Call::Result::packets;
        return known ? Chance::matching : Chance::resort;
    }
    if (why != nullptr)
        *why = {Rule::c_self_1,
                {.kind = FactKind::taken,
                 .rule = Rule::c_self_1,
                 .port = port,
                 .thread = id,
                 .packet = oldest.id}};
    return Chance::no;
}

CheckPlayer::Chance CheckPlayer::chance_to_enter(const Action& a, bool apc, Conflict* why) const {
    const PortModel& model = state_.model;
    const ThreadModel& thread = model.thread(a.thread);
    if (state_.threads[index(a.thread)].call != kNoAction) return Chance::no;
    if (thread.blocked || thread.suspend_count > 0) return Chance::no;
    if (thread.status != ThreadStatus::outside && thread.status != ThreadStatus::released)
        return Chance::no;
    const Call& c = call(a.call);
    const bool open = c.result == Call::Result::unknown;
    if (c.batch == 0)
        return open || c.result == Call::Result::invalid_parameter ? Chance::free : Chance::no;
    if (c.result == Call::Result::invalid_parameter) return Chance::no;
    if (!model.usable(a.port)) {
        if (c.result == Call::Result::invalid_handle) return Chance::free;
        if (why != nullptr) *why = {Rule::x_close_3, {}};
        return open ? Chance::neutral : Chance::no;
    }
    if (c.result == Call::Result::invalid_handle) return Chance::no;
    const PortId to = model.object(a.port);
    const bool stays = thread.port == to;
    if (apc) {
        if (c.result != Call::Result::user_apc) return Chance::no;
        // Associated with another port, or with none, it gets its APC and nothing else happens.
        if (!stays) return Chance::neutral;
    }
    if (!stays && !frees_well(a.thread, Rule::a_assoc_2, why)) return Chance::no;
    const bool takes = !model.port(to).queue.empty() && model.has_room(to, a.thread);
    if (!takes) return apc ? Chance::neutral : chance_to_wait(a);
    if (c.seen_waiting == Call::SeenWaiting::yes) return Chance::no;  // it takes nothing at once
    const Chance chance = chance_to_take(a.thread, to, a.call, why);
    // Whoever has to take the oldest packet, and can, loses nothing by doing so: nobody else may
    // take one before. Unless somebody looked meanwhile. A batch takes what is there, so it matters
    // when.
    const bool unseen = c.seen_waiting == Call::SeenWaiting::no && !history_.depths_were_seen;
    return chance == Chance::matching && stays && c.batch == 1 && unseen ? Chance::free : chance;
}

// The call finds no packet that it may take.
CheckPlayer::Chance CheckPlayer::chance_to_wait(const Action& a) const {
    const Call& c = call(a.call);
    if (c.timeout != 0) return Chance::neutral;
    if (c.result == Call::Result::unknown) return Chance::neutral;
    if (c.result != Call::Result::timed_out) return Chance::no;
    const ThreadModel& thread = state_.model.thread(a.thread);
    return thread.port == state_.model.object(a.port) ? Chance::free : Chance::neutral;
}

CheckPlayer::Chance CheckPlayer::chance_to_return(const Action& a, Conflict* why) const {
    const Played& thread = state_.threads[index(a.thread)];
    if (thread.call != a.call) return Chance::no;
    const Call& c = call(a.call);
    if (thread.decided == c.result && thread.got == c.count) return Chance::free;
    if (why == nullptr) return Chance::no;
    const PortId port = state_.model.object(c.port);
    const PacketQueue& queue = state_.model.port(port).queue;
    Fact would{.port = port, .thread = a.thread};
    if (c.result == Call::Result::packets && !queue.empty()) {
        // It waits, though there is a packet: another one comes first, or there is no slot.
        const PacketId wanted = history_.packets_of(c).front();
        const bool first = queue.front().id == wanted;
        would.kind = first ? FactKind::waits : FactKind::taken;
        would.packet = queue.front().id;
        *why = {first ? Rule::c_limit_1 : Rule::q_fifo_1, would};
    } else if (c.result == Call::Result::abandoned) {
        *why = {Rule::x_close_1, would};
    }
    return Chance::no;
}

CheckPlayer::Chance CheckPlayer::chance_to_pause(const Action& a, Rule rule, Conflict* why) const {
    const ThreadStatus status = state_.model.thread(a.thread).status;
    if (a.kind == Kind::exit &&
        (status == ThreadStatus::waiting || status == ThreadStatus::calling))
        return Chance::no;
    return frees_well(a.thread, rule, why) ? Chance::neutral : Chance::no;
}

CheckPlayer::Chance CheckPlayer::chance_to_block(std::uint32_t number, Conflict* why) const {
    const Action& a = history_.actions[number];
    const ThreadModel& thread = state_.model.thread(a.thread);
    // One that was only claimed is over when its end has been played.
    if (thread.blocked || number < state_.threads[index(a.thread)].watched) return Chance::no;
    if (thread.status == ThreadStatus::waiting || thread.status == ThreadStatus::calling)
        return Chance::no;
    return frees_well(a.thread, Rule::c_block_1, why) ? Chance::neutral : Chance::no;
}

CheckPlayer::Chance CheckPlayer::chance_to_resume(const Action& a, Conflict* why) const {
    const ThreadModel& thread = state_.model.thread(a.thread);
    if (thread.suspend_count == 0) return Chance::no;
    if (thread.suspend_count > 1 || thread.blocked || !thread.resumes_wait) return Chance::neutral;
    return chance_to_take(a.thread, thread.port, state_.threads[index(a.thread)].call, why);
}

// With the last handle every waiter leaves, and that is what it must have been told.
CheckPlayer::Chance CheckPlayer::chance_to_close(const Action& a, Conflict* why) const {
    const PortModel& model = state_.model;
    if (!model.usable(a.port)) return Chance::no;
    const PortId id = model.object(a.port);
    const PortState& port = model.port(id);
    const bool last = port.more_handles + (port.handle_closed ? 0u : 1u) == 1;
    if (!last || model.policies().close == Close::keep) return Chance::neutral;
    for (const ThreadId waiting : port.waiting) {
        const std::uint32_t number = state_.threads[index(waiting)].call;
        const Call::Result result = call(number).result;
        if (result == Call::Result::abandoned || result == Call::Result::unknown) continue;
        if (why != nullptr)
            *why = {Rule::x_close_1,
                    {.kind = FactKind::abandoned,
                     .rule = Rule::x_close_1,
                     .port = id,
                     .thread = waiting}};
        return Chance::no;
    }
    return Chance::neutral;
}

CheckPlayer::Chance CheckPlayer::chance_to_see(const Action& a, Conflict* why) const {
    const PortModel& model = state_.model;
    const PortId id = model.object(a.port);
    if (a.kind == Kind::see_depth) {
        if (model.port(id).queue.size() == a.number) return Chance::free;
        if (why != nullptr) *why = {Rule::q_depth_1, {.kind = FactKind::depth, .port = id}};
        return Chance::no;
    }
    const ThreadModel& thread = model.thread(a.thread);
    if (thread.status == ThreadStatus::waiting && thread.port == id) return Chance::free;
    const Call::Result decided = state_.threads[index(a.thread)].decided;
    if (why == nullptr) return Chance::no;
    if (decided == Call::Result::abandoned)
        *why = {Rule::x_close_1, {.kind = FactKind::abandoned, .port = id, .thread = a.thread}};
    // It was given a packet that nobody is known to have received.
    if (decided == Call::Result::packets)
        *why = {Rule::q_once_1, {.kind = FactKind::handed_off, .port = id, .thread = a.thread}};
    return Chance::no;
}

}  // namespace sim
