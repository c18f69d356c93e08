// The clients of a scenario, for real: programs at the other end of TCP connections over loopback.
// One thread of their own, outside every port, serves all of them; no worker waits for it, and it
// waits for none. Each connection leaves two facts: that it was made, and what became of it.
#pragma once

#include <cstdint>
#include <memory>

#include "real/fact_buffer.hpp"
#include "real/run_context.hpp"

namespace real {

class Clients {
public:
    Clients() = default;
    virtual ~Clients() = default;
    Clients(const Clients&) = delete;
    Clients& operator=(const Clients&) = delete;

    // False: the system gives no thread, or nothing to watch sockets with.
    [[nodiscard]] virtual bool start() = 0;
    // Lets a client, counted from 0, connect to this TCP port. By the driver.
    virtual void connect(std::uint32_t client, std::uint16_t port) = 0;
    // Clients that were told to connect and have neither ended nor stalled. While there are any,
    // something will happen without anybody's doing.
    [[nodiscard]] virtual std::uint32_t busy() const = 0;
    // Ends the thread and the connections that are left. What it says of them is in the buffer.
    virtual void finish() = 0;
    // What the thread writes down.
    [[nodiscard]] virtual FactBuffer& facts() = 0;
};

// The context must outlive them. Null: this system has none; unrecordable() says so before.
[[nodiscard]] std::unique_ptr<Clients> make_clients(RunContext&);

}  // namespace real
