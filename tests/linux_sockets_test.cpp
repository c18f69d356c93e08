// Connections and datagrams of our Linux port. Evidence about our port only.
#include <doctest/doctest.h>

#include "sim/scenario.hpp"
#include "tests/handles_fixture.hpp"

using real::HandleKind;
using sim::Operation;
using sim::Win32Error;
using test::Desk;
using test::Job;

TEST_SUITE("connections") {
    TEST_CASE("an accepted connection is a new file, not bound (H-HANDLE-10, I-IO-16)") {
        for (const bool at_once : {false, true}) {
            CAPTURE(at_once);
            Desk desk;
            desk.open(HandleKind::tcp_listener);
            Job job, received;
            real::IoStart call = desk.call(job, Operation::accept, 0);
            call.accepts = Desk::kSecond;
            call.plan.at_once = at_once;
            const Win32Error expected = at_once ? Win32Error::success : Win32Error::io_pending;
            CHECK(desk.handles.start(call, job.overlapped).error == expected);
            desk.satisfy(job);
            CHECK(desk.get(job).error == Win32Error::success);
            CHECK(desk.bind(Desk::kSecond, 5) == Win32Error::success);
            CHECK(desk.start(received, Operation::recv, 30, Desk::kSecond) ==
                  Win32Error::io_pending);
            desk.satisfy(received);
            const real::GetResult result = desk.get(received);
            CHECK(result.packet.bytes == 30);
            CHECK(result.packet.key == 5);
        }
    }
    TEST_CASE("a connection is made, or refused: 1225") {
        for (const Win32Error error : {Win32Error::success, Win32Error::connection_refused}) {
            Desk desk;
            desk.open(HandleKind::tcp_client);
            Job job;
            real::IoStart call = desk.call(job, Operation::connect, 0);
            call.plan.error = error;
            CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
            desk.satisfy(job);
            CHECK(desk.get(job).error == error);
            if (error != Win32Error::success) continue;
            Job received;
            CHECK(desk.start(received, Operation::recv, 9) == Win32Error::io_pending);
            desk.satisfy(received);
            CHECK(desk.get(received).packet.bytes == 9);
            CHECK(desk.start(job, Operation::disconnect, 0) == Win32Error::io_pending);
            desk.satisfy(job);
            CHECK(desk.get(job).error == Win32Error::success);
        }
    }
    TEST_CASE("datagrams with addresses") {
        for (const Operation operation :
             {Operation::recv_from, Operation::recv_msg, Operation::send_to, Operation::send_msg}) {
            Desk desk;
            desk.open(HandleKind::udp);
            Job job;
            CHECK(desk.start(job, operation, 33) == Win32Error::io_pending);
            desk.satisfy(job);
            CHECK(desk.get(job).packet.bytes == 33);
        }
    }
}
