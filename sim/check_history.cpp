#include "sim/check_history.hpp"

#include <fmt/format.h>

#include "sim/check_history_reader.hpp"

namespace sim {

void HistoryReader::note(const Fact& f) {
    if (f.thread != ThreadId::none) note_thread(f);
    const bool done = f.error == Win32Error::success;
    switch (f.kind) {
        case FactKind::port_created: add_own(from(f, Action::Kind::create)); break;
        case FactKind::port_duplicated: add_own(from(f, Action::Kind::duplicate)); break;
        case FactKind::port_closed:
            if (done) add_own(from(f, Action::Kind::close));
            break;
        case FactKind::posted:
            if (done) posted(f);
            break;
        case FactKind::bound:
            if (done && f.handle != HandleId::none) bound_[index(f.handle)] = f.port;
            break;
        case FactKind::io_called: io_called(f); break;
        case FactKind::io_returned: io_returned(f); break;
        case FactKind::modes_set:
            if (done) skips_[index(f.handle)] = (f.number & 1u) != 0;
            break;
        case FactKind::depth: {
            Action seen = from(f, Action::Kind::see_depth);
            seen.thread = ThreadId::none;
            history_.depths_were_seen = true;
            add(seen);
            break;
        }
        default: break;
    }
}

void HistoryReader::note_thread(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    switch (f.kind) {
        case FactKind::get_called: called(f); break;
        case FactKind::get_returned: returned(f); break;
        case FactKind::also_returned:
            if (self.call != kNoAction) received(f, self.call);
            break;
        case FactKind::block_began: blocked(f); break;
        case FactKind::block_ended: unblocked(f); break;
        case FactKind::suspended: add_after(self.stopped, from(f, Action::Kind::suspend)); break;
        case FactKind::resumed: add_after(self.stopped, from(f, Action::Kind::resume)); break;
        case FactKind::thread_exited: exited(f); break;
        case FactKind::parked:
            history_.waits_were_seen = true;
            add(from(f, Action::Kind::see_waiting));
            break;
        default: break;
    }
}

// -- packets --------------------------------------------------------------------------------------

void HistoryReader::posted(const Fact& f) {
    const auto packet = static_cast<std::uint32_t>(f.packet);
    Action insert = from(f, Action::Kind::insert);
    insert.likely = f.t0 + (f.t1 - f.t0) / 2;
    add_own(insert);
    const auto number = static_cast<std::uint32_t>(history_.actions.size() - 1);
    const auto [there, fresh] = inserts_.emplace(packet, number);
    if (!fresh)
        contradict(Rule::none, fmt::format("packet {} is posted twice", packet),
                   history_.actions[there->second].fact);
}

// The end of an operation is a packet if one was received; else it may be one that is on its way.
void HistoryReader::io_called(const Fact& f) {
    Action insert = from(f, Action::Kind::insert);
    insert.port = bound_[index(f.handle)];
    insert.thread = ThreadId::none;
    insert.hi = insert.likely = kLatest;
    insert.must = false;
    inserts_.emplace(static_cast<std::uint32_t>(f.packet), add(insert));
}

// What failed at once brings no packet, and neither does what succeeded at once where that is so.
void HistoryReader::io_returned(const Fact& f) {
    const bool pending = f.error == Win32Error::io_pending;
    const bool skipped = f.error == Win32Error::success && skips_[index(f.handle)];
    const bool failed = !pending && f.error != Win32Error::success;
    const auto insert = inserts_.find(static_cast<std::uint32_t>(f.packet));
    if (insert == inserts_.end() || (!skipped && !failed)) return;
    Action& sent = history_.actions[insert->second];
    if (!sent.must) sent.port = PortId::none;
}

// -- other waits ----------------------------------------------------------------------------------

void HistoryReader::blocked(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    if (self.block != kNoAction)
        return contradict(Rule::none, fmt::format("{} begins to wait while it waits",
                                                  thread_name(trace_.header, f.thread)));
    Action block = from(f, Action::Kind::block);
    block.must = !history_.blocks_are_claims;
    if (history_.blocks_are_claims) block.hi = kLatest;
    add_after(self.watched, block);
    self.block = self.watched;
}

void HistoryReader::unblocked(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    if (self.block == kNoAction)
        return contradict(Rule::none, fmt::format("{} ends a wait that it never began",
                                                  thread_name(trace_.header, f.thread)));
    Action unblock = from(f, Action::Kind::unblock);
    Action& block = history_.actions[self.block];
    self.block = kNoAction;
    if (history_.blocks_are_claims) {
        unblock.lo = block.lo;
        block.hi = f.t1;
    }
    add_after(self.watched, unblock);
}

// -- at the end -----------------------------------------------------------------------------------

void HistoryReader::finish() {
    if (history_.waits_were_seen) attribute_looks();
    for (const auto& [packet, call] : history_.claims) {
        const auto insert = inserts_.find(packet);
        if (insert != inserts_.end()) history_.actions[insert->second].call = call;
    }
    for (std::uint32_t c = 0; c < history_.calls.size(); ++c) {
        const Call& call = history_.calls[c];
        if (call.returned != kNoAction) continue;
        // Whatever it was asked for may still have happened.
        if (call.timeout == kInfinite || call.timeout == 0) continue;
        Action end{.lo = trace_.facts[call.called_fact].t0, .kind = Action::Kind::end_wait};
        end.must = false;
        end.thread = call.thread;
        end.call = c;
        end.likely = kLatest;
        end.fact = call.called_fact;
        end.after = threads_[index(call.thread)].last;
        add(end);
    }
}

// Whoever was seen waiting was in a call: if it can have been in one only, it waited in that one.
void HistoryReader::attribute_looks() {
    std::vector<std::vector<std::uint32_t>> calls(threads_.size());
    for (std::uint32_t c = 0; c < history_.calls.size(); ++c)
        calls[index(history_.calls[c].thread)].push_back(c);
    const auto called = [&](std::uint32_t c) {
        return trace_.facts[history_.calls[c].called_fact].t0;
    };
    const auto returned = [&](std::uint32_t c) {
        const std::uint32_t back = history_.calls[c].returned;
        return back == kNoAction ? kLatest : history_.actions[back].hi;
    };
    for (const Action& look : history_.actions) {
        if (look.kind != Action::Kind::see_waiting) continue;
        const auto& own = calls[index(look.thread)];
        const auto first = std::partition_point(
            own.begin(), own.end(), [&](std::uint32_t c) { return returned(c) < look.lo; });
        auto last = first;
        while (last != own.end() && called(*last) <= look.hi) ++last;
        using Seen = Call::SeenWaiting;
        for (auto c = first; c != last; ++c) {
            Seen& seen = history_.calls[*c].seen_waiting;
            if (seen != Seen::yes) seen = last - first == 1 ? Seen::yes : Seen::perhaps;
        }
    }
}

// A packet that came from nowhere near a port, and that nobody got, is no action.
void HistoryReader::order_by_time() {
    std::vector<bool> keep(history_.actions.size());
    for (std::size_t a = 0; a < keep.size(); ++a) {
        const Action& action = history_.actions[a];
        keep[a] = action.kind != Action::Kind::insert || action.must || action.port != PortId::none;
    }
    keep_actions(history_, keep);
}

CheckHistory read_history(const Trace& trace, const HistoryOptions& options) {
    return HistoryReader(trace, options).read();
}

}  // namespace sim
