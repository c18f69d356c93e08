// One client of a scenario on a real TCP connection over loopback: it sends random bytes, compares
// what comes back byte for byte, and ends as its section says. It never waits: somebody who watches
// its socket tells it when that is ready or when it has thought (real/clients.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/random.hpp"
#include "sim/scenario.hpp"

namespace real {

using sim::Nanos;

// Bytes without end, the same from the same seed: the sender's, and what must come back.
class ByteStream {
public:
    explicit ByteStream(std::uint64_t seed) : random_(seed) {}
    std::uint8_t next() {
        if (left_ == 0) {
            word_ = random_.next();
            left_ = 8;
        }
        --left_;
        const auto byte = static_cast<std::uint8_t>(word_);
        word_ >>= 8;
        return byte;
    }

private:
    sim::Random random_;
    std::uint64_t word_ = 0;
    int left_ = 0;
};

class ClientConnection {
public:
    // `number` counts from 0, through all groups.
    ClientConnection(const sim::ClientSpec&, std::uint32_t number, std::uint64_t seed);
    ~ClientConnection();
    ClientConnection(ClientConnection&&) = delete;

    enum class Phase : std::uint8_t {
        away,  // connect() was not called
        connecting,
        talking,
        stalled,  // its socket stays open
        gone,
    };
    // Begins to connect to this TCP port of 127.0.0.1. 0, or the errno with which it cannot.
    int connect(std::uint16_t port);
    // The socket has something to read, or room to write, or an error.
    void ready(bool readable, bool writable, Nanos now);
    // It has thought long enough, if it was thinking.
    void tick(Nanos now);
    // The run is over: closes the socket.
    void leave();

    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] int fd() const { return fd_; }  // -1: none
    [[nodiscard]] bool wants_to_write() const;
    [[nodiscard]] bool wants_to_read() const { return phase_ == Phase::talking; }
    [[nodiscard]] std::optional<Nanos> wakes_at() const { return wakes_at_; }
    // Why it could not connect, or its connection is over; success: as was planned.
    [[nodiscard]] sim::Win32Error error() const { return error_; }
    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    [[nodiscard]] std::uint64_t echoed() const { return echoed_; }
    [[nodiscard]] std::uint32_t wrong() const { return wrong_; }
    // Everything that was to be sent has come back, as it was.
    [[nodiscard]] bool whole() const;

private:
    void connected(Nanos now);
    void next_message(Nanos now);
    void write_some(Nanos now);
    void message_sent(Nanos now);
    void read_some(Nanos now);
    void compare(std::size_t bytes);
    void think(Nanos now);
    void over(sim::Win32Error);

    const sim::ClientSpec& spec_;
    std::uint32_t number_;
    std::uint64_t seed_;
    Phase phase_ = Phase::away;
    int fd_ = -1;
    std::uint32_t messages_ = 0;  // begun
    std::uint32_t unsent_ = 0;    // bytes of the present message
    std::uint64_t sent_ = 0;      // bytes
    std::uint64_t echoed_ = 0;    // bytes
    std::uint32_t wrong_ = 0;     // bytes; stops at the largest number
    std::optional<Nanos> wakes_at_;
    sim::Win32Error error_ = sim::Win32Error::success;
    ByteStream out_, back_;
    std::vector<std::uint8_t> chunk_;  // generated and not yet taken by the system
    std::size_t chunk_at_ = 0;
    std::array<std::uint8_t, 16384> incoming_{};
};

}  // namespace real
