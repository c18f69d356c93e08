// How many echoes a second a server on our Linux port gives, beside the same server written with
// standalone Asio, in the same run: 64 connections over loopback, one thread of clients that sends
// the next message of a connection when the last one has come back. It says nothing about Windows.
//
// Usage: linux_echo_bench [echoes] [bytes], 100,000 messages of 64 bytes by default.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "bench/asio_pool.hpp"
#include "bench/beside.hpp"
#include "bench/port_pool.hpp"
#include "real/handles.hpp"
#include "real/linux_fd.hpp"
#include "sim/scenario.hpp"

namespace {

using sim::HandleId;
using sim::Operation;
using sim::Win32Error;

constexpr std::uint32_t kConnections = 64;
constexpr std::size_t kLargest = 4096;
constexpr int kRounds = 9;
constexpr HandleId kListener{0};

void require(bool truth, const char* what) {
    if (truth) return;
    std::perror(what);
    std::exit(1);
}

// -- the clients ----------------------------------------------------------------------------------

class Clients {
public:
    Clients(std::uint16_t port, std::size_t bytes) : bytes_(bytes), epoll_(epoll_create1(0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        for (std::uint32_t i = 0; i < kConnections; ++i) {
            real::Fd& fd = sockets_[i];
            fd.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
            const int yes = 1;
            (void)setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            require(connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0, "connect");
            epoll_event event{.events = EPOLLIN, .data = {.u32 = i}};
            require(epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0, "epoll_ctl");
        }
    }

    // Thousands of echoes a second.
    double play(std::uint64_t echoes) {
        const double seconds = bench::seconds_of([&] {
            for (const real::Fd& fd : sockets_) say(fd);
            std::array<epoll_event, kConnections> events{};
            for (std::uint64_t done = 0; done < echoes;) {
                const int count = epoll_wait(epoll_.get(), events.data(), kConnections, -1);
                for (int i = 0; i < count; ++i) {
                    const real::Fd& fd = sockets_[events[static_cast<std::size_t>(i)].data.u32];
                    require(recv(fd.get(), buffer_.data(), bytes_, MSG_WAITALL) ==
                                static_cast<ssize_t>(bytes_),
                            "recv");
                    ++done;
                    say(fd);
                }
            }
        });
        return static_cast<double>(echoes) / seconds / 1e3;
    }

private:
    void say(const real::Fd& fd) {
        require(
            send(fd.get(), buffer_.data(), bytes_, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes_),
            "send");
    }

    std::size_t bytes_;
    real::Fd epoll_;
    std::array<real::Fd, kConnections> sockets_;
    std::array<char, kLargest> buffer_{};
};

// -- on our port ----------------------------------------------------------------------------------

// Per-operation data: the system's part comes first.
struct Connection {
    real::Overlapped overlapped;
    std::array<std::byte, kLargest> buffer{};
    HandleId handle = HandleId::none;
    std::uint64_t uses = 0;  // of the Overlapped
    bool sends = false;
};

class PortServer {
public:
    PortServer(std::uint32_t workers, std::uint32_t modes)
        : modes_(modes), ports_(real::make_linux_ports()), handles_(*ports_->handles()) {
        require(ports_->create(2) == Win32Error::success, "create");
        require(handles_.open(kListener, {.kind = real::HandleKind::tcp_listener,
                                          .overlapped = false,
                                          .far_end = false}) == Win32Error::success,
                "listen");
        pool_ = std::make_unique<bench::PortPool>(
            *ports_, workers, [this](const real::Completion& packet, sim::ThreadId self) {
                go_on(*reinterpret_cast<Connection*>(packet.overlapped), packet, self);
            });
        acceptor_ = std::thread([this] { accept_all(); });
    }
    PortServer(const PortServer&) = delete;
    PortServer& operator=(const PortServer&) = delete;
    // The clients have gone, so every connection's last receive has ended.
    ~PortServer() {
        acceptor_.join();
        while (handles_.pending() > 0) std::this_thread::yield();
        pool_.reset();
    }

    [[nodiscard]] std::uint16_t port() { return handles_.tcp_port(kListener); }

private:
    // It is no worker of the port, and waits for each connection.
    void accept_all() {
        const sim::ThreadId self{1000};
        ports_->thread_begins(self);
        for (std::uint32_t i = 0; i < kConnections; ++i) {
            Connection& connection = connections_[i];
            connection.handle = HandleId{i + 1};
            real::Overlapped overlapped;
            const auto accepted = handles_.start({.handle = kListener,
                                                  .operation = Operation::accept,
                                                  .by = self,
                                                  .id = i + 1,
                                                  .accepts = connection.handle},
                                                 overlapped);
            require(accepted.error == Win32Error::success, "accept");
            require(handles_.bind(connection.handle, bench::kPort, i) == Win32Error::success,
                    "bind");
            if (modes_ != 0) (void)handles_.set_modes(connection.handle, modes_);
            start(connection, Operation::recv, kLargest, self);
        }
        ports_->thread_ends(self);
    }

    // Until an operation is pending, or its packet is on its way.
    void start(Connection& connection, Operation operation, std::size_t bytes, sim::ThreadId by) {
        for (;;) {
            connection.sends = operation == Operation::send;
            const auto started =
                handles_.start({.handle = connection.handle,
                                .operation = operation,
                                .by = by,
                                .id = ++connection.uses,
                                .buffer = std::span(connection.buffer).first(bytes)},
                               connection.overlapped);
            if (started.error != Win32Error::success || modes_ == 0) return;
            if (!connection.sends && started.transferred == 0) return;  // the client has gone
            bytes = connection.sends ? kLargest : started.transferred;
            operation = connection.sends ? Operation::recv : Operation::send;
        }
    }

    void go_on(Connection& connection, const real::Completion& packet, sim::ThreadId self) {
        if (packet.error != Win32Error::success) return;
        if (connection.sends) return start(connection, Operation::recv, kLargest, self);
        if (packet.bytes > 0) start(connection, Operation::send, packet.bytes, self);
    }

    std::uint32_t modes_;
    std::unique_ptr<real::Ports> ports_;
    real::Handles& handles_;
    std::array<Connection, kConnections> connections_{};
    std::unique_ptr<bench::PortPool> pool_;
    std::thread acceptor_;
};

// -- with Asio ------------------------------------------------------------------------------------

class Session : public std::enable_shared_from_this<Session> {
public:
    explicit Session(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}
    void receive() {
        socket_.async_read_some(asio::buffer(buffer_),
                                [self = shared_from_this()](std::error_code error, std::size_t n) {
                                    if (!error) self->send(n);
                                });
    }

private:
    void send(std::size_t bytes) {
        asio::async_write(socket_, asio::buffer(buffer_, bytes),
                          [self = shared_from_this()](std::error_code error, std::size_t) {
                              if (!error) self->receive();
                          });
    }

    asio::ip::tcp::socket socket_;
    std::array<char, kLargest> buffer_{};
};

class AsioServer {
public:
    explicit AsioServer(std::uint32_t threads) : pool_(threads) { accept(); }
    [[nodiscard]] std::uint16_t port() { return acceptor_.local_endpoint().port(); }

private:
    void accept() {
        acceptor_.async_accept([this](std::error_code error, asio::ip::tcp::socket socket) {
            if (error) return;
            std::make_shared<Session>(std::move(socket))->receive();
            accept();
        });
    }

    bench::AsioPool pool_;
    asio::ip::tcp::acceptor acceptor_{pool_.context,
                                      asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
};

template <class Server>
double play(Server& server, std::uint64_t echoes, std::size_t bytes) {
    Clients clients(server.port(), bytes);
    (void)clients.play(kConnections * 10);  // everybody is there
    return clients.play(echoes);
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t echoes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
    const std::size_t bytes =
        std::clamp<std::size_t>(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 64, 1, kLargest);
    std::printf("thousand echoes of %zu bytes a second; %u connections, medians of %d\n", bytes,
                kConnections, kRounds);
    std::printf("%-40s %8s %8s %8s\n", "", "port", "asio", "times");
    double times = 0;
    for (const bool skip : {false, true}) {
        const bench::Beside result = bench::beside(
            kRounds,
            [&] {
                PortServer server(2, skip ? sim::kSkipPortOnSuccess : 0);
                return play(server, echoes, bytes);
            },
            [&] {
                AsioServer server(2);
                return play(server, echoes, bytes);
            });
        std::printf("%-40s %8.1f %8.1f %8.2f\n",
                    skip ? "2 running, no packet for what ends at once" : "2 running", result.ours,
                    result.peer, result.quotient);
        std::fflush(stdout);
        times = std::max(times, result.quotient);
    }
    std::printf("\n  echoes: times Asio %.2f, at least 1: %s\n", times,
                times >= 1 ? "met" : "NOT MET");
}
