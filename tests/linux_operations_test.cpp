// Operations of our Linux port, and the packets that tell of their ends (behaviours.md §6.8).
// Evidence about our port only.
#include <doctest/doctest.h>

#include <thread>

#include "sim/scenario.hpp"
#include "tests/handles_fixture.hpp"
#include "tests/linux_kinds.hpp"

using real::HandleKind;
using sim::Operation;
using sim::Win32Error;
using test::Desk;
using test::Job;
using test::kKinds;
using test::read_of;
using test::write_of;

TEST_SUITE("packets of operations") {
    TEST_CASE("one that was pending queues one packet with the handle's key (I-IO-1)") {
        for (const HandleKind kind : kKinds)
            for (const Operation operation : {read_of(kind), write_of(kind)}) {
                CAPTURE(real::name(kind));
                Desk desk;
                desk.open(kind);
                Job job;
                CHECK(desk.start(job, operation, 100) == Win32Error::io_pending);
                CHECK_FALSE(desk.get(0).has_packet);
                CHECK(desk.handles.is_pending(job.overlapped, job.id));
                desk.satisfy(job);
                const real::GetResult result = desk.get(job);
                CHECK(result.error == Win32Error::success);
                CHECK(result.packet.bytes == 100);
                CHECK(result.packet.key == 77);
                CHECK_FALSE(desk.handles.is_pending(job.overlapped, job.id));
                CHECK(desk.no_packet());
            }
    }
    TEST_CASE("one that succeeds at once queues one as well (I-IO-2)") {
        for (const HandleKind kind : kKinds)
            for (const Operation operation : {read_of(kind), write_of(kind)}) {
                CAPTURE(real::name(kind));
                Desk desk;
                desk.open(kind);
                Job job;
                real::IoStart call = desk.call(job, operation, 64);
                call.plan.at_once = true;
                const auto started = desk.handles.start(call, job.overlapped);
                // Of a connection the bytes may still be on their way (N-NOTIFY-7).
                const bool pending = started.error == Win32Error::io_pending;
                if (kind != HandleKind::tcp) CHECK_FALSE(pending);
                if (!pending) CHECK(started.error == Win32Error::success);
                if (!pending) CHECK(started.transferred == 64);
                CHECK(desk.get(job).packet.bytes == 64);
                CHECK(desk.no_packet());
            }
    }
    TEST_CASE("one that fails at once queues none (I-IO-3)") {
        Desk desk;
        desk.open(HandleKind::file);
        Job job;
        real::IoStart call = desk.call(job, Operation::read, 8);
        call.plan = {.at_once = true, .error = Win32Error::invalid_parameter};
        CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::invalid_parameter);
        call.id = 2;
        call.plan = {.at_once = true, .error = Win32Error::access_denied};
        CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::access_denied);
        CHECK(desk.handles.pending() == 0);
        CHECK(desk.no_packet());
    }
    TEST_CASE("a failed one is delivered with its pointer and error (I-IO-4)") {
        struct Row {
            HandleKind kind;
            Win32Error error;
        };
        const Row rows[] = {{HandleKind::file, Win32Error::handle_eof},
                            {HandleKind::file, Win32Error::invalid_parameter},
                            {HandleKind::file, Win32Error::access_denied},
                            {HandleKind::pipe, Win32Error::broken_pipe},
                            {HandleKind::pipe, Win32Error::handle_eof},
                            {HandleKind::tcp, Win32Error::netname_deleted},
                            {HandleKind::tcp, Win32Error::connection_aborted}};
        for (const Row& row : rows) {
            CAPTURE(real::name(row.kind));
            CAPTURE(row.error);
            Desk desk;
            desk.open(row.kind);
            Job job;
            real::IoStart call = desk.call(job, read_of(row.kind), 8);
            call.plan = {.error = row.error};
            CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
            desk.satisfy(job);
            CHECK(desk.get(job).error == row.error);
            CHECK(desk.no_packet());
        }
    }
    TEST_CASE("the end of a connection is a success of 0 bytes") {
        Desk desk;
        desk.open(HandleKind::tcp);
        Job job;
        real::IoStart call = desk.call(job, Operation::recv, 8);
        call.plan = {.bytes = 0};
        CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
        desk.satisfy(job);
        const real::GetResult result = desk.get(job);
        CHECK(result.error == Win32Error::success);
        CHECK(result.packet.bytes == 0);
    }
    TEST_CASE("a part of what was asked for is a success; a message too long is a warning") {
        Desk desk;
        desk.open(HandleKind::pipe);
        Job part, warned;
        real::IoStart call = desk.call(part, Operation::read, 100);
        call.plan.bytes = 10;
        CHECK(desk.handles.start(call, part.overlapped).error == Win32Error::io_pending);
        desk.satisfy(part);
        CHECK(desk.get(part).packet.bytes == 10);
        call = desk.call(warned, Operation::read, 20);
        call.plan.error = Win32Error::more_data;
        for (const bool at_once : {false, true}) {  // I-IO-5
            CAPTURE(at_once);
            call.id = ++desk.ids;
            call.plan.at_once = at_once;
            const Win32Error expected = at_once ? Win32Error::more_data : Win32Error::io_pending;
            CHECK(desk.handles.start(call, warned.overlapped).error == expected);
            desk.handles.satisfy(warned.overlapped, call.id);
            const real::GetResult result = desk.get(warned);
            CHECK(result.error == Win32Error::more_data);
            CHECK(result.packet.bytes == 20);
        }
    }
    TEST_CASE("operations on a file end in the order in which they are done (I-IO-12)") {
        Desk desk;
        desk.open(HandleKind::file);
        Job first, second;
        CHECK(desk.start(first, Operation::read, 8) == Win32Error::io_pending);
        CHECK(desk.start(second, Operation::read, 8) == Win32Error::io_pending);
        desk.satisfy(second);
        desk.get(second);
        desk.satisfy(first);
        desk.get(first);
    }
    TEST_CASE("receives on a stream end in the order of their calls") {
        Desk desk;
        desk.open(HandleKind::tcp);
        Job first, second;
        CHECK(desk.start(first, Operation::recv, 1) == Win32Error::io_pending);
        CHECK(desk.start(second, Operation::recv, 2) == Win32Error::io_pending);
        desk.satisfy(second);
        CHECK_FALSE(desk.get(0).has_packet);
        desk.satisfy(first);
        CHECK(desk.get(first).packet.bytes == 1);
        CHECK(desk.get(second).packet.bytes == 2);
    }
    TEST_CASE("an operation on a handle that is not bound queues none") {
        Desk desk;
        desk.open(HandleKind::pipe, Desk::kFirst, false);
        Job job;
        CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
        CHECK_FALSE(desk.handles.ended_without_packet(job.overlapped));
        desk.satisfy(job);
        CHECK(desk.no_packet());
        CHECK(desk.handles.ended_without_packet(job.overlapped));
    }
    TEST_CASE("a call on a handle that is not overlapped returns when the operation has ended") {
        Desk desk;
        REQUIRE(desk.handles.open(Desk::kFirst, {.kind = HandleKind::pipe, .overlapped = false}) ==
                Win32Error::success);
        Job job;
        const real::IoStart call = desk.call(job, Operation::read, 8);
        std::thread far([&] {
            while (!desk.handles.is_pending(job.overlapped, call.id)) std::this_thread::yield();
            desk.handles.satisfy(job.overlapped, call.id);
        });
        const auto started = desk.handles.start(call, job.overlapped);
        CHECK(started.error == Win32Error::success);
        CHECK(started.transferred == 8);
        far.join();
        CHECK(desk.no_packet());
    }
    TEST_CASE("the packet of a port that is closed goes nowhere (X-CLOSE-5)") {
        Desk desk;
        desk.open(HandleKind::pipe);
        Job job;
        CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
        desk.ports->close(Desk::kPort);
        desk.satisfy(job);
        while (desk.handles.pending() > 0) real::sleep_for(100'000);
        CHECK(desk.handles.ended_without_packet(job.overlapped));
    }
}
