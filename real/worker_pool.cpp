#include "real/worker_pool.hpp"

#include <algorithm>
#include <cstdlib>

namespace real {
namespace {

// All notebooks together take at most this much memory.
constexpr std::size_t kMemory = std::size_t{64} << 20;
constexpr Nanos kShortPatience = 200'000'000;

std::size_t capacity_for(std::size_t threads) {
    const std::size_t each = kMemory / sizeof(sim::Fact) / std::max<std::size_t>(threads, 1);
    return std::clamp<std::size_t>(each, 256, 65536);
}

}  // namespace

WorkerPool::WorkerPool(const sim::Scenario& scenario, Ports& ports, bool gated)
    : context_(scenario, ports), kernel_names_(kernel_thread_names(scenario.thread_names())) {
    if (!scenario.handles.empty()) {
        handles_ = std::make_unique<RunHandles>(context_, *ports.handles());
        context_.handles = handles_.get();
    }
    if (gated) {
        gate_ = std::make_unique<Gate>(scenario.thread_count());
        context_.gate = gate_.get();
    }
    const std::size_t total = scenario.thread_count();
    threads_.resize(total);
    workers_.reserve(total);
    for (const sim::ThreadSpec& group : scenario.threads)
        for (std::uint64_t i = 0; i < group.when.count; ++i)
            workers_.push_back(std::make_unique<Worker>(context_,
                                                        sim::make_id<ThreadId>(workers_.size()),
                                                        group.script, capacity_for(total)));
}

// Workers refer to the pool: one that has not left must not find it gone. In a recorder's process
// this cannot happen (recorder.cpp ends the process instead); anywhere else it is a hung port.
WorkerPool::~WorkerPool() {
    if (!finish(10'000'000'000)) std::abort();
}

bool WorkerPool::start(ThreadId thread) {
    Worker& worker = *workers_[sim::index(thread)];
    started_ = true;
    worker.status.write(WorkerStatus::Doing::running);
    std::atomic<RunContext::Life>& life = context_.threads[sim::index(thread)].life;
    life.store(RunContext::Life::starting, std::memory_order_release);
    if (threads_[sim::index(thread)].start(kernel_name(thread), [&worker] { worker.live(); }))
        return true;
    life.store(RunContext::Life::not_started, std::memory_order_release);
    worker.status.write(WorkerStatus::Doing::not_started);
    return false;
}

std::vector<WorkerStatus> WorkerPool::statuses() const {
    std::vector<WorkerStatus> result;
    result.reserve(workers_.size());
    for (const auto& worker : workers_) {
        result.push_back(worker->status.read());
        result.back().suspended = context_.threads[result.size() - 1].suspensions.load() > 0;
    }
    return result;
}

std::vector<const WaitCell*> WorkerPool::wait_cells() const {
    std::vector<const WaitCell*> cells;
    for (const auto& worker : workers_) cells.push_back(&worker->waiting_for);
    return cells;
}

bool WorkerPool::finish(Nanos patience) {
    context_.finish();
    // Calls that wait for their operations return; what is pending ends.
    const bool ended = handles_ == nullptr || handles_->finish(patience);
    if (!started_) return ended;
    // A packet for everybody first, because there are systems where a close wakes nobody. A worker
    // that is woken sees that the run is over and leaves, which lets the next one through.
    const std::size_t ports = context_.scenario.ports.size();
    for (std::size_t port = 0; port < ports; ++port)
        for (std::size_t i = 0; i < workers_.size(); ++i)
            static_cast<void>(context_.ports.post(sim::make_id<PortId>(port), {}));
    if (join_all(std::min(patience, kShortPatience))) return ended;
    for (std::size_t port = 0; port < ports; ++port)
        static_cast<void>(context_.ports.close(sim::make_id<PortId>(port)));
    return join_all(patience) && ended;
}

bool WorkerPool::join_all(Nanos patience) {
    constexpr Nanos kBetweenResumes = 20'000'000;
    const Nanos deadline = clock_now() + patience;
    for (;;) {
        resume_all();
        const Nanos until = std::min(deadline, clock_now() + kBetweenResumes);
        bool all = true;
        for (Thread& thread : threads_)
            all = thread.join(std::max<Nanos>(until - clock_now(), 0)) && all;
        if (all || clock_now() >= deadline) return all;
    }
}

// A suspended worker never leaves. Again and again, because one that was still at it may suspend
// another.
void WorkerPool::resume_all() {
    for (std::size_t i = 0; i < workers_.size(); ++i)
        while (context_.ports.resume(sim::make_id<ThreadId>(i)).before > 1) {
        }
}

}  // namespace real
