// The watch where the kernel shows no context switches: every millisecond it reads in /proc whether
// each thread sleeps, and how often it has gone to sleep. What ends within a millisecond is missed.
#pragma once

#include <atomic>
#include <memory>

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

private:
    struct Sampled : Watched {
        using Watched::Watched;
        std::unique_ptr<ThreadStatusFile> status;
        ThreadStatusFile::Look seen{};  // last
        Nanos seen_at = 0;
    };

    BlockSampler() = default;
    void run();
    void look(Watched&) override;
    [[nodiscard]] bool still_waits(const Watched&) const override;

    std::atomic<bool> over_{false};
    Thread thread_;
};

}  // namespace real
