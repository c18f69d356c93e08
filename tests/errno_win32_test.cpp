// The table of errors, and that a failed operation's packet reaches whoever asks the port.
#include "real/errno_win32.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <set>
#include <vector>

#include "sim/operation.hpp"
#include "tests/linux_puppet.hpp"

using real::win32_error_of;
using sim::Win32Error;

namespace {

struct Row {
    int number;
    Win32Error error;
};
const std::vector<Row> kTable = {
#define ERRNO_WIN32(number, symbol) {number, Win32Error::symbol},
#include "real/errno_win32.def"
#undef ERRNO_WIN32
};

}  // namespace

TEST_CASE("every errno of the table has one Win32 error, and that one has a name") {
    std::set<int> seen;
    for (const Row& row : kTable) {
        CAPTURE(row.number);
        CHECK(seen.insert(row.number).second);
        CHECK(win32_error_of(row.number) == row.error);
        CHECK(row.error != Win32Error::success);
        CHECK_FALSE(sim::name(row.error).empty());
    }
    CHECK(kTable.size() > 30);
}

TEST_CASE("the errors that documents name for the ends of I/O") {
    CHECK(win32_error_of(0) == Win32Error::success);
    CHECK(win32_error_of(ECANCELED) == Win32Error::operation_aborted);  // I-IO-6
    CHECK(win32_error_of(ECONNRESET) == Win32Error::netname_deleted);
    CHECK(win32_error_of(ECONNREFUSED) == Win32Error::connection_refused);
    CHECK(win32_error_of(EPIPE) == Win32Error::broken_pipe);
    CHECK(win32_error_of(EBADF) == Win32Error::invalid_handle);
    CHECK(win32_error_of(EINVAL) == Win32Error::invalid_parameter);
}

TEST_CASE("an errno that the table does not have is a device that does not work") {
    CHECK(win32_error_of(ELOOP) == Win32Error::gen_failure);
    CHECK(win32_error_of(123456) == Win32Error::gen_failure);
}

TEST_CASE("a post is a success whatever it says (P-POST-2)") {
    test::Theatre stage(1);
    test::Puppet& thread = stage.puppet();
    stage.ports.post(test::Theatre::kPort, {.error = Win32Error::handle_eof, .overlapped = 5});
    thread.gets(test::Theatre::kPort);
    const real::GetResult result = thread.returned();
    CHECK(result.has_packet);
    CHECK(result.error == Win32Error::success);
    CHECK(result.packet.error == Win32Error::success);
}

TEST_CASE("a failed operation comes with its error and its packet (I-IO-4)") {
    test::Theatre stage(1);
    test::Puppet& queued = stage.puppet();
    const real::Completion failed{
        .key = 7, .bytes = 3, .error = Win32Error::handle_eof, .overlapped = 9};
    stage.ports.insert(test::Theatre::kPort, failed);  // taken from the queue
    queued.gets(test::Theatre::kPort);
    const real::GetResult taken = queued.returned();
    CHECK(taken.has_packet);
    CHECK(taken.error == Win32Error::handle_eof);
    CHECK(taken.packet == failed);
    CHECK(stage.waits(queued));
    stage.ports.insert(test::Theatre::kPort, failed);  // handed to the waiting thread
    const real::GetResult handed = queued.returned();
    CHECK(handed.has_packet);
    CHECK(handed.error == Win32Error::handle_eof);
    CHECK(handed.packet == failed);
}
