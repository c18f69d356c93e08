// Handles of our Linux port against the sentences of the documentation (behaviours.md §6 and §7):
// binding, notification modes, cancelling and closing, and what is refused. Evidence about our port
// only.
#include <doctest/doctest.h>

#include <filesystem>
#include <thread>

#include "sim/scenario.hpp"
#include "tests/handles_fixture.hpp"
#include "tests/linux_kinds.hpp"

using real::HandleKind;
using sim::HandleId;
using sim::Operation;
using sim::PortId;
using sim::Win32Error;
using test::Desk;
using test::Job;
using test::kKinds;
using test::read_of;
using test::write_of;

TEST_SUITE("binding (behaviours.md 7.3)") {
    TEST_CASE("overlapped and unbound: success; bound already: 87, also through a duplicate") {
        Desk desk;
        desk.ports->create(1);
        desk.open(HandleKind::file, Desk::kFirst, false);
        CHECK(desk.bind(Desk::kFirst) == Win32Error::success);
        CHECK(desk.bind(Desk::kFirst) == Win32Error::invalid_parameter);  // H-HANDLE-2
        CHECK(desk.handles.bind(Desk::kFirst, PortId{1}, 1) == Win32Error::invalid_parameter);
        CHECK(desk.handles.duplicate(Desk::kSecond, Desk::kFirst) == Win32Error::success);
        CHECK(desk.bind(Desk::kSecond) == Win32Error::invalid_parameter);
    }
    TEST_CASE("not overlapped: 87 (H-HANDLE-1)") {
        Desk desk;
        REQUIRE(desk.handles.open(Desk::kFirst, {.overlapped = false}) == Win32Error::success);
        CHECK(desk.bind(Desk::kFirst) == Win32Error::invalid_parameter);
    }
    TEST_CASE("no such handle or no such port: 6; none at all: 87 (H-HANDLE-5)") {
        Desk desk;
        CHECK(desk.bind(Desk::kFirst) == Win32Error::invalid_handle);
        CHECK(desk.bind(HandleId::none) == Win32Error::invalid_parameter);  // INVALID_HANDLE_VALUE
        CHECK(desk.bind(HandleId{9}) == Win32Error::invalid_handle);
        desk.open(HandleKind::file, Desk::kFirst, false);
        CHECK(desk.handles.bind(Desk::kFirst, PortId{9}, 1) == Win32Error::invalid_handle);
        desk.ports->close(Desk::kPort);
        CHECK(desk.bind(Desk::kFirst) == Win32Error::invalid_handle);
    }
    TEST_CASE("a file may be bound after an operation was started (H-HANDLE-6)") {
        Desk desk;
        desk.open(HandleKind::pipe, Desk::kFirst, false);
        Job job;
        CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
        CHECK(desk.bind(Desk::kFirst, 5) == Win32Error::success);
        desk.satisfy(job);
        CHECK(desk.get(job).packet.key == 5);
    }
    TEST_CASE("operations through a duplicate queue packets with the file's key (H-HANDLE-8)") {
        Desk desk;
        desk.open(HandleKind::pipe);
        REQUIRE(desk.handles.duplicate(Desk::kSecond, Desk::kFirst) == Win32Error::success);
        Job job;
        CHECK(desk.start(job, Operation::read, 8, Desk::kSecond) == Win32Error::io_pending);
        CHECK(desk.handles.close(Desk::kFirst) == Win32Error::success);  // not the last handle
        desk.satisfy(job);
        CHECK(desk.get(job).error == Win32Error::success);
    }
    TEST_CASE("a call with a completion routine fails on a bound handle (H-HANDLE-7)") {
        Desk desk;
        desk.open(HandleKind::file);
        desk.open(HandleKind::tcp, Desk::kSecond);
        Job job;
        real::IoStart read = desk.call(job, Operation::read, 8);
        read.routine = true;
        CHECK(desk.handles.start(read, job.overlapped).error == Win32Error::invalid_parameter);
        real::IoStart recv = desk.call(job, Operation::recv, 8, Desk::kSecond);
        recv.routine = true;
        CHECK(desk.handles.start(recv, job.overlapped).error == Win32Error::wsa_einval);
        CHECK(desk.no_packet());
    }
}

TEST_SUITE("notification") {
    TEST_CASE("a handle can skip the port for what succeeds at once (N-NOTIFY-1, -2, -4)") {
        Desk desk;
        desk.open(HandleKind::file);
        CHECK(desk.handles.set_modes(Desk::kFirst, sim::kSkipPortOnSuccess) == Win32Error::success);
        CHECK(desk.handles.set_modes(Desk::kFirst, 0) == Win32Error::success);  // takes none away
        Job job;
        real::IoStart call = desk.call(job, Operation::read, 8);
        call.plan.at_once = true;
        CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::success);
        CHECK(desk.no_packet());
        CHECK(desk.handles.ended_without_packet(job.overlapped));
        CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
        desk.satisfy(job);
        desk.get(job);
    }
    TEST_CASE("only of a handle that is open and overlapped: 6, 87 (N-NOTIFY-5)") {
        Desk desk;
        CHECK(desk.handles.set_modes(Desk::kFirst, 1) == Win32Error::invalid_handle);
        REQUIRE(desk.handles.open(Desk::kFirst, {.overlapped = false}) == Win32Error::success);
        CHECK(desk.handles.set_modes(Desk::kFirst, 1) == Win32Error::invalid_parameter);
    }
    TEST_CASE("hEvent is reset by the call and set by the end; its low bit suppresses the packet") {
        Desk desk;
        desk.open(HandleKind::pipe);
        real::ManualEvent event;
        for (const bool low_bit : {false, true}) {  // I-IO-10, I-IO-9
            CAPTURE(low_bit);
            Job job;
            real::IoStart call = desk.call(job, Operation::read, 8);
            call.event = &event;
            call.low_bit = low_bit;
            event.set();
            CHECK(desk.handles.start(call, job.overlapped).error == Win32Error::io_pending);
            CHECK_FALSE(event.is_set());
            desk.satisfy(job);
            CHECK(event.wait(test::kLong));
            if (!low_bit) desk.get(job);
            CHECK(desk.no_packet());
            CHECK(desk.handles.ended_without_packet(job.overlapped) == low_bit);
        }
    }
}

TEST_SUITE("cancelling and closing") {
    TEST_CASE("nothing to cancel: 1168; no such handle: 6 (I-IO-6)") {
        Desk desk;
        CHECK(desk.handles.cancel(Desk::kFirst, 0).error == Win32Error::invalid_handle);
        desk.open(HandleKind::tcp);
        CHECK(desk.handles.cancel(Desk::kFirst, 0).error == Win32Error::not_found);
        Job job;
        CHECK(desk.start(job, Operation::recv, 8) == Win32Error::io_pending);
        CHECK(desk.handles.cancel(Desk::kFirst, 3).error == Win32Error::not_found);
    }
    TEST_CASE("each cancelled operation delivers its packet: 995") {
        for (const HandleKind kind : kKinds) {
            CAPTURE(real::name(kind));
            Desk desk;
            desk.open(kind);
            Job jobs[3];
            for (Job& job : jobs)
                CHECK(desk.start(job, read_of(kind), 8) == Win32Error::io_pending);
            const auto cancelled = desk.handles.cancel(Desk::kFirst, 0);
            CHECK(cancelled.error == Win32Error::success);
            CHECK(cancelled.first == jobs[0].id);
            for (const Job& job : jobs)  // in the order of their calls
                CHECK(desk.get(job).error == Win32Error::operation_aborted);
            CHECK(desk.no_packet());
        }
    }
    TEST_CASE("one label only, also behind others that stay") {
        Desk desk;
        desk.open(HandleKind::tcp);
        Job first, second;
        CHECK(desk.start(first, Operation::recv, 8) == Win32Error::io_pending);
        real::IoStart call = desk.call(second, Operation::recv, 8);
        call.label = 4;
        CHECK(desk.handles.start(call, second.overlapped).error == Win32Error::io_pending);
        CHECK(desk.handles.cancel(Desk::kFirst, 4).first == second.id);
        CHECK(desk.get(second).error == Win32Error::operation_aborted);
        CHECK(desk.handles.cancel(Desk::kFirst, 4).error == Win32Error::not_found);
        desk.satisfy(first);
        CHECK(desk.get(first).error == Win32Error::success);
    }
    TEST_CASE("one that has ended cannot be ended once more") {
        Desk desk;
        desk.open(HandleKind::pipe);
        Job job;
        CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
        const std::uint64_t old = job.id;
        desk.handles.cancel(Desk::kFirst, 0);
        desk.get(job);
        desk.satisfy(job);
        CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
        desk.handles.satisfy(job.overlapped, old);
        CHECK_FALSE(desk.get(0).has_packet);
        desk.satisfy(job);
        CHECK(desk.get(job).error == Win32Error::success);
    }
    TEST_CASE(
        "the last close aborts: 995, a pipe breaks: 109; then the handle is invalid (I-IO-7)") {
        for (const HandleKind kind : kKinds) {
            CAPTURE(real::name(kind));
            Desk desk;
            desk.open(kind);
            Job first, second;
            CHECK(desk.start(first, read_of(kind), 8) == Win32Error::io_pending);
            CHECK(desk.start(second, write_of(kind), 8) == Win32Error::io_pending);
            CHECK(desk.handles.close(Desk::kFirst) == Win32Error::success);
            CHECK(desk.handles.close(Desk::kFirst) == Win32Error::invalid_handle);
            Job late;
            CHECK(desk.start(late, read_of(kind), 8) == Win32Error::invalid_handle);
            const Win32Error expected =
                kind == HandleKind::pipe ? Win32Error::broken_pipe : Win32Error::operation_aborted;
            for (int i = 0; i < 2; ++i) CHECK(desk.get().error == expected);
            CHECK(desk.no_packet());
        }
    }
    TEST_CASE("a number that is free again can be opened again, bound to nothing") {
        Desk desk;
        desk.open(HandleKind::pipe);
        CHECK(desk.handles.open(Desk::kFirst, {}) == Win32Error::invalid_handle);
        Job job;
        CHECK(desk.start(job, Operation::read, 8) == Win32Error::io_pending);
        desk.handles.close(Desk::kFirst);
        desk.open(HandleKind::file);
        CHECK(desk.get(job).error == Win32Error::broken_pipe);
    }
    TEST_CASE("operations survive their thread if bound, packet wanted, no event (I-IO-14)") {
        Desk desk;
        desk.open(HandleKind::pipe);
        desk.open(HandleKind::pipe, Desk::kSecond, false);
        real::ManualEvent event;
        Job stays, unbound, evented;
        real::IoStart calls[] = {desk.call(stays, Operation::read, 8),
                                 desk.call(unbound, Operation::read, 8, Desk::kSecond),
                                 desk.call(evented, Operation::write, 8)};
        calls[2].event = &event;
        Job* const jobs[] = {&stays, &unbound, &evented};
        std::thread other([&] {
            desk.ports->thread_begins(sim::ThreadId{1});
            for (int i = 0; i < 3; ++i) {
                calls[i].by = sim::ThreadId{1};
                CHECK(desk.handles.start(calls[i], jobs[i]->overlapped).error ==
                      Win32Error::io_pending);
            }
            desk.ports->thread_ends(sim::ThreadId{1});
        });
        other.join();
        CHECK(desk.get(evented).error == Win32Error::operation_aborted);
        CHECK(event.is_set());
        while (desk.handles.pending() > 1) real::sleep_for(100'000);
        CHECK(desk.handles.ended_without_packet(unbound.overlapped));
        desk.satisfy(stays);
        CHECK(desk.get(stays).error == Win32Error::success);
    }
}

TEST_SUITE("what there is not") {
    TEST_CASE("kinds and operations are refused by name") {
        Desk desk;
        CHECK(desk.handles.refusal(HandleKind::mailslot, Operation::read) ==
              "our Linux port has no handles of kind mailslot");
        for (const auto kind : {HandleKind::directory, HandleKind::serial, HandleKind::device}) {
            CHECK_FALSE(desk.handles.refusal(kind, Operation::post).empty());
            CHECK(desk.handles.open(Desk::kFirst, {.kind = kind}) == Win32Error::not_supported);
        }
        CHECK(desk.handles.refusal(HandleKind::pipe, Operation::transact) ==
              "our Linux port knows no TransactNamedPipe on a pipe");
        CHECK(desk.handles.refusal(HandleKind::file, Operation::read).empty());
        Job job;
        desk.open(HandleKind::pipe);
        CHECK(desk.start(job, Operation::transact, 8) == Win32Error::not_supported);
    }
    TEST_CASE("the ports can go while operations are pending, and leave no file open") {
        const auto open_files = [] {
            std::size_t count = 0;
            for ([[maybe_unused]] const auto& each :
                 std::filesystem::directory_iterator("/proc/self/fd"))
                ++count;
            return count;
        };
        const std::size_t before = open_files();
        Job jobs[6];
        {
            Desk desk;
            std::size_t next = 0;
            for (const HandleKind kind : kKinds) {
                const auto handle = sim::make_id<HandleId>(next);
                desk.open(kind, handle);
                CHECK(desk.start(jobs[next++], read_of(kind), 8, handle) == Win32Error::io_pending);
            }
        }
        CHECK(open_files() == before);
    }
}
