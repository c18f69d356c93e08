#include <algorithm>

#include "sim/lane_state.hpp"

namespace sim {

void Activity::apply(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::thread_started: started = true; break;
        case FactKind::thread_exited: ended = true; break;
        case FactKind::computing: computing = true; break;
        case FactKind::block_began:
            computing = false;
            reason = fact.reason;
            event = fact.event;
            break;
        case FactKind::block_ended:
            reason = Reason::none;
            event = EventId::none;
            break;
        case FactKind::get_called:
            computing = false;
            hand_key = 0;
            break;
        case FactKind::get_returned: hand_key = fact.key; break;
        case FactKind::on_cpu: cpu = static_cast<std::int32_t>(fact.number); break;
        case FactKind::off_cpu: cpu = -1; break;
        case FactKind::posted:
        case FactKind::event_set:
        case FactKind::port_closed: computing = false; break;
        default: break;
    }
}

ModelState::ModelState(const TraceHeader& header)
    : model_(header.policies, header.seed),
      activities_(header.threads.size()),
      counts_(header.ports.size()) {
    for (std::size_t p = 0; p < header.concurrency.size(); ++p) {
        const bool second =
            p < header.port_same_as.size() && header.port_same_as[p] != PortId::none;
        if (second)
            (void)model_.declare_duplicate(header.port_same_as[p]);
        else
            (void)model_.declare_port(header.concurrency[p]);
    }
    for (std::size_t h = 0; h < header.handles.size(); ++h) {
        const HandleId id = make_id<HandleId>(h);
        const bool second =
            h < header.handle_same_as.size() && header.handle_same_as[h] != HandleId::none;
        // Only the fold is needed here; whether a file is overlapped matters to decisions.
        handles_.declare(id, second ? header.handle_same_as[h] : id, true, 0);
    }
    if (!header.threads.empty()) model_.ensure_thread(make_id<ThreadId>(header.threads.size() - 1));
}

// The key of the packet that comes into a thread's hand. A file does not say it again: it stands
// with the packet in the queue, or in the fact before, which brought the packet to the port.
Key ModelState::key_of_packet(const Fact& fact) const {
    if (fact.kind == FactKind::handed_off) return arriving_ == fact.packet ? arriving_key_ : 0;
    const PacketQueue& queue = model_.port(fact.port).queue;
    return queue.empty() ? 0 : queue.front().key;
}

// A packet is on its way to a port.
void ModelState::arrive(const Fact& fact) {
    if (fact.kind == FactKind::posted) {
        arriving_key_ = fact.key;
    } else if (fact.kind == FactKind::completed && fact.handle != HandleId::none) {
        arriving_key_ = handles_.file_of(fact.handle).key;
    } else {
        return;
    }
    arriving_ = fact.packet;
}

void ModelState::apply(const Fact& fact) {
    const bool takes = fact.kind == FactKind::taken || fact.kind == FactKind::handed_off ||
                       fact.kind == FactKind::activated;
    const bool there = takes && fact.port != PortId::none && index(fact.port) < counts_.size();
    const Key key = there ? key_of_packet(fact) : 0;
    if (!model_.apply(fact) || !handles_.apply(fact)) {
        ++refused_;
        return;
    }
    if (fact.thread != ThreadId::none && index(fact.thread) < activities_.size())
        activities_[index(fact.thread)].apply(fact);
    if (takes) activities_[index(fact.thread)].hand_key = key;
    arrive(fact);
    last_actor_ = fact.thread;
    if (fact.port == PortId::none) return;
    PortCounts& counts = counts_[index(fact.port)];
    switch (fact.kind) {
        case FactKind::inserted: ++counts.inserted; break;
        case FactKind::handed_off:
            ++counts.inserted;
            ++counts.delivered;
            break;
        case FactKind::taken:
        case FactKind::also_taken:
        case FactKind::activated: ++counts.delivered; break;
        case FactKind::discarded: ++counts.discarded; break;
        default: break;
    }
}

StagePort ModelState::stage_port(PortId id) const {
    const PortState& port = model_.port(id);
    const PortCounts& counts = counts_[index(id)];
    StagePort stage;
    stage.id = id;
    stage.limit = port.limit;
    stage.active = port.active;
    stage.queue_length = port.queue.size();
    stage.queue = port.queue.oldest(kStageQueueShown);
    stage.inserted = counts.inserted;
    stage.delivered = counts.delivered;
    stage.discarded = counts.discarded;
    stage.created = port.created;
    stage.closed = port.closed;
    for (std::size_t h = 0; h < handles_.handles().size(); ++h) {
        const HandleState& file = handles_.handles()[h];
        if (!file.bound || file.port != id) continue;
        stage.bound.push_back({.id = make_id<HandleId>(h),
                               .port = id,
                               .key = file.key,
                               .pending = file.pending,
                               .closed = file.open_handles == 0});
    }
    for (const ThreadId t : port.waiting) stage.waiting.push_back({.id = t});
    stage.same_as = port.same_as;
    return stage;
}

// What belongs to several ports or files: second handles of ports, and all handles of files.
void ModelState::add_handles(Stage& stage) const {
    for (std::size_t p = 0; p < stage.ports.size(); ++p) {
        const PortId second = make_id<PortId>(p), first = model_.object(second);
        if (first == second) continue;
        std::vector<PortId>& handles = stage.ports[index(first)].handles;
        if (handles.empty() && model_.usable(first)) handles.push_back(first);
        if (model_.usable(second)) handles.push_back(second);
    }
    for (std::size_t h = 0; h < handles_.handles().size(); ++h) {
        const HandleId id = make_id<HandleId>(h);
        const HandleState& handle = handles_.handles()[h];
        const HandleState& file = handles_.file_of(id);
        if (!handle.open && !handle.closed) continue;
        stage.handles.push_back({.id = id,
                                 .port = file.bound ? file.port : PortId::none,
                                 .key = file.key,
                                 .pending = file.pending,
                                 .closed = handle.closed});
    }
}

Stage ModelState::stage() const {
    Stage stage;
    for (std::size_t p = 0; p < model_.ports().size(); ++p)
        stage.ports.push_back(stage_port(make_id<PortId>(p)));
    add_handles(stage);
    for (std::size_t t = 0; t < activities_.size(); ++t) {
        const Activity& activity = activities_[t];
        const ThreadId id = make_id<ThreadId>(t);
        const ThreadModel& thread = model_.thread(id);
        const StageThread shown{
            .id = id,
            .hand = thread.hand,
            .key = activity.hand_key,
            .cpu = activity.cpu,
            .reason = thread.suspend_count > 0 ? Reason::suspended : activity.reason,
            .event = activity.event,
            .computing = activity.computing,
            .posted_last = id == last_actor_};
        if (activity.ended) {
            stage.ended.push_back(shown);
        } else if (!activity.started) {
            ++stage.not_started;
        } else if (thread.port == PortId::none) {
            stage.outside.push_back(shown);
        } else {
            StagePort& port = stage.ports[index(thread.port)];
            // A thread in the middle of a call has already given up its slot: it is shown where it
            // was until the next fact says where it goes.
            if (thread.status == ThreadStatus::paused) port.paused.push_back(shown);
            if (thread.status == ThreadStatus::released) port.released.push_back(shown);
            if (thread.status == ThreadStatus::calling) port.in_call.push_back(shown);
        }
    }
    return stage;
}

}  // namespace sim
