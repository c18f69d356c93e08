#include "tests/mutant_port.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace test {

std::string_view name(Mutation mutation) {
    static constexpr std::array<std::string_view, kMutations> names = {
        "none",        "fifo wake",         "random wake",      "no limit",
        "limit + 1",   "limit - 1",         "block keeps slot", "spin frees slot",
        "loses",       "delivers twice",    "reorders",         "steals",
        "close keeps", "association stays", "early time-out"};
    return names[static_cast<std::size_t>(mutation)];
}

MutantPorts::MutantPorts(Mutation mutation, std::uint64_t seed, std::vector<std::uint32_t> limits,
                         std::size_t threads)
    : mutation_(mutation), random_(seed), threads_(threads) {
    for (const std::uint32_t limit : limits) ports_.emplace_back().limit = limit;
}

std::vector<Release> MutantPorts::take_releases() {
    return std::exchange(releases_, {});
}

bool MutantPorts::waits(ThreadId id) const {
    return threads_[sim::index(id)].state == State::waiting;
}

bool MutantPorts::below_limit(const Port& port) const {
    switch (mutation_) {
        case Mutation::no_limit: return true;
        case Mutation::limit_plus_one: return port.active <= port.limit;
        case Mutation::limit_minus_one: return port.active < std::max(port.limit, 2u) - 1;
        default: return port.active < port.limit;
    }
}

PacketId MutantPorts::take_packet(Port& port) {
    const bool second = is(Mutation::reorders) && port.queue.size() > 1 && happens();
    const auto at = port.queue.begin() + (second ? 1 : 0);
    const PacketId packet = *at;
    port.queue.erase(at);
    if (is(Mutation::delivers_twice) && happens()) port.queue.push_front(packet);
    return packet;
}

ThreadId MutantPorts::wake(Port& port) {
    auto at = port.waiting.end() - 1;
    if (is(Mutation::fifo_wake)) at = port.waiting.begin();
    if (is(Mutation::random_wake))
        at = port.waiting.begin() + static_cast<std::ptrdiff_t>(random_.below(port.waiting.size()));
    const ThreadId woken = *at;
    port.waiting.erase(at);
    return woken;
}

// A waiter leaves the stack, with a packet or to look for one.
void MutantPorts::release(PortId id, PacketId packet) {
    const ThreadId woken = wake(port(id));
    if (is(Mutation::steals)) {
        thread(woken).state = State::fetching;
        return;
    }
    ++port(id).active;
    thread(woken).state = State::released;
    releases_.push_back({.thread = woken, .packets = {packet}});
}

// TR6, second half.
void MutantPorts::activate(PortId id) {
    Port& at = port(id);
    if (at.queue.empty() || at.waiting.empty() || !below_limit(at)) return;
    release(id, is(Mutation::steals) ? PacketId::none : take_packet(at));
}

// TR1
Win32Error MutantPorts::post(PortId id, PacketId packet) {
    Port& to = port(id);
    if (to.closed) return Win32Error::invalid_handle;
    if (is(Mutation::loses) && happens()) return Win32Error::success;
    const bool can_release = !to.waiting.empty() && below_limit(to);
    if (!can_release || is(Mutation::steals)) to.queue.push_back(packet);
    if (can_release) release(id, packet);
    return Win32Error::success;
}

// TR2
void MutantPorts::get(ThreadId id, const GetCall& call, Nanos now) {
    acts(id);
    if (port(call.port).closed) {
        releases_.push_back({.thread = id, .error = Win32Error::invalid_handle});
        return;
    }
    Thread& t = thread(id);
    if (t.ghost == call.port) {
        --port(t.ghost).active;
        t.ghost = PortId::none;
    }
    if (t.port == call.port) {
        --port(t.port).active;
    } else if (t.port != PortId::none) {
        if (is(Mutation::association_stays) && t.ghost == PortId::none)
            t.ghost = t.port;
        else
            leave(id);
    }
    t.port = call.port;
    t.batch = call.batch;
    t.state = State::in_call;
    const Nanos wait = is(Mutation::early_time_out) ? call.timeout / 2 : call.timeout;
    t.deadline = call.timeout == sim::kInfinite ? sim::kInfinite : now + wait;
    take_or_wait(id, call.timeout == 0);
}

// TR3
void MutantPorts::take_or_wait(ThreadId id, bool poll) {
    Thread& t = thread(id);
    Port& at = port(t.port);
    if (at.queue.empty() || !below_limit(at)) {
        if (poll) return end_call(id, Win32Error::wait_timeout);
        t.state = State::waiting;
        at.waiting.push_back(id);
        return;
    }
    Release taken{.thread = id};
    while (!at.queue.empty() && taken.packets.size() < t.batch)
        taken.packets.push_back(take_packet(at));
    ++at.active;
    t.state = State::released;
    releases_.push_back(std::move(taken));
}

void MutantPorts::end_call(ThreadId id, Win32Error error) {
    ++port(thread(id).port).active;
    thread(id).state = State::released;
    releases_.push_back({.thread = id, .error = error});
}

void MutantPorts::fetch(Nanos now) {
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        const Nanos deadline = threads_[i].deadline;
        if (threads_[i].state != State::fetching) continue;
        threads_[i].batch = 1;  // after a wait it takes one packet, as the right port does
        take_or_wait(sim::make_id<ThreadId>(i), deadline != sim::kInfinite && deadline <= now);
    }
}

// TR4
Nanos MutantPorts::next_time_out() const {
    Nanos next = sim::kInfinite;
    for (const Thread& t : threads_)
        if (t.state == State::waiting && t.deadline != sim::kInfinite &&
            (next == sim::kInfinite || t.deadline < next))
            next = t.deadline;
    return next;
}

void MutantPorts::time_out(Nanos now) {
    for (Nanos at = next_time_out(); at != sim::kInfinite && at <= now; at = next_time_out()) {
        const auto due = std::find_if(threads_.begin(), threads_.end(), [&](const Thread& t) {
            return t.state == State::waiting && t.deadline == at;
        });
        const auto id = sim::make_id<ThreadId>(static_cast<std::size_t>(due - threads_.begin()));
        std::erase(port(due->port).waiting, id);
        end_call(id, Win32Error::wait_timeout);
    }
}

// TR6, TR7
void MutantPorts::free_slot(ThreadId id) {
    if (thread(id).state != State::released) return;
    thread(id).state = State::paused;
    --port(thread(id).port).active;
    activate(thread(id).port);
}

void MutantPorts::retake_slot(ThreadId id) {
    const Thread& t = thread(id);
    const bool waits = t.blocked && !is(Mutation::block_keeps_slot);
    if (t.state != State::paused || waits || t.spins || t.suspends > 0) return;
    thread(id).state = State::released;
    ++port(t.port).active;
}

void MutantPorts::block(ThreadId id) {
    acts(id);
    thread(id).blocked = true;
    if (!is(Mutation::block_keeps_slot)) free_slot(id);
}

void MutantPorts::unblock(ThreadId id) {
    thread(id).blocked = false;
    retake_slot(id);
}

void MutantPorts::compute(ThreadId id) {
    acts(id);
    if (!is(Mutation::spin_frees_slot) || thread(id).state != State::released) return;
    thread(id).spins = true;
    free_slot(id);
}

void MutantPorts::acts(ThreadId id) {
    thread(id).spins = false;
    retake_slot(id);
}

void MutantPorts::leave(ThreadId id) {
    Thread& t = thread(id);
    const PortId from = std::exchange(t.port, PortId::none);
    const bool counted = t.state == State::released;
    t.state = State::outside;
    if (!counted) return;
    --port(from).active;
    activate(from);
}

void MutantPorts::exit(ThreadId id) {
    acts(id);
    if (const PortId ghost = std::exchange(thread(id).ghost, PortId::none); ghost != PortId::none) {
        --port(ghost).active;
        activate(ghost);
    }
    if (thread(id).port != PortId::none) leave(id);
}

// TR8
void MutantPorts::suspend(ThreadId id) {
    Thread& t = thread(id);
    if (++t.suspends > 1) return;
    if (t.state == State::waiting) {
        std::erase(port(t.port).waiting, id);
        t.state = State::in_call;
    } else {
        free_slot(id);
    }
}

void MutantPorts::resume(ThreadId id, Nanos now) {
    Thread& t = thread(id);
    if (--t.suspends > 0) return;
    if (t.state == State::in_call)
        take_or_wait(id, t.deadline != sim::kInfinite && t.deadline <= now);
    else
        retake_slot(id);
}

// TR9
Win32Error MutantPorts::close(PortId id) {
    Port& it = port(id);
    if (it.closed) return Win32Error::invalid_handle;
    it.closed = true;
    if (is(Mutation::close_keeps)) return Win32Error::success;
    while (!it.waiting.empty()) abandon(it.waiting.back());
    it.queue.clear();
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        Thread& t = threads_[i];
        if (t.ghost == id) t.ghost = PortId::none;
        if (t.port != id) continue;
        if (t.state == State::in_call) abandon(sim::make_id<ThreadId>(i));
        t.state = State::outside;
        t.port = PortId::none;
    }
    it.active = 0;
    return Win32Error::success;
}

// Its call ends without a packet, and so does its association.
void MutantPorts::abandon(ThreadId id) {
    Thread& t = thread(id);
    std::erase(port(t.port).waiting, id);
    t.state = State::outside;
    t.port = PortId::none;
    releases_.push_back({.thread = id, .error = Win32Error::abandoned_wait_0});
}

}  // namespace test
