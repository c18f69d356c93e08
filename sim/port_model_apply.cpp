// A fact of any kind applied to the value; the invariants, the value in words, and whom a random
// wake wakes.
#include <fmt/format.h>

#include <algorithm>

#include "sim/port_model_change.hpp"

namespace sim {
std::string_view name(ThreadStatus status) {
    switch (status) {
        case ThreadStatus::outside: return "outside";
        case ThreadStatus::calling: return "calling";
        case ThreadStatus::waiting: return "waiting";
        case ThreadStatus::released: return "released";
        case ThreadStatus::paused: return "paused";
    }
    return {};
}

bool PortModel::apply(const Fact& fact) {
    if (fact.port != PortId::none && index(fact.port) >= ports_.size()) return false;
    if (fact.thread != ThreadId::none && index(fact.thread) >= threads_.size()) return false;
    return change(fact);
}

std::size_t PortModel::random_place(std::size_t waiting) {
    if (!wakes_.chosen) return static_cast<std::size_t>(random_.below(waiting));
    // Beyond this bound nobody explores: there are more choices than states that fit a memory.
    constexpr std::uint64_t kMost = std::uint64_t{1} << 31;
    const std::uint64_t place = wakes_.digits % waiting;
    wakes_.digits /= waiting;
    if (wakes_.choices < kMost) wakes_.choices *= waiting;
    return static_cast<std::size_t>(place);
}

std::optional<std::string> PortModel::broken_invariant() const {
    for (std::size_t p = 0; p < ports_.size(); ++p) {
        const PortState& port = ports_[p];
        const PortId id = make_id<PortId>(p);
        const auto released = static_cast<std::uint32_t>(
            std::count_if(threads_.begin(), threads_.end(), [&](const ThreadModel& t) {
                return t.port == id && t.status == ThreadStatus::released;
            }));
        if (released != port.active)
            return fmt::format("INV-1: port {} counts {} active threads, but {} are released", p,
                               port.active, released);
        for (const ThreadId t : port.waiting)
            if (thread(t).port != id || thread(t).status != ThreadStatus::waiting)
                return fmt::format("INV-2: thread {} is on the stack of port {} but is not waiting",
                                   index(t), p);
        const auto waiting = static_cast<std::size_t>(
            std::count_if(threads_.begin(), threads_.end(), [&](const ThreadModel& t) {
                return t.port == id && t.status == ThreadStatus::waiting;
            }));
        if (waiting != port.waiting.size())
            return fmt::format("INV-2: {} threads wait on port {}, {} are on its stack", waiting, p,
                               port.waiting.size());
        const bool conserves =
            policies_.self_insert == SelfInsert::off && policies_.handoff == Handoff::bound;
        if (conserves && !port.queue.empty() && !port.waiting.empty() && below_limit(port))
            return fmt::format("INV-3: port {} has a packet, a waiting thread and a free slot", p);
    }
    return std::nullopt;
}

std::string PortModel::to_text() const {
    std::string text;
    for (std::size_t p = 0; p < ports_.size(); ++p) {
        const PortState& port = ports_[p];
        text += fmt::format("port {}: active {}/{}, {} queued, waiting [", p, port.active,
                            port.limit, port.queue.size());
        for (const ThreadId t : port.waiting) text += fmt::format(" {}", index(t));
        text += port.closed ? " ], closed\n" : " ]\n";
    }
    for (std::size_t t = 0; t < threads_.size(); ++t)
        text += fmt::format(
            "thread {}: {}{}{}\n", t, name(threads_[t].status),
            threads_[t].hand == PacketId::none
                ? std::string()
                : fmt::format(", packet {}", static_cast<std::uint32_t>(threads_[t].hand)),
            threads_[t].suspend_count > 0 ? ", suspended" : "");
    return text;
}

}  // namespace sim
