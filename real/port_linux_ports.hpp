// All Linux ports of one run. PortState has the transitions; this class finds the port and the
// thread, locks, and puts threads to sleep and wakes them outside of the locks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "real/block_watch.hpp"
#include "real/port.hpp"
#include "real/port_linux_state.hpp"
#include "real/port_linux_thread.hpp"
#include "real/stable_table.hpp"

namespace real {

class LinuxHandles;

class LinuxPorts final : public Ports {
public:
    // Without a watch every thread announces that it blocks.
    explicit LinuxPorts(std::unique_ptr<BlockWatch> watch = nullptr);
    ~LinuxPorts() override;
    Win32Error create(std::uint32_t concurrency) override;
    Win32Error create_as(PortId port, std::uint32_t concurrency) override;
    Win32Error duplicate(PortId handle, PortId of) override;
    [[nodiscard]] std::uint32_t limit(PortId port) const override;
    void thread_begins(ThreadId thread) override;
    void thread_ends(ThreadId thread) override;
    Win32Error post(PortId port, const Completion& packet) override;
    GetResult get(ThreadId thread, PortId port, Nanos timeout) override;
    GetManyResult get_many(ThreadId thread, PortId port, std::span<Completion> room,
                           std::uint32_t most, Nanos timeout, bool alertable) override;
    Win32Error close(PortId port) override;
    // The first call makes them, before the first thread of the run begins. Null where io_uring is
    // refused.
    [[nodiscard]] Handles* handles() override;
    [[nodiscard]] std::string handles_refusal() override;
    void block_begins(ThreadId thread) override;
    void block_ends(ThreadId thread) override;
    SuspendResult suspend(ThreadId thread, ThreadId by, Nanos patience) override;
    SuspendResult resume(ThreadId thread) override;
    void safe_point(ThreadId thread) override;
    [[nodiscard]] std::optional<bool> stopped(ThreadId thread) override;
    [[nodiscard]] bool announces(ThreadId thread) override;
    void report_blocks_to(BlockListener& listener) override;
    [[nodiscard]] bool noticed_block(ThreadId thread) override;
    [[nodiscard]] bool noticed_return(ThreadId thread) override;
    Win32Error queue_apc(ThreadId to, Apc& apc) override;
    bool run_apcs(ThreadId thread) override;
    WaitEnd wait_alertably(ThreadId thread, ManualEvent& event, Nanos timeout) override;
    WaitEnd wait_port(PortId port, Nanos timeout,
                      const std::function<void()>& interrupted = {}) override;
    [[nodiscard]] std::optional<bool> parked(ThreadId thread, PortId port) override;
    [[nodiscard]] std::optional<std::uint32_t> depth(PortId port) override;
    [[nodiscard]] std::optional<std::uint32_t> active(PortId port) override;

    // TR1 with the packet of an operation, which has an error of its own (I-IO-4). To the port,
    // even if this handle of it is closed.
    Win32Error insert(PortId port, const Completion& packet);

    [[nodiscard]] bool is_open(PortId port) const;

    // How many packets the close of this port threw away (X-CLOSE-4); for tests, Windows does not
    // say.
    [[nodiscard]] std::uint64_t discarded(PortId port);

private:
    // The calling thread, while it is watched; null otherwise.
    [[nodiscard]] static PortThread* watched_caller();
    static void park(PortThread& self, PortState& state, Deadline deadline);
    // In port_linux_suspend.cpp.
    static void begin_suspensions(PortThread& self);
    static void end_suspensions(PortThread& self);
    static void stand_while_suspended(PortThread& self) {
        if (self.suspension.count.load(std::memory_order_acquire) != 0) stand(self);
    }
    static void stand(PortThread& self);

    // What a PortId means: a port may have several handles (X-CLOSE-2).
    struct Handle {
        PortState* port = nullptr;
        std::unique_ptr<PortState> own;  // of the handle that the port was created with
        std::atomic<bool> closed{false};
    };

    // The port of a handle that is open, null otherwise; and of any handle, open or not.
    [[nodiscard]] PortState* usable(PortId handle) const;
    [[nodiscard]] PortState* object(PortId handle) const;
    Win32Error add(std::size_t number, std::uint32_t concurrency);
    static void call(PortThread& self, PortState& port, Nanos timeout);

    StableTable<Handle> handles_;
    StableTable<PortThread> threads_;
    std::mutex creating_;
    std::size_t next_ = 0;               // number for create(); guarded by creating_
    int io_refusal_ = 0;                 // the errno that handles() was refused with
    std::unique_ptr<LinuxHandles> io_;   // goes before the ports, which it uses
    std::unique_ptr<BlockWatch> watch_;  // goes first: it looks at the threads
};

}  // namespace real
