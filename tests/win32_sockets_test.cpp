// Connections of the Win32 port.
#include "tests/win32_handles_fixture.hpp"

using namespace test;  // NOLINT: a fixture made for these files
using namespace real;  // NOLINT: what is tested

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

TEST_CASE("closing a socket aborts what is pending, with a packet (I-IO-7)") {
    Desk desk;
    desk.open(HandleKind::tcp);
    CHECK(desk.start(desk.jobs[0], Operation::recv, 8) == Win32Error::io_pending);
    CHECK(desk.handles.close(kFirst) == Win32Error::success);
    check_rule_that_wine_breaks("I-IO-7 of sockets",
                                desk.get(desk.jobs[0]).error == Win32Error::operation_aborted);
    CHECK(desk.no_packet());
}
