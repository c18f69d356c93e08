// Taking a history apart: what is kept of it, and what is over before a part of it begins.
#include <algorithm>
#include <utility>

#include "sim/check_history.hpp"

namespace sim {

void keep_actions(CheckHistory& history, const std::vector<bool>& keep) {
    std::vector<Action>& actions = history.actions;
    std::vector<std::uint32_t> order, place(actions.size(), kNoAction);
    order.reserve(actions.size());
    for (std::uint32_t a = 0; a < actions.size(); ++a)
        if (keep[a]) order.push_back(a);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return actions[a].lo < actions[b].lo;
    });
    for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<Action> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t from : order) {
        sorted.push_back(actions[from]);
        if (sorted.back().after != kNoAction) sorted.back().after = place[sorted.back().after];
    }
    actions = std::move(sorted);
    for (Call& call : history.calls)
        if (call.returned != kNoAction) call.returned = place[call.returned];
}

// A call that was over is gone with its packets; what it leaves is where its thread stands. A call
// that was not over, and a packet that nobody had received, may be anywhere on their way.
void forget_before(CheckHistory& history, std::size_t first) {
    history.first = first;
    const auto over = [&](std::uint32_t call) {
        const Call& c = history.calls[call];
        return c.returned != kNoAction && c.returned_fact < first;
    };
    const auto stays = [&](const Action& a) {
        if (a.call != kNoAction) return !over(a.call);
        return a.fact >= first || a.kind == Action::Kind::insert;
    };
    std::vector<bool> keep(history.actions.size());
    for (std::size_t i = 0; i < keep.size(); ++i) {
        Action& a = history.actions[i];
        ThreadAtStart* self =
            a.thread == ThreadId::none ? nullptr : &history.threads[index(a.thread)];
        keep[i] = stays(a);
        if (keep[i]) {
            if (a.fact < first) a.lo = kEarliest;
            continue;
        }
        switch (a.kind) {
            case Action::Kind::create:
            case Action::Kind::duplicate: history.port_created[index(a.port)] = true; break;
            case Action::Kind::close: history.port_closed[index(a.port)] = true; break;
            case Action::Kind::block: self->blocked = a.must; break;
            case Action::Kind::unblock: self->blocked = false; break;
            case Action::Kind::suspend: ++self->suspended; break;
            case Action::Kind::resume: self->suspended -= self->suspended > 0 ? 1 : 0; break;
            case Action::Kind::exit: *self = {}; break;
            case Action::Kind::returned: {
                const Call::Result result = history.calls[a.call].result;
                if (result == Call::Result::abandoned) self->port = PortId::none;
                if (result == Call::Result::packets || result == Call::Result::timed_out)
                    self->port = history.calls[a.call].port;
                break;
            }
            default: break;
        }
    }
    keep_actions(history, keep);
}

}  // namespace sim
