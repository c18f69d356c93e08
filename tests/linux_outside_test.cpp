// Connections of our Linux port whose other end is a program outside the run. Evidence about our
// port only.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "real/linux_fd.hpp"
#include "tests/handles_fixture.hpp"

using real::HandleKind;
using sim::Operation;
using sim::Win32Error;
using test::Desk;
using test::Job;

namespace {

// A program's per-operation data with more bytes than any socket holds.
struct LargeJob {
    real::Overlapped overlapped;
    std::vector<std::byte> bytes = std::vector<std::byte>(8 << 20);
};

// Somebody connects, and the listener's accept makes kSecond of it, bound to the port.
real::Fd somebody_connects(Desk& desk) {
    REQUIRE(desk.handles.open(Desk::kFirst, {.kind = HandleKind::tcp_listener, .far_end = false}) ==
            Win32Error::success);
    REQUIRE(desk.bind(Desk::kFirst) == Win32Error::success);
    Job job;
    real::IoStart call = desk.call(job, Operation::accept, 0);
    call.accepts = Desk::kSecond;
    REQUIRE(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
    real::Fd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(desk.handles.tcp_port(Desk::kFirst));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(client.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    REQUIRE(desk.get(job).error == Win32Error::success);
    REQUIRE(desk.bind(Desk::kSecond, 5) == Win32Error::success);
    return client;
}

real::IoStart send_all(Desk& desk, LargeJob& job) {
    return {.handle = Desk::kSecond,
            .operation = Operation::send,
            .by = Desk::kSelf,
            .id = ++desk.ids,
            .buffer = job.bytes};
}

}  // namespace

TEST_CASE("a send on a stream ends when all of it was taken, and not before") {
    Desk desk;
    const real::Fd client = somebody_connects(desk);
    LargeJob job;
    for (std::size_t i = 0; i < job.bytes.size(); ++i) job.bytes[i] = std::byte(i * 7 >> 3);
    CHECK(desk.handles.start(send_all(desk, job), job.overlapped).error == Win32Error::io_pending);
    std::vector<std::byte> chunk(65'536);
    std::size_t received = 0, wrong = 0;
    while (received < job.bytes.size()) {
        const ssize_t count = recv(client.get(), chunk.data(), chunk.size(), 0);
        REQUIRE(count > 0);
        for (ssize_t i = 0; i < count; ++i)
            wrong += chunk[static_cast<std::size_t>(i)] != job.bytes[received++] ? 1 : 0;
    }
    CHECK(wrong == 0);
    const real::GetResult result = desk.get();
    CHECK(result.packet.error == Win32Error::success);
    CHECK(result.packet.bytes == job.bytes.size());
    CHECK(result.packet.key == 5);
}

TEST_CASE("a send that nobody receives fails when the other end leaves") {
    Desk desk;
    real::Fd client = somebody_connects(desk);
    LargeJob job;
    CHECK(desk.handles.start(send_all(desk, job), job.overlapped).error == Win32Error::io_pending);
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    CHECK(setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    client.reset();
    const real::GetResult result = desk.get();
    CHECK(result.has_packet);
    CHECK(result.packet.error == Win32Error::netname_deleted);
}
