// What is left when a run is over: where its threads are, and what will never go on.
#include <fmt/format.h>

#include "sim/explore_search.hpp"

namespace sim {
namespace {

std::string blocked_for_ever(const Scenario& scenario, const std::string& name, const Worker& w) {
    switch (w.reason) {
        case Reason::event:
            return fmt::format("{} is blocked for ever: nobody sets the event {} any more", name,
                               scenario.events[index(w.event)]);
        case Reason::lock:
            return fmt::format("{} is blocked for ever: nobody leaves the lock {} any more", name,
                               scenario.locks[index(w.lock)].name);
        case Reason::join:
            return fmt::format("{} is blocked for ever: {} never ends", name,
                               scenario.thread_names()[index(w.joins)]);
        case Reason::port:
            return fmt::format("{} is blocked for ever: the handle of its port is never signaled",
                               name);
        default: return fmt::format("{} is blocked for ever", name);
    }
}

}  // namespace

std::vector<ThreadEnd> thread_ends(const SimulationRun& run) {
    std::vector<ThreadEnd> ends;
    for (std::size_t t = 0; t < run.workers().size(); ++t) {
        const Worker& w = run.workers()[t];
        const ThreadModel& thread = run.model().thread(make_id<ThreadId>(t));
        ThreadEnd end{.kind = ThreadEnd::Kind::running};
        if (!w.started) {
            end.kind = ThreadEnd::Kind::not_started;
        } else if (w.ended) {
            end.kind = ThreadEnd::Kind::exited;
        } else if (thread.suspend_count > 0) {
            end.kind = ThreadEnd::Kind::suspended;
        } else if (w.blocked) {
            end.kind = ThreadEnd::Kind::blocked;
            end.reason = w.reason;
            if (w.reason == Reason::event) end.event = w.event;
            if (w.reason == Reason::lock) end.lock = w.lock;
            if (w.reason == Reason::join) end.joins = w.joins;
        } else if (thread.status == ThreadStatus::waiting) {
            end.kind = ThreadEnd::Kind::waiting;
            end.port = thread.port;
        }
        if (!w.ended) end.hand = thread.hand;
        ends.push_back(end);
    }
    return ends;
}

std::vector<std::string> stuck(const Scenario& scenario, const SimulationRun& run) {
    std::vector<std::string> sentences;
    for (std::size_t p = 0; p < run.model().ports().size(); ++p) {
        const PortState& port = run.model().ports()[p];
        if (port.queue.empty() || port.waiting.empty() || port.active >= port.limit) continue;
        sentences.push_back(fmt::format(
            "packet {} stays queued at {} although a thread waits there and a slot is free",
            static_cast<std::uint32_t>(port.queue.front().id), scenario.ports[p].name));
    }
    const std::vector<std::string> names = scenario.thread_names();
    const std::vector<ThreadEnd> ends = thread_ends(run);
    for (std::size_t t = 0; t < ends.size(); ++t) {
        if (ends[t].kind == ThreadEnd::Kind::suspended)
            sentences.push_back(fmt::format("{} stays suspended for ever", names[t]));
        else if (ends[t].kind == ThreadEnd::Kind::blocked)
            sentences.push_back(blocked_for_ever(scenario, names[t], run.workers()[t]));
    }
    return sentences;
}

}  // namespace sim
