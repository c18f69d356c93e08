// The watch that is told by the kernel: it sleeps until a thread is switched, and reads the record.
#pragma once

#include <cstdint>
#include <memory>

#include "real/block_watch.hpp"
#include "real/switch_records.hpp"
#include "real/thread_wrapper.hpp"

namespace real {

class BlockObserver final : public BlockWatch {
public:
    // Null when the system gives no thread or file for it.
    [[nodiscard]] static std::unique_ptr<BlockWatch> make();
    ~BlockObserver() override;

    [[nodiscard]] bool attach(ThreadId, PortThread&) override;
    void detach(ThreadId) override;

private:
    struct Recorded : Watched {
        using Watched::Watched;
        std::unique_ptr<SwitchRecords> records;
    };

    BlockObserver() = default;
    [[nodiscard]] bool start();
    void run();
    void look(Watched&) override;
    [[nodiscard]] bool still_waits(const Watched&) const override;

    int wake_up_ = -1;       // epoll: all records, and the end
    int end_[2] = {-1, -1};  // a pipe; closing its second half ends the thread
    Thread thread_;
};

}  // namespace real
