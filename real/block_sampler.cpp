#include "real/block_sampler.hpp"

#include <utility>

#include "real/futex.hpp"

namespace real {
namespace {

constexpr Nanos kPeriod = 1'000'000;

}  // namespace

std::unique_ptr<BlockWatch> BlockSampler::make() {
    std::unique_ptr<BlockSampler> sampler(new BlockSampler);
    BlockSampler* const self = sampler.get();
    if (!sampler->thread_.start("sampler", [self] { self->run(); })) return nullptr;
    return sampler;
}

BlockSampler::~BlockSampler() {
    over_ = true;
    thread_.join();
}

bool BlockSampler::attach(ThreadId id, PortThread& thread) {
    int error = 0;
    auto status = ThreadStatusFile::of_this_thread(error);
    if (status == nullptr) return false;
    auto sampled = std::make_unique<Sampled>(id, thread);
    sampled->status = std::move(status);
    sampled->seen_at = monotonic_now();
    const std::scoped_lock hold(mutex_);
    threads_[id] = std::move(sampled);
    return true;
}

void BlockSampler::detach(ThreadId id) {
    const std::scoped_lock hold(mutex_);
    threads_.erase(id);
}

void BlockSampler::run() {
    Nanos next = monotonic_now();
    while (!over_) {
        {
            const std::scoped_lock hold(mutex_);
            for (auto& [id, thread] : threads_) look(*thread);
        }
        next = std::max(next + kPeriod, monotonic_now());
        sleep_for(next - monotonic_now());
    }
}

// Another count of switches means that it ran in between, even if it sleeps again.
void BlockSampler::look(Watched& watched) {
    auto& thread = static_cast<Sampled&>(watched);
    const Nanos before = thread.seen_at;
    const auto seen = thread.status->look();
    if (!seen) return;  // it has gone
    const bool same_sleep = seen->asleep && seen->voluntary == thread.seen.voluntary;
    thread.seen = *seen;
    thread.seen_at = monotonic_now();
    if (!same_sleep) came_back(thread, before);
    if (seen->asleep) left(thread, before);
}

bool BlockSampler::still_waits(const Watched& watched) const {
    const auto& thread = static_cast<const Sampled&>(watched);
    const auto now = thread.status->look();
    return now && now->asleep && now->voluntary == thread.seen.voluntary;
}

}  // namespace real
