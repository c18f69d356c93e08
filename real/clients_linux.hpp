// The real clients on Linux: one thread with epoll serves all of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "real/client_connection.hpp"
#include "real/clients.hpp"
#include "real/fact_buffer.hpp"
#include "real/futex_lock.hpp"
#include "real/run_context.hpp"
#include "real/thread_wrapper.hpp"

namespace real {

class LinuxClients final : public Clients {
public:
    // The context must outlive it.
    explicit LinuxClients(RunContext&);
    ~LinuxClients() override;

    // False: the system gives no thread, or nothing to watch sockets with.
    [[nodiscard]] bool start() override;
    // Lets a client, counted from 0, connect to this TCP port. By the driver.
    void connect(std::uint32_t client, std::uint16_t port) override;
    // Clients that were told to connect and have neither ended nor stalled. While there are any,
    // something will happen without anybody's doing.
    [[nodiscard]] std::uint32_t busy() const override {
        return busy_.load(std::memory_order_acquire);
    }
    // Ends the thread and the connections that are left. What it says of them is in the buffer.
    void finish() override;

    // What the thread writes down.
    [[nodiscard]] FactBuffer& facts() override { return facts_; }

private:
    struct Client {
        Client(const sim::ClientSpec& spec_in, std::uint32_t number, std::uint64_t seed)
            : spec(spec_in), connection(spec_in, number, seed) {}
        const sim::ClientSpec& spec;
        ClientConnection connection;
        Nanos began = 0;            // to connect
        std::uint32_t watched = 0;  // what epoll watches its socket for
        bool told_connected = false;
        bool told_ended = false;
    };
    struct Request {
        std::uint32_t client = 0;
        std::uint16_t port = 0;
    };

    void run();
    void take_requests();
    void begin(const Request&);
    [[nodiscard]] int patience_ms() const;
    void look_after(std::uint32_t client);
    void watch(std::uint32_t client);
    void tell_connected(std::uint32_t client);
    void tell_ended(std::uint32_t client, sim::Win32Error);
    void count_out(std::uint32_t client);

    RunContext& run_;
    FactBuffer facts_;
    std::vector<std::unique_ptr<Client>> clients_;  // by number
    std::vector<std::uint64_t> left_;               // by group: how many have not ended
    std::vector<std::uint32_t> open_;               // those with a socket
    int epoll_ = -1;
    int wake_[2] = {-1, -1};  // a pipe: somebody has a request
    FutexLock lock_;
    std::vector<Request> requests_;  // with lock_ held
    std::atomic<std::uint32_t> busy_{0};
    std::atomic<bool> leave_{false};
    Thread thread_;
};

}  // namespace real
