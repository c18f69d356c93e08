// Clients: the programs at the other end of connections, which a scenario's [[client]] sections
// describe. A plain value without a clock: each verb says what one of them does, or what the server
// did to it, and a question says what follows. SimulationRun drives it and lets time pass.
//
// The network takes no time and loses nothing. A client that does not read has room for kWindow
// bytes; a send that finds no room left waits until its connection is closed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/scenario.hpp"

namespace sim {

class Clients {
public:
    static constexpr std::uint64_t kWindow = 64 << 10;

    // Keeps a pointer to the clients of the scenario.
    Clients(const Scenario&, std::uint64_t seed);

    enum class Phase : std::uint8_t {
        away,     // has not connected, or was refused
        talking,  // connected, perhaps not accepted yet
        stalled,
        gone,  // closed, reset, or closed by the server
    };
    struct Client {
        std::uint32_t group = 0;
        HandleId end = HandleId::none;  // the server's end of its connection
        Phase phase = Phase::away;
        bool sends_no_more = false;  // behind what has arrived a receive gives 0 bytes
        bool was_reset = false;
        bool waits = false;          // for the rest of an echo
        std::uint32_t messages = 0;  // sent so far
        std::uint64_t sent = 0;      // bytes
        std::uint64_t echoed = 0;    // bytes that came back and were read
        std::uint64_t arrived = 0;   // bytes at the server that no receive has taken
        std::uint64_t unread = 0;    // bytes that came back and are not read
        bool operator==(const Client&) const = default;
    };
    [[nodiscard]] bool empty() const { return clients_.empty(); }
    [[nodiscard]] std::size_t size() const { return clients_.size(); }
    [[nodiscard]] const Client& operator[](std::size_t i) const { return clients_[i]; }
    [[nodiscard]] const ClientSpec& spec(std::size_t i) const {
        return (*specs_)[clients_[i].group];
    }
    [[nodiscard]] const std::vector<std::uint32_t>& backlog() const { return backlog_; }

    // -- what a client does --
    enum class Act : std::uint8_t { none, send, reset, close };
    [[nodiscard]] Act next(std::size_t) const;  // when it has thought
    [[nodiscard]] Nanos think(std::size_t) const;
    void connect(std::size_t);
    void send(std::size_t);
    void reset(std::size_t);
    void close(std::size_t);
    // Of a group: have all ended, stalled or been refused? Counts one more.
    [[nodiscard]] bool last_of_group(std::size_t);

    // -- what the server does --
    [[nodiscard]] bool listens(HandleId file) const;  // do clients connect to it?
    [[nodiscard]] std::optional<std::size_t> first_in_backlog(HandleId listener) const;
    void accept(std::size_t, HandleId end);
    [[nodiscard]] std::optional<std::size_t> at(HandleId end) const;
    struct Received {
        Win32Error error = Win32Error::success;
        std::uint32_t bytes = 0;
    };
    // What a receive with so much room gives; nothing: it waits.
    [[nodiscard]] std::optional<Received> receive(std::size_t, std::uint32_t room);
    // What becomes of a send: nothing: there is no room for it.
    [[nodiscard]] std::optional<Win32Error> send_result(std::size_t, std::uint32_t bytes) const;
    // Bytes come back to the client. True: it has a message back and goes on after think().
    [[nodiscard]] bool echo(std::size_t, std::uint32_t bytes);
    // The server closes its end, or its listening handle. False: the client knew already that the
    // connection is over.
    [[nodiscard]] bool close_end(std::size_t);

private:
    [[nodiscard]] HandleId listener_of(std::size_t) const;

    const std::vector<ClientSpec>* specs_;
    std::uint64_t seed_;
    std::vector<HandleId> listeners_;     // by group: the file that it connects to
    std::vector<std::uint64_t> left_;     // by group: how many have not ended
    std::vector<Client> clients_;         // by number
    std::vector<std::uint32_t> backlog_;  // connected and not accepted, the longest first
    std::vector<std::uint32_t> at_;       // by HandleId: number of the client there, from 1
};

}  // namespace sim
