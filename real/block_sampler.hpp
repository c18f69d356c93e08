// The watch where the kernel shows no context switches: every millisecond it reads in /proc whether
// each thread sleeps, and how often it has gone to sleep. What ends within a millisecond is missed.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "real/block_watch.hpp"
#include "real/thread_status.hpp"
#include "real/thread_wrapper.hpp"

namespace real {

class BlockSampler final : public BlockWatch {
public:
    // Null when the system gives no thread for it.
    [[nodiscard]] static std::unique_ptr<BlockWatch> make();
    ~BlockSampler() override;

    [[nodiscard]] bool attach(ThreadId, PortThread&) override;
    void detach(ThreadId) override;
    void catch_up(ThreadId) override;
    [[nodiscard]] std::optional<bool> reported_blocked(ThreadId) override;

private:
    struct Sampled : Watched {
        std::unique_ptr<ThreadStatusFile> status;
        ThreadStatusFile::Look seen{};  // last
        Nanos seen_at = 0;
    };

    BlockSampler() = default;
    void run();
    void sample(Sampled&);
    [[nodiscard]] bool still_waits(const Watched&) const override;

    std::mutex mutex_;
    std::map<std::uint32_t, Sampled> threads_;  // guarded by mutex_, by number
    std::atomic<bool> over_{false};
    Thread thread_;
};

}  // namespace real
