// Puppets that wait for something else than a port, and what passing time does to them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/puppets.hpp"

namespace sim {

// -- waiting for something else -------------------------------------------------------------------

void Puppets::block(std::uint32_t thread, Doing doing, Reason reason, Nanos duration) {
    Puppet& p = puppet(thread);
    p.doing = doing;
    p.deadline = duration == kInfinite ? kInfinite : now_ + duration;
    model_.block(id(thread), {.reason = reason}, scratch_);
    flush();
}

// The wait is over. A suspended thread says so when it is resumed.
void Puppets::unblock(std::uint32_t thread, std::string event) {
    Puppet& p = puppet(thread);
    p.doing = Doing::running;
    p.deadline = kInfinite;
    model_.unblock(id(thread), {.reason = Reason::event}, scratch_);
    flush();
    if (suspended(thread))
        p.on_resume = std::move(event);
    else
        say(thread, event);
}

void Puppets::lock(std::uint32_t thread) {
    if (lock_owner_ == 0 || lock_owner_ == thread) {
        lock_owner_ = thread;
        return say(thread, "owns the critical section");
    }
    lock_queue_.push_back(thread);
    block(thread, Doing::lock_wait, Reason::lock);
}

void Puppets::unlock(std::uint32_t thread) {
    if (lock_owner_ == thread) {
        lock_owner_ = 0;
        if (!lock_queue_.empty()) {
            lock_owner_ = lock_queue_.front();
            lock_queue_.erase(lock_queue_.begin());
            unblock(lock_owner_, "owns the critical section");
        }
    }
    say(thread, "left the critical section");
}

void Puppets::exit(std::uint32_t thread) {
    puppet(thread).doing = Doing::ended;
    say(thread, "exits");
    model_.exit(id(thread), scratch_);
    flush();
    for (std::uint32_t t = 1; t <= puppets_.size(); ++t)
        if (puppet(t).doing == Doing::joining && puppet(t).joins == thread)
            unblock(t, fmt::format("joined T{}", thread));
}

void Puppets::suspend(std::uint32_t thread) {
    if (puppet(thread).doing == Doing::ended) return;
    model_.suspend(id(thread), scratch_);
    flush();
}

void Puppets::resume(std::uint32_t thread) {
    Puppet& p = puppet(thread);
    if (!suspended(thread)) return;
    const std::string said = std::exchange(p.on_resume, {});
    model_.resume(id(thread), p.expired, scratch_);
    const Fact last = scratch_.empty() ? Fact{} : scratch_.back();
    flush();
    if (suspended(thread)) {
        p.on_resume = said;
        return;
    }
    if (said == "abandoned") return returned(thread, Win32Error::abandoned_wait_0, nullptr);
    if (!said.empty()) return say(thread, said);
    if (p.doing != Doing::getting) return;
    if (last.kind == FactKind::taken) returned(thread, Win32Error::success, &last);
    if (last.kind == FactKind::wait_ended) returned(thread, Win32Error::wait_timeout, nullptr);
}

// -- time -----------------------------------------------------------------------------------------

void Puppets::pass(Nanos duration) {
    const Nanos end = now_ + duration;
    for (;;) {
        std::uint32_t next = 0;
        for (std::uint32_t t = 1; t <= puppets_.size(); ++t) {
            const Nanos deadline = puppet(t).deadline;
            if (deadline == kInfinite || deadline > end) continue;
            if (next == 0 || deadline < puppet(next).deadline) next = t;
        }
        if (next == 0) break;
        now_ = std::max(now_, puppet(next).deadline);
        expire(next);
    }
    now_ = end;
}

void Puppets::expire(std::uint32_t thread) {
    Puppet& p = puppet(thread);
    p.deadline = kInfinite;
    if (p.doing == Doing::sleeping) return unblock(thread, "slept");
    if (p.doing == Doing::alertable_sleep) return unblock(thread, "SleepEx -> 0");
    if (p.doing != Doing::getting) return;
    if (model_.thread(id(thread)).status != ThreadStatus::waiting) {
        p.expired = true;  // suspended in the middle of its call
        return;
    }
    model_.end_wait(id(thread), Win32Error::wait_timeout, scratch_);
    flush();
    returned(thread, Win32Error::wait_timeout, nullptr);
}

}  // namespace sim
