// Who makes an operation of the Win32 port end, and how often.
#include "tests/win32_handles_fixture.hpp"

using namespace test;  // NOLINT: a fixture made for these files
using namespace real;  // NOLINT: what is tested

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
