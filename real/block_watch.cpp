#include "real/block_watch.hpp"

#include "real/block_observer.hpp"
#include "real/block_sampler.hpp"
#include "real/futex.hpp"
#include "real/port_linux_state.hpp"

#ifdef IOCPSCOPE_CHECK_PORT
#include <random>

#include "real/thread_wrapper.hpp"
#endif

namespace real {
namespace {

// The stress test makes the watcher late: between reading what happened and acting on it a thread
// may do anything.
#ifdef IOCPSCOPE_CHECK_PORT
void hesitate() {
    thread_local std::minstd_rand draw(1);  // of one thread: the watcher
    if (draw() % 4 == 0) sleep_for(static_cast<Nanos>(draw() % 200'000));
}
#else
void hesitate() {}
#endif

}  // namespace

void BlockWatch::catch_up(ThreadId id) {
    const std::scoped_lock hold(mutex_);
    const auto found = threads_.find(id);
    if (found != threads_.end()) look(*found->second);
}

std::optional<bool> BlockWatch::reported_blocked(ThreadId id) {
    const std::scoped_lock hold(mutex_);
    const auto found = threads_.find(id);
    if (found == threads_.end()) return std::nullopt;
    return found->second->blocked;
}

void BlockWatch::left(Watched& watched, Nanos since) {
    if (watched.blocked) return;
    hesitate();
    PortThread& thread = *watched.thread;
    const auto waits_outside_of_calls = [&] {
        const std::uint32_t calls = thread.calls.load(std::memory_order_acquire);
        return calls % 2 == 0 && still_waits(watched) &&
               thread.calls.load(std::memory_order_acquire) == calls;
    };
    // Asked before it is certain that it still sleeps; if it does, this is why.
    const std::uint64_t said = listener_ == nullptr ? 0 : listener_->says(watched.id);
    Nanos counted = 0;
    const auto pause = [&](PortState& port) -> Sleeper {
        if (!waits_outside_of_calls()) return nullptr;
        const Sleeper sleeper = port.pause_seen(thread);
        if (thread.seen_blocked) counted = monotonic_now();
        return sleeper;
    };
    bool associated = false;
    do {
        associated = at_own_port(thread, pause);
    } while (!associated && thread.port.load(std::memory_order_acquire) != nullptr);
    if (!associated && waits_outside_of_calls()) counted = monotonic_now();
    if (counted == 0) return;
    watched.blocked = true;
    if (listener_ != nullptr) listener_->block_began(watched.id, since, counted, associated, said);
}

void BlockWatch::came_back(Watched& watched, Nanos since) {
    if (!watched.blocked) return;
    watched.blocked = false;
    PortThread& thread = *watched.thread;
    Nanos counted = 0;
    at_own_port(thread, [&](PortState& port) {
        counted = port.resume_seen(thread);
        return Sleeper{};
    });
    // Outside of all ports nobody counts; what is known is that it had come back by now.
    if (counted < since) counted = monotonic_now();
    if (listener_ != nullptr) listener_->block_ended(watched.id, since, counted);
}

std::unique_ptr<BlockWatch> make_block_watch(sim::Blocking blocking) {
    if (blocking == sim::Blocking::observed) return BlockObserver::make();
    if (blocking == sim::Blocking::sampled) return BlockSampler::make();
    return nullptr;
}

}  // namespace real
