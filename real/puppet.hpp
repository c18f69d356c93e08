// A real thread that does one thing at a time, when told. In between it is running for its port: it
// polls its mailbox and yields and never waits in the kernel, so it keeps its slot (C-SPIN-1).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "real/port.hpp"
#include "real/thread_wrapper.hpp"

namespace real {

class Puppet {
public:
    // Starts nothing. The ports must outlive it.
    Puppet(Ports& ports, ThreadId id, std::string name);
    // Makes it leave, unless it has; a command that it still carries out must come to an end.
    ~Puppet();
    Puppet(const Puppet&) = delete;
    Puppet& operator=(const Puppet&) = delete;

    // Returns when the thread polls. False: the system cannot give another thread.
    [[nodiscard]] bool start();
    [[nodiscard]] ThreadId id() const { return id_; }
    // By one other thread, the driver, while the puppet is idle.
    void tell(std::function<void()> command);
    void leave();
    // Has it done all that it was told, and polls? (Or is it suspended while it does.)
    [[nodiscard]] bool idle() const { return mail_.load(std::memory_order_acquire) == Mail::none; }
    // Has it left the system?
    [[nodiscard]] bool ended() const { return thread_.ended(); }
    [[nodiscard]] bool join(Nanos timeout = sim::kInfinite) { return thread_.join(timeout); }
    [[nodiscard]] std::optional<bool> asleep() const { return thread_.asleep(); }

private:
    enum class Mail : std::uint8_t { none, command, leave };

    void live();

    Ports& ports_;
    ThreadId id_;
    std::string name_;
    std::function<void()> command_;  // handed over by mail_
    std::atomic<Mail> mail_{Mail::command};
    Thread thread_;
};

}  // namespace real
