// Handles of the Win32 port against the sentences of the documentation (behaviours.md §6.7 to 6.9,
// §7.3, §7.4): every function that can complete through a port does, with the key, the bytes and
// the pointer that it was started with. See win32_port_test.cpp for what Wine is here.
#include "tests/win32_handles_fixture.hpp"

using namespace test;  // NOLINT: a fixture made for these files
using namespace real;  // NOLINT: what is tested

namespace {

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
