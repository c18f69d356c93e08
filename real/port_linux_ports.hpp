// All Linux ports of one run. PortState has the transitions; this class finds the port and the
// thread, locks, and puts threads to sleep and wakes them outside of the locks.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "real/port.hpp"
#include "real/port_linux_state.hpp"
#include "real/port_linux_thread.hpp"
#include "real/stable_table.hpp"

namespace real {

class LinuxHandles;

class LinuxPorts final : public Ports {
public:
    LinuxPorts();
    ~LinuxPorts() override;
    Win32Error create(std::uint32_t concurrency) override;
    [[nodiscard]] std::uint32_t limit(PortId port) const override;
    void thread_begins(ThreadId thread) override;
    void thread_ends(ThreadId thread) override;
    Win32Error post(PortId port, const Completion& packet) override;
    GetResult get(ThreadId thread, PortId port, Nanos timeout) override;
    Win32Error close(PortId port) override;
    // The first call makes them, before the first thread of the run begins. Null where io_uring is
    // refused.
    [[nodiscard]] Handles* handles() override;
    [[nodiscard]] std::string handles_refusal() override;
    void block_begins(ThreadId thread) override;
    void block_ends(ThreadId thread) override;
    [[nodiscard]] std::optional<bool> parked(ThreadId thread, PortId port) override;
    [[nodiscard]] std::optional<std::uint32_t> depth(PortId port) override;

    // TR1 with the packet of an operation, which has an error of its own (I-IO-4).
    Win32Error insert(PortId port, const Completion& packet);

    [[nodiscard]] bool is_open(PortId port);

    // How many packets the close of this port threw away (X-CLOSE-4); for tests, Windows does not
    // say.
    [[nodiscard]] std::uint64_t discarded(PortId port);

private:
    StableTable<PortState> ports_;
    StableTable<PortThread> threads_;
    std::mutex creating_;
    std::size_t port_count_ = 0;             // guarded by creating_
    std::unique_ptr<LinuxHandles> handles_;  // last: it uses the ports
};

}  // namespace real
