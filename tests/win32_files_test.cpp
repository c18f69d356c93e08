// Files of the Win32 port, and what is opened like them: directories, devices, mailslots. What Wine
// lacks of them is a strict expected failure.
#include "tests/win32_handles_fixture.hpp"

using namespace test;  // NOLINT: a fixture made for these files
using namespace real;  // NOLINT: what is tested

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

TEST_CASE("a read that is to find the end of a file does so (I-IO-4)") {
    Desk desk;
    desk.open(HandleKind::file);
    Job& job = desk.jobs[0];
    IoStart call = desk.call(job, Operation::read, 16);
    call.plan.error = Win32Error::handle_eof;
    const Win32Error error = desk.handles.start(call, job.overlapped).error;
    CHECK((error == Win32Error::io_pending || error == Win32Error::handle_eof));
    if (error == Win32Error::io_pending) CHECK(desk.get(job).error == Win32Error::handle_eof);
    CHECK(desk.no_packet());
}

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

TEST_CASE("a handle that skips packets gets none for a read that fails at once, anywhere") {
    Desk desk;
    desk.open(HandleKind::file);
    REQUIRE(desk.handles.set_modes(kFirst, sim::kSkipPortOnSuccess) == Win32Error::success);
    Job& job = desk.jobs[0];
    IoStart call = desk.call(job, Operation::read, 8);
    call.plan.error = Win32Error::invalid_parameter;
    const auto failed = desk.handles.start(call, job.overlapped);
    CHECK(failed.error == Win32Error::invalid_parameter);
    CHECK_FALSE(failed.packet_comes);
    CHECK(desk.no_packet());
}
