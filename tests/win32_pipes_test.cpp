// Pipes of the Win32 port; and, as reads of pipes wait for their far end, what holds for everything
// that waits: events, modes, cancelling.
#include "tests/win32_handles_fixture.hpp"

using namespace test;  // NOLINT: a fixture made for these files
using namespace real;  // NOLINT: what is tested

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

TEST_CASE("what was started before the handle was bound goes to the port (H-HANDLE-6)") {
    Desk desk;
    desk.open(HandleKind::pipe, kFirst, false);
    Job& job = desk.jobs[0];
    CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
    CHECK(desk.bind(kFirst) == Win32Error::success);
    CHECK(desk.satisfy(job));
    CHECK(desk.get(job).packet.bytes == 8);
}

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
