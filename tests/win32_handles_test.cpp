// Handles of the Win32 port against the sentences of the documentation (behaviours.md §6.7 to 6.9,
// §7.3, §7.4): every function that can complete through a port does, with the key, the bytes and
// the pointer that it was started with. See win32_port_test.cpp for what Wine is here.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <windows.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "real/clock.hpp"
#include "real/handles_win32.hpp"
#include "real/port_win32.hpp"
#include "real/thread_wrapper.hpp"
#include "real/win32_outstanding.hpp"
#include "sim/scenario.hpp"
#include "tests/wine_rules.hpp"

using namespace real;
using sim::Operation;
using test::check_rule_that_wine_breaks;
using test::under_wine;

namespace {

constexpr PortId kPort = sim::make_id<PortId>(0);
constexpr ThreadId kSelf = sim::make_id<ThreadId>(0);
constexpr HandleId kFirst = sim::make_id<HandleId>(0);
constexpr HandleId kSecond = sim::make_id<HandleId>(1);
constexpr Key kKey = 77;
// Ends a hang, decides nothing.
constexpr Nanos kLong = 30'000'000'000;

// A program's per-operation data: the system's part comes first.
struct Job {
    Overlapped overlapped;
    alignas(8) std::array<std::byte, 4096> buffer{};
    std::uint64_t id = 0;
};

struct Desk {
    // In the order of their ends: the operations' memory goes last.
    std::array<Job, 4> jobs;
    std::unique_ptr<Ports> ports = make_win32_ports();
    Handles& handles = *ports->handles();
    std::uint64_t ids = 0;

    Desk() {
        REQUIRE(ports->create(1) == Win32Error::success);
        ports->thread_begins(kSelf);
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    ~Desk() { ports->thread_ends(kSelf); }

    void open(HandleKind kind, HandleId handle = kFirst, bool bound = true) {
        CAPTURE(std::string(name(kind)));
        const Win32Error error = handles.open(handle, {.kind = kind});
        REQUIRE(error == Win32Error::success);
        if (bound) REQUIRE(bind(handle) == Win32Error::success);
    }
    Win32Error bind(HandleId handle, Key key = kKey) { return handles.bind(handle, kPort, key); }

    IoStart call(Job& job, Operation operation, std::uint32_t bytes, HandleId handle = kFirst) {
        job.id = ++ids;
        return {.handle = handle,
                .operation = operation,
                .by = kSelf,
                .id = job.id,
                .buffer = std::span(job.buffer).first(bytes),
                .plan = {.bytes = bytes}};
    }
    Win32Error start(Job& job, Operation operation, std::uint32_t bytes, HandleId handle = kFirst) {
        return handles.start(call(job, operation, bytes, handle), job.overlapped).error;
    }
    bool satisfy(Job& job) { return handles.satisfy(job.overlapped, job.id); }
    GetResult get(Nanos timeout = kLong) { return ports->get(kSelf, kPort, timeout); }
    // The next packet, which must be this one's.
    GetResult get(const Job& job) {
        const GetResult result = get();
        CHECK(result.has_packet);
        CHECK(result.packet.overlapped == reinterpret_cast<std::uintptr_t>(&job));
        CHECK(result.packet.key == kKey);
        return result;
    }
    // Neither now nor, once nothing is pending any more, later.
    bool no_packet() {
        const Nanos deadline = clock_now() + kLong;
        while (handles.pending() > 0 && clock_now() < deadline) sleep_for(1'000'000);
        return handles.pending() == 0 && !get(0).has_packet;
    }
    void wait_until_ended(Job& job) {
        const Nanos deadline = clock_now() + kLong;
        while (!handles.ended_without_packet(job.overlapped) && clock_now() < deadline)
            sleep_for(1'000'000);
        CHECK(handles.ended_without_packet(job.overlapped));
    }
};

bool started(Win32Error error) {
    return error == Win32Error::io_pending || error == Win32Error::success;
}

// Starts it, lets it end as planned and takes its packet.
GetResult carry_out(Desk& desk, Operation operation, std::uint32_t bytes,
                    HandleId handle = kFirst) {
    INFO(std::string(sim::function_name(operation)));
    Job& job = desk.jobs[0];
    const Win32Error error = desk.start(job, operation, bytes, handle);
    INFO("start says " << static_cast<int>(error));
    REQUIRE(started(error));
    desk.satisfy(job);
    const GetResult result = desk.get(job);
    CHECK(desk.no_packet());
    return result;
}

struct Row {
    HandleKind kind;
    Operation operation;
    bool pends;  // it cannot end before the far end does something
};

constexpr Row kTransfers[] = {
    {HandleKind::file, Operation::read, false},    {HandleKind::file, Operation::write, false},
    {HandleKind::pipe, Operation::read, true},     {HandleKind::pipe, Operation::write, true},
    {HandleKind::pipe, Operation::transact, true}, {HandleKind::tcp, Operation::read, true},
    {HandleKind::tcp, Operation::write, false},    {HandleKind::tcp, Operation::recv, true},
    {HandleKind::tcp, Operation::send, false},     {HandleKind::udp, Operation::recv, true},
    {HandleKind::udp, Operation::send, false},     {HandleKind::udp, Operation::recv_from, true},
    {HandleKind::udp, Operation::send_to, false},  {HandleKind::udp, Operation::recv_msg, true},
    {HandleKind::udp, Operation::send_msg, false},
};

}  // namespace

TEST_CASE("every transfer completes with its key, bytes and pointer (I-IO-1, I-IO-2)") {
    for (const Row& row : kTransfers) {
        CAPTURE(std::string(name(row.kind)));
        CAPTURE(std::string(sim::function_name(row.operation)));
        Desk desk;
        CHECK(desk.handles.refusal(row.kind, row.operation).empty());
        desk.open(row.kind);
        Job& job = desk.jobs[0];
        const Win32Error error = desk.start(job, row.operation, 100);
        CAPTURE(static_cast<int>(error));
        CHECK(started(error));
        if (!started(error)) continue;
        if (row.pends) {
            CHECK(error == Win32Error::io_pending);
            CHECK_FALSE(desk.get(0).has_packet);
            CHECK(desk.handles.is_pending(job.overlapped, job.id));
            CHECK(desk.handles.pending() == 1);
            CHECK(desk.satisfy(job));
        }
        const GetResult result = desk.get(job);
        CHECK(result.error == Win32Error::success);
        CHECK(result.packet.bytes == 100);
        CHECK_FALSE(desk.handles.is_pending(job.overlapped, job.id));
        CHECK(desk.no_packet());
    }
}

TEST_CASE("ConnectNamedPipe ends when a client comes, and again after it has gone") {
    Desk desk;
    desk.open(HandleKind::pipe);
    CHECK(carry_out(desk, Operation::connect_pipe, 0).error == Win32Error::success);
    CHECK(carry_out(desk, Operation::read, 8).packet.bytes == 8);
    Job& job = desk.jobs[1];
    IoStart call = desk.call(job, Operation::read, 8);
    call.plan.error = Win32Error::broken_pipe;
    CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
    CHECK(desk.satisfy(job));
    CHECK(desk.get(job).error == Win32Error::broken_pipe);  // I-IO-4
    CHECK(carry_out(desk, Operation::connect_pipe, 0).error == Win32Error::success);
    CHECK(carry_out(desk, Operation::write, 8).packet.bytes == 8);
}

TEST_CASE("ConnectNamedPipe fails at once where a client is already, without a packet (I-IO-3)") {
    Desk desk;
    desk.open(HandleKind::pipe);
    Job& job = desk.jobs[0];
    IoStart call = desk.call(job, Operation::connect_pipe, 0);
    call.plan.at_once = true;
    const auto result = desk.handles.start(call, job.overlapped);
    CHECK(result.error == Win32Error::pipe_connected);
    CHECK(desk.no_packet());
}

TEST_CASE("ReadDirectoryChangesW ends when something changes, once for each change") {
    Desk desk;
    desk.open(HandleKind::directory);
    for (int i = 0; i < 3; ++i) {
        const GetResult result = carry_out(desk, Operation::watch_directory, 1024);
        CHECK(result.error == Win32Error::success);
        CHECK(result.packet.bytes > 0);
    }
}

TEST_CASE("DeviceIoControl ends when there is an instance of the pipe that it waits for") {
    Desk desk;
    desk.open(HandleKind::device);
    CHECK(carry_out(desk, Operation::control, 0).error == Win32Error::success);
    CHECK(carry_out(desk, Operation::control, 0).error == Win32Error::success);
    Job& job = desk.jobs[1];
    IoStart call = desk.call(job, Operation::control, 0);
    call.plan.error = Win32Error::sem_timeout;
    CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
    CHECK(desk.get(job).error == Win32Error::sem_timeout);
}

TEST_CASE("AcceptEx makes a new file, bound to nothing (H-HANDLE-10, I-IO-16)") {
    Desk desk;
    desk.open(HandleKind::tcp_listener);
    Job& job = desk.jobs[0];
    IoStart call = desk.call(job, Operation::accept, 0);
    call.accepts = kSecond;
    CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
    CHECK(desk.handles.bind(kSecond, kPort, 1) == Win32Error::invalid_handle);  // not yet
    CHECK(desk.satisfy(job));
    CHECK(desk.get(job).error == Win32Error::success);
    CHECK(desk.bind(kSecond) == Win32Error::success);
    CHECK(carry_out(desk, Operation::recv, 30, kSecond).packet.bytes == 30);
    CHECK(carry_out(desk, Operation::send, 30, kSecond).packet.bytes == 30);
    CHECK(carry_out(desk, Operation::disconnect, 0, kSecond).error == Win32Error::success);
}

TEST_CASE("ConnectEx connects, DisconnectEx disconnects, each with a packet (I-IO-16)") {
    Desk desk;
    desk.open(HandleKind::tcp_client);
    CHECK(carry_out(desk, Operation::connect, 0).error == Win32Error::success);
    CHECK(carry_out(desk, Operation::send, 12).packet.bytes == 12);
    CHECK(carry_out(desk, Operation::recv, 12).packet.bytes == 12);
    CHECK(carry_out(desk, Operation::disconnect, 0).error == Win32Error::success);
}

TEST_CASE("ConnectEx to where nobody listens is refused (I-IO-4)") {
    Desk desk;
    desk.open(HandleKind::tcp_client);
    Job& job = desk.jobs[0];
    IoStart call = desk.call(job, Operation::connect, 0);
    call.plan.error = Win32Error::connection_refused;
    CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
    CHECK(desk.get(job).error == Win32Error::connection_refused);
}

TEST_CASE("what no far end can do is refused by name") {
    Desk desk;
    CHECK(desk.handles.refusal(HandleKind::file, Operation::recv) ==
          "Windows knows no WSARecv on a file");
    const std::string serial = desk.handles.refusal(HandleKind::serial, Operation::wait_comm);
    char target[MAX_PATH];
    const bool there = QueryDosDeviceA("COM1", target, sizeof target) != 0;
    CHECK(serial.empty() == there);
    if (!there) {
        CHECK(serial.find("WaitCommEvent") != std::string::npos);
        MESSAGE(serial);
    }
}

// -- how operations end ---------------------------------------------------------------------------

TEST_CASE("one that fails at once queues nothing (I-IO-3)") {
    Desk desk;
    desk.open(HandleKind::tcp_client);
    Job& job = desk.jobs[0];
    CHECK(desk.start(job, Operation::recv, 8) == Win32Error::wsa_enotconn);
    CHECK(desk.handles.pending() == 0);
    CHECK(desk.no_packet());
    CHECK(desk.start(job, Operation::read, 8, kSecond) == Win32Error::invalid_handle);

    desk.open(HandleKind::file, kSecond);
    IoStart call = desk.call(job, Operation::read, 8, kSecond);
    call.plan.error = Win32Error::invalid_parameter;
    const auto failed = desk.handles.start(call, job.overlapped);
    CHECK(failed.error == Win32Error::invalid_parameter);
    // Then the Overlapped is not the program's before that packet was received.
    if (failed.packet_comes) CHECK(desk.get(job).error == Win32Error::invalid_parameter);
    CHECK(desk.no_packet());
    check_rule_that_wine_breaks("I-IO-3 of disk files", !failed.packet_comes);
}

TEST_CASE("the end of a connection is a success of 0 bytes, its reset is error 64 (I-IO-4)") {
    for (const Win32Error error : {Win32Error::success, Win32Error::netname_deleted}) {
        Desk desk;
        desk.open(HandleKind::tcp);
        Job& job = desk.jobs[0];
        IoStart call = desk.call(job, Operation::recv, 8);
        call.plan = {.error = error};
        CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
        CHECK(desk.satisfy(job));
        const GetResult result = desk.get(job);
        CHECK(result.error == error);
        CHECK(result.packet.bytes == 0);
    }
}

TEST_CASE("a message that is too long is a warning with a packet, also at once (I-IO-5)") {
    for (const HandleKind kind : {HandleKind::pipe, HandleKind::udp})
        for (const bool at_once : {false, true}) {
            CAPTURE(std::string(name(kind)));
            CAPTURE(at_once);
            Desk desk;
            desk.open(kind);
            Job& job = desk.jobs[0];
            IoStart call = desk.call(
                job, kind == HandleKind::pipe ? Operation::read : Operation::recv_from, 20);
            call.plan = {.at_once = at_once, .error = Win32Error::more_data, .bytes = 20};
            const auto result = desk.handles.start(call, job.overlapped);
            if (!at_once) CHECK(result.error == Win32Error::io_pending);
            if (at_once) CHECK(result.error == Win32Error::more_data);
            if (!at_once) CHECK(desk.satisfy(job));
            const GetResult packet = desk.get(job);
            CHECK(packet.error == Win32Error::more_data);
            CHECK(packet.packet.bytes == 20);
        }
}

TEST_CASE("an operation that cannot end as planned is cancelled") {
    Desk desk;
    desk.open(HandleKind::tcp);
    Job& job = desk.jobs[0];
    IoStart call = desk.call(job, Operation::recv, 8);
    call.plan.error = Win32Error::access_denied;
    CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
    CHECK(desk.satisfy(job));
    CHECK(desk.get(job).error == Win32Error::operation_aborted);
}

TEST_CASE("the far end acts once, and not for an earlier use of the same memory") {
    Desk desk;
    desk.open(HandleKind::pipe);
    Job& job = desk.jobs[0];
    CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
    CHECK_FALSE(desk.handles.satisfy(job.overlapped, job.id + 1));
    CHECK(desk.satisfy(job));
    CHECK(desk.get(job).packet.bytes == 8);
    CHECK_FALSE(desk.satisfy(job));
    CHECK(desk.no_packet());
}

// -- events, modes, binding -----------------------------------------------------------------------

TEST_CASE("an event is set and the packet is queued; with its low bit, no packet (I-IO-9, -10)") {
    for (const bool low_bit : {false, true}) {
        CAPTURE(low_bit);
        Desk desk;
        desk.open(HandleKind::pipe);
        ManualEvent event;
        event.set();
        Job& job = desk.jobs[0];
        IoStart call = desk.call(job, Operation::read, 8);
        call.event = &event;
        call.low_bit = low_bit;
        CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
        CHECK_FALSE(event.is_set());  // reset by the call
        CHECK_FALSE(desk.handles.ended_without_packet(job.overlapped));
        CHECK(desk.satisfy(job));
        CHECK(event.wait(kLong));
        CHECK(event.is_set());
        if (low_bit) {
            desk.wait_until_ended(job);
            CHECK(desk.no_packet());
        } else {
            CHECK_FALSE(desk.handles.ended_without_packet(job.overlapped));
            CHECK(desk.get(job).packet.bytes == 8);
        }
    }
}

TEST_CASE("a handle skips the packets of what succeeds at once, and only those (N-NOTIFY-1, -2)") {
    Desk desk;
    desk.open(HandleKind::pipe);
    CHECK(desk.handles.set_modes(kFirst, sim::kSkipPortOnSuccess) == Win32Error::success);
    CHECK(desk.handles.set_modes(kFirst, 0) == Win32Error::success);  // adds nothing (N-NOTIFY-4)
    Job& job = desk.jobs[0];
    IoStart call = desk.call(job, Operation::read, 8);
    call.plan.at_once = true;
    const auto result = desk.handles.start(call, job.overlapped);
    CHECK(result.error == Win32Error::success);
    CHECK(result.transferred == 8);
    CHECK(desk.handles.ended_without_packet(job.overlapped));
    CHECK(desk.no_packet());
    CHECK(carry_out(desk, Operation::read, 8).packet.bytes == 8);
}

TEST_CASE("what a handle that is not overlapped cannot (H-HANDLE-1, N-NOTIFY-5)") {
    Desk desk;
    REQUIRE(desk.handles.open(kFirst, {.overlapped = false}) == Win32Error::success);
    CHECK(desk.bind(kFirst) == Win32Error::invalid_parameter);
    CHECK(desk.handles.set_modes(kFirst, sim::kSkipPortOnSuccess) == Win32Error::invalid_parameter);
    const auto result =
        desk.handles.start(desk.call(desk.jobs[0], Operation::read, 64), desk.jobs[0].overlapped);
    CHECK(result.error == Win32Error::success);
    CHECK(result.transferred == 64);
    CHECK(desk.no_packet());
}

TEST_CASE("a handle is bound once, to a port that there is (H-HANDLE-2, H-HANDLE-5)") {
    Desk desk;
    desk.open(HandleKind::file);
    CHECK(desk.bind(kFirst) == Win32Error::invalid_parameter);
    CHECK(desk.handles.duplicate(kSecond, kFirst) == Win32Error::success);
    CHECK(desk.bind(kSecond) == Win32Error::invalid_parameter);
    CHECK(desk.bind(sim::make_id<HandleId>(9)) == Win32Error::invalid_handle);
    desk.open(HandleKind::file, sim::make_id<HandleId>(2), false);
    CHECK(desk.handles.bind(sim::make_id<HandleId>(2), sim::make_id<PortId>(9), 1) ==
          Win32Error::invalid_handle);
    CHECK(desk.bind(sim::make_id<HandleId>(2), 0) == Win32Error::success);  // H-HANDLE-4
}

TEST_CASE("a duplicate of a bound handle queues packets, and keeps the file open (H-HANDLE-8)") {
    for (const HandleKind kind : {HandleKind::pipe, HandleKind::tcp}) {
        CAPTURE(std::string(name(kind)));
        Desk desk;
        desk.open(kind);
        REQUIRE(desk.handles.duplicate(kSecond, kFirst) == Win32Error::success);
        CHECK(desk.handles.close(kFirst) == Win32Error::success);
        CHECK(carry_out(desk, Operation::read, 8, kSecond).packet.bytes == 8);
        CHECK(desk.handles.close(kFirst) == Win32Error::invalid_handle);
    }
}

TEST_CASE("what was started before the handle was bound goes to the port (H-HANDLE-6)") {
    Desk desk;
    desk.open(HandleKind::pipe, kFirst, false);
    Job& job = desk.jobs[0];
    CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
    CHECK(desk.bind(kFirst) == Win32Error::success);
    CHECK(desk.satisfy(job));
    CHECK(desk.get(job).packet.bytes == 8);
}

TEST_CASE("a completion routine and a bound handle exclude each other (H-HANDLE-7)") {
    Desk desk;
    desk.open(HandleKind::pipe);
    desk.open(HandleKind::tcp, kSecond);
    Job& job = desk.jobs[0];
    IoStart call = desk.call(job, Operation::read, 8);
    call.routine = true;
    CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::invalid_parameter);
    call = desk.call(job, Operation::recv, 8, kSecond);
    call.routine = true;
    CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::wsa_einval);
    CHECK(desk.no_packet());

    const HandleId third = sim::make_id<HandleId>(2);
    desk.open(HandleKind::file, third);
    call = desk.call(job, Operation::read, 8, third);
    call.routine = true;
    const Win32Error error = desk.handles.start(call, job.overlapped).error;
    check_rule_that_wine_breaks("H-HANDLE-7 of disk files", error == Win32Error::invalid_parameter);
    if (error == Win32Error::success) desk.wait_until_ended(job);
}

// -- cancelling and closing -----------------------------------------------------------------------

TEST_CASE("a cancelled operation ends at the port with error 995 (I-IO-6)") {
    for (const std::uint32_t label : {0u, 5u}) {
        CAPTURE(label);
        Desk desk;
        desk.open(HandleKind::pipe);
        for (Job& job : {std::ref(desk.jobs[0]), std::ref(desk.jobs[1])}) {
            IoStart call = desk.call(job, Operation::read, 8);
            call.label = &job == &desk.jobs[0] ? 4 : 5;
            CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
        }
        const auto cancelled = desk.handles.cancel(kFirst, label);
        CHECK(cancelled.error == Win32Error::success);
        CHECK(cancelled.first == (label == 0 ? desk.jobs[0].id : desk.jobs[1].id));
        if (label == 0) {  // in whatever order (I-IO-12)
            CHECK(desk.get().error == Win32Error::operation_aborted);
            CHECK(desk.get().error == Win32Error::operation_aborted);
        } else {
            CHECK(desk.get(desk.jobs[1]).error == Win32Error::operation_aborted);
        }
        CHECK(desk.handles.pending() == (label == 0 ? 0 : 1));
        CHECK(desk.handles.cancel(kFirst, 5).error == Win32Error::not_found);
    }
}

TEST_CASE("there is nothing to cancel: error 1168 (I-IO-6)") {
    Desk desk;
    desk.open(HandleKind::pipe);
    CHECK(desk.handles.cancel(kFirst, 3).error == Win32Error::not_found);
    check_rule_that_wine_breaks("I-IO-6 without an OVERLAPPED",
                                desk.handles.cancel(kFirst, 0).error == Win32Error::not_found);
}

TEST_CASE("closing a pipe breaks what is pending, with a packet (I-IO-7)") {
    Desk desk;
    desk.open(HandleKind::pipe);
    CHECK(desk.start(desk.jobs[0], Operation::read, 8) == Win32Error::io_pending);
    CHECK(desk.handles.close(kFirst) == Win32Error::success);
    CHECK(desk.get(desk.jobs[0]).error == Win32Error::broken_pipe);
    CHECK(desk.no_packet());
}

TEST_CASE("closing a socket aborts what is pending, with a packet (I-IO-7)") {
    Desk desk;
    desk.open(HandleKind::tcp);
    CHECK(desk.start(desk.jobs[0], Operation::recv, 8) == Win32Error::io_pending);
    CHECK(desk.handles.close(kFirst) == Win32Error::success);
    check_rule_that_wine_breaks("I-IO-7 of sockets",
                                desk.get(desk.jobs[0]).error == Win32Error::operation_aborted);
    CHECK(desk.no_packet());
}

TEST_CASE("operations survive the thread that started them, unless they have an event (I-IO-14)") {
    Desk desk;
    desk.open(HandleKind::pipe);
    ManualEvent event;
    Thread thread;
    REQUIRE(thread.start("starter", [&] {
        IoStart call = desk.call(desk.jobs[0], Operation::read, 8);
        desk.handles.start(call, desk.jobs[0].overlapped);
        call = desk.call(desk.jobs[1], Operation::read, 8);
        call.event = &event;
        desk.handles.start(call, desk.jobs[1].overlapped);
    }));
    REQUIRE(thread.join(kLong));
    CHECK(desk.get(desk.jobs[1]).error == Win32Error::operation_aborted);
    CHECK(desk.satisfy(desk.jobs[0]));
    CHECK(desk.get(desk.jobs[0]).packet.bytes == 8);
}

TEST_CASE("shutdown: close the handles, drain, sentinels, close the port") {
    Desk desk;
    desk.open(HandleKind::pipe);
    desk.open(HandleKind::tcp, kSecond);
    CHECK(desk.start(desk.jobs[0], Operation::read, 8) == Win32Error::io_pending);
    CHECK(desk.start(desk.jobs[1], Operation::recv, 8, kSecond) == Win32Error::io_pending);
    CHECK(desk.handles.pending() == 2);
    CHECK(desk.handles.close(kFirst) == Win32Error::success);
    CHECK(desk.handles.close(kSecond) == Win32Error::success);
    for (int i = 0; i < 2; ++i) {
        const GetResult result = desk.get();
        CHECK(result.has_packet);
        CHECK(result.error != Win32Error::success);
    }
    CHECK(desk.handles.pending() == 0);
    CHECK(desk.ports->post(kPort, {}) == Win32Error::success);
    CHECK(desk.get().packet == Completion{});
    CHECK(desk.ports->close(kPort) == Win32Error::success);
}

TEST_CASE("what ends at a port that is closed has ended without a packet (X-CLOSE-5)") {
    Desk desk;
    desk.open(HandleKind::pipe);
    CHECK(desk.start(desk.jobs[0], Operation::read, 8) == Win32Error::io_pending);
    CHECK(desk.ports->close(kPort) == Win32Error::success);
    CHECK_FALSE(desk.handles.ended_without_packet(desk.jobs[0].overlapped));
    CHECK(desk.satisfy(desk.jobs[0]));
    desk.wait_until_ended(desk.jobs[0]);
    CHECK(desk.handles.pending() == 0);
}

TEST_CASE("the record of a closed file is kept until its last packet was received, no longer") {
    Desk desk;
    auto& handles = dynamic_cast<Win32Handles&>(desk.handles);
    desk.open(HandleKind::tcp, kSecond);
    for (int i = 0; i < 3; ++i) {
        desk.open(HandleKind::pipe);
        CHECK(desk.start(desk.jobs[0], Operation::read, 8) == Win32Error::io_pending);
        CHECK(desk.handles.close(kFirst) == Win32Error::success);
        CHECK(handles.files() == 2);
        CHECK(desk.get(desk.jobs[0]).error == Win32Error::broken_pipe);
        CHECK(handles.files() == 1);
    }
}

// -- who makes an operation end -------------------------------------------------------------------

TEST_CASE("an operation is let end once, whatever its OVERLAPPED says so far (I-IO-13)") {
    const auto outstanding = std::make_unique<Win32Outstanding>();
    Win32File file;
    Win32Io io;
    io.file = &file;
    io.start.id = 7;
    io.await_status();  // and nobody ever changes it
    REQUIRE(outstanding->add(io, FarPart::act));
    CHECK(file.operations == 1);
    CHECK(outstanding->is_held(io, 7));
    CHECK_FALSE(outstanding->let_end(io, 6));  // an earlier use of the same memory
    const auto turn = outstanding->let_end(io, 7);
    REQUIRE(turn);
    CHECK(turn->file == &file);
    CHECK(turn->part == FarPart::act);
    CHECK_FALSE(io.has_status());
    CHECK_FALSE(outstanding->is_held(io, 7));
    CHECK_FALSE(outstanding->let_end(io, 7));
    outstanding->for_each(
        [](Win32Io&, const Win32File*, std::uint64_t id, std::uint32_t) { CHECK(id == 7); });
    const auto address = reinterpret_cast<std::uintptr_t>(&io);
    CHECK(outstanding->remove(address));
    CHECK_FALSE(outstanding->remove(address));
    CHECK(file.operations == 0);
}

TEST_CASE("the far end leaves alone what was cancelled or has been let end (I-IO-13)") {
    Desk desk;
    desk.open(HandleKind::pipe);
    for (const std::uint32_t label : {0u, 5u}) {
        Job& job = desk.jobs[0];
        IoStart call = desk.call(job, Operation::read, 8);
        call.label = 5;
        CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
        CHECK(desk.handles.cancel(kFirst, label).error == Win32Error::success);
        CHECK_FALSE(desk.handles.is_pending(job.overlapped, job.id));
        CHECK_FALSE(desk.satisfy(job));
        CHECK(desk.get(job).error == Win32Error::operation_aborted);
    }
    // Nothing was written for either: the next read waits.
    CHECK(desk.start(desk.jobs[1], Operation::read, 8) == Win32Error::io_pending);
    CHECK(desk.handles.is_pending(desk.jobs[1].overlapped, desk.jobs[1].id));
    CHECK(desk.satisfy(desk.jobs[1]));
    CHECK_FALSE(desk.satisfy(desk.jobs[1]));
    CHECK(desk.get(desk.jobs[1]).packet.bytes == 8);
}

TEST_CASE("the far end sees to an operation whose handle is closed while another one is open") {
    Desk desk;
    desk.open(HandleKind::pipe);
    REQUIRE(desk.handles.duplicate(kSecond, kFirst) == Win32Error::success);
    Job& job = desk.jobs[0];
    CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
    CHECK(desk.handles.close(kFirst) == Win32Error::success);
    CHECK(desk.satisfy(job));
    CHECK(desk.get(job).packet.bytes == 8);
}

TEST_CASE("a read that is to find the end of a file does so, however much is asked for (I-IO-4)") {
    for (const std::uint32_t bytes : {0u, 16u}) {
        CAPTURE(bytes);
        Desk desk;
        desk.open(HandleKind::file);
        Job& job = desk.jobs[0];
        IoStart call = desk.call(job, Operation::read, bytes);
        call.plan.error = Win32Error::handle_eof;
        const Win32Error error = desk.handles.start(call, job.overlapped).error;
        CHECK((error == Win32Error::io_pending || error == Win32Error::handle_eof));
        if (error == Win32Error::io_pending) CHECK(desk.get(job).error == Win32Error::handle_eof);
        CHECK(desk.no_packet());
    }
}

// -- what Wine lacks ------------------------------------------------------------------------------

TEST_CASE("ReadFile on a mailslot ends when a message comes") {
    Desk desk;
    REQUIRE(desk.handles.open(kFirst, {.kind = HandleKind::mailslot}) == Win32Error::success);
    const bool bound = desk.bind(kFirst) == Win32Error::success;
    check_rule_that_wine_breaks("H-HANDLE-5 of mailslots", bound);
    CHECK(desk.handles.refusal(HandleKind::mailslot, Operation::read).empty() == bound);
    if (bound) CHECK(carry_out(desk, Operation::read, 8).packet.bytes == 8);
}

TEST_CASE("LockFileEx ends when the region is free") {
    Desk desk;
    desk.open(HandleKind::file);
    Job& job = desk.jobs[0];
    CHECK(desk.start(job, Operation::lock_region, 0) == Win32Error::io_pending);
    CHECK_FALSE(desk.get(0).has_packet);
    CHECK(desk.satisfy(job));
    const GetResult result = desk.get(under_wine() ? 1'000'000'000 : kLong);
    check_rule_that_wine_breaks("I-IO-1 of LockFileEx",
                                result.has_packet && result.error == Win32Error::success);
    CHECK(desk.handles.refusal(HandleKind::file, Operation::lock_region).empty() == !under_wine());
}

TEST_CASE("DeviceIoControl for an opportunistic lock ends when somebody writes to the file") {
    Desk desk;
    desk.open(HandleKind::file);
    Job& job = desk.jobs[0];
    const Win32Error error = desk.start(job, Operation::control, 0);
    check_rule_that_wine_breaks("I-IO-1 of oplocks", error == Win32Error::io_pending);
    CHECK(desk.handles.refusal(HandleKind::file, Operation::control).empty() == !under_wine());
    if (error != Win32Error::io_pending) return;
    CHECK(desk.satisfy(job));
    CHECK(desk.get(job).error == Win32Error::success);
}

int main(int argc, char** argv) {
    return doctest::Context(argc, argv).run();
}
