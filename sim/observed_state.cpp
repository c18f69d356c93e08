#include <algorithm>

#include "sim/lane_state.hpp"

namespace sim {

ObservedState::ObservedState(const TraceHeader& header)
    : ports_(header.ports.size()),
      threads_(header.threads.size()),
      activities_(header.threads.size()),
      counts_(header.ports.size()) {
    for (std::size_t p = 0; p < ports_.size() && p < header.concurrency.size(); ++p)
        ports_[p].limit = header.concurrency[p];
    for (std::size_t p = 0; p < ports_.size() && p < header.port_same_as.size(); ++p)
        if (header.port_same_as[p] != PortId::none) {
            ports_[p].same_as = header.port_same_as[p];
            ports_[p].handle_open = false;
        }
}

// The port that a handle stands for.
PortId ObservedState::object(PortId handle) const {
    if (handle == PortId::none || index(handle) >= ports_.size()) return handle;
    const PortId first = ports_[index(handle)].same_as;
    return first == PortId::none ? handle : first;
}

// The handles of a port that are open, by id.
std::vector<PortId> ObservedState::open_handles(PortId port) const {
    std::vector<PortId> open;
    for (std::size_t p = 0; p < ports_.size(); ++p)
        if (const PortId id = make_id<PortId>(p); object(id) == port && ports_[p].handle_open)
            open.push_back(id);
    return open;
}

void ObservedState::close_handle(PortId handle) {
    ports_[index(handle)].handle_open = false;
    ports_[index(object(handle))].closed = open_handles(object(handle)).empty();
}

void ObservedState::move(ThreadId id, Seen seen, PortId port) {
    Thread& thread = threads_[index(id)];
    if (thread.seen == Seen::parked && seen != Seen::parked && thread.port != PortId::none) {
        auto& parked = ports_[index(thread.port)].parked;
        parked.erase(std::remove(parked.begin(), parked.end(), id), parked.end());
    }
    if (seen == Seen::parked && thread.seen != Seen::parked && port != PortId::none)
        ports_[index(port)].parked.push_back(id);
    thread.seen = seen;
    if (port != PortId::none) thread.port = port;
}

// Drops packets from the head that are known to have come back already.
void ObservedState::forget_returned(Port& port) {
    auto& early = port.returned_early;
    while (!port.posted.empty() && !early.empty()) {
        const auto found = std::lower_bound(early.begin(), early.end(), port.posted.front().id);
        if (found == early.end() || *found != port.posted.front().id) return;
        early.erase(found);
        port.posted.pop();
    }
}

void ObservedState::packet_returned(const Fact& fact) {
    Port& port = ports_[index(fact.port)];
    ++counts_[index(fact.port)].delivered;
    if (fact.handle != HandleId::none) return;  // of an operation: it was not posted
    auto& early = port.returned_early;
    early.insert(std::lower_bound(early.begin(), early.end(), fact.packet), fact.packet);
    forget_returned(port);
}

void ObservedState::apply(const Fact& written) {
    if (written.port != PortId::none && index(written.port) >= ports_.size()) return;
    Fact fact = written;
    fact.port = object(fact.port);
    if (fact.thread != ThreadId::none && index(fact.thread) >= threads_.size()) return;
    const bool has_thread = fact.thread != ThreadId::none;
    if (has_thread) activities_[index(fact.thread)].apply(fact);
    last_actor_ = fact.thread;
    if (fact.port != PortId::none) ports_[index(fact.port)].created = true;
    switch (fact.kind) {
        case FactKind::posted:
            if (fact.error != Win32Error::success || fact.port == PortId::none) break;
            ports_[index(fact.port)].posted.push(
                {.id = fact.packet, .key = fact.key, .bytes = fact.bytes});
            ++counts_[index(fact.port)].inserted;
            forget_returned(ports_[index(fact.port)]);
            break;
        case FactKind::port_closed:
            if (fact.error == Win32Error::success && fact.port != PortId::none)
                close_handle(written.port);
            break;
        case FactKind::port_duplicated:
            if (fact.port != written.port) ports_[index(written.port)].handle_open = true;
            break;
        case FactKind::get_called:
            if (!has_thread) break;
            move(fact.thread, Seen::in_call, fact.port);
            threads_[index(fact.thread)].hand = PacketId::none;
            break;
        case FactKind::get_returned:
        case FactKind::also_returned:
            if (!has_thread) break;
            move(fact.thread, Seen::between_calls, fact.port);
            threads_[index(fact.thread)].hand = fact.packet;
            if (fact.packet != PacketId::none && fact.port != PortId::none) packet_returned(fact);
            break;
        case FactKind::parked:
            if (has_thread && threads_[index(fact.thread)].seen == Seen::in_call)
                move(fact.thread, Seen::parked, fact.port);
            break;
        case FactKind::block_began:
            if (has_thread) move(fact.thread, Seen::blocked, PortId::none);
            break;
        case FactKind::block_ended:
            if (has_thread) move(fact.thread, Seen::between_calls, PortId::none);
            break;
        case FactKind::thread_exited:
            if (has_thread) move(fact.thread, Seen::outside, PortId::none);
            break;
        default: break;
    }
}

StagePort ObservedState::stage_port(PortId id) const {
    const Port& port = ports_[index(id)];
    const PortCounts& counts = counts_[index(id)];
    StagePort stage;
    stage.id = id;
    stage.same_as = port.same_as;
    stage.limit = port.limit;
    const auto& early = port.returned_early;
    stage.queue_length = port.posted.size() - std::min(port.posted.size(), early.size());
    for (const Packet& packet : port.posted.oldest(kStageQueueShown + early.size())) {
        if (std::binary_search(early.begin(), early.end(), packet.id)) continue;
        if (stage.queue.size() < kStageQueueShown) stage.queue.push_back(packet);
    }
    // A damaged trace may return what was never posted, which is then no packet less.
    stage.queue_length = std::max(stage.queue_length, stage.queue.size());
    stage.inserted = counts.inserted;
    stage.delivered = counts.delivered;
    stage.created = port.created;
    stage.closed = port.closed;
    // A damaged trace may park a thread that has not started or has ended: it stands there.
    for (const ThreadId t : port.parked)
        if (activities_[index(t)].started && !activities_[index(t)].ended)
            stage.waiting.push_back({.id = t});
    return stage;
}

Stage ObservedState::stage() const {
    Stage stage;
    stage.observed = true;
    for (std::size_t p = 0; p < ports_.size(); ++p)
        stage.ports.push_back(stage_port(make_id<PortId>(p)));
    for (const Port& port : ports_)
        if (port.same_as != PortId::none)
            stage.ports[index(port.same_as)].handles = open_handles(port.same_as);
    for (std::size_t t = 0; t < threads_.size(); ++t) {
        const Thread& thread = threads_[t];
        const Activity& activity = activities_[t];
        const StageThread shown{.id = make_id<ThreadId>(t),
                                .hand = thread.hand,
                                .key = activity.hand_key,
                                .cpu = activity.cpu,
                                .reason = activity.reason,
                                .event = activity.event,
                                .computing = activity.computing,
                                .posted_last = make_id<ThreadId>(t) == last_actor_};
        if (activity.ended) {
            stage.ended.push_back(shown);
        } else if (!activity.started) {
            ++stage.not_started;
        } else if (thread.port == PortId::none) {
            stage.outside.push_back(shown);
        } else {
            StagePort& port = stage.ports[index(thread.port)];
            if (thread.seen == Seen::in_call) port.in_call.push_back(shown);
            if (thread.seen == Seen::between_calls) port.released.push_back(shown);
            if (thread.seen == Seen::blocked) port.paused.push_back(shown);
        }
    }
    for (StagePort& port : stage.ports)
        port.active = static_cast<std::uint32_t>(port.released.size());
    return stage;
}

}  // namespace sim
