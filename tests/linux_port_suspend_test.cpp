// Suspending and resuming threads of our Linux port (TR8), with real threads that are led step by
// step. What holds here is a fact about this port, not about Windows.
#include <doctest/doctest.h>

#include "tests/linux_puppet.hpp"

using real::kMaximumSuspendCount;
using real::SuspendResult;
using sim::ThreadId;
using sim::Win32Error;
using test::error_of;
using test::packet;
using test::Puppet;
using test::received;
using test::Theatre;

namespace {

constexpr sim::Nanos kMillisecond = 1'000'000;
constexpr sim::Nanos kPatience = 30'000 * kMillisecond;  // only ends a hang

SuspendResult suspend(Theatre& stage, const Puppet& thread) {
    return stage.ports.suspend(thread.id(), ThreadId::none, kPatience);
}
SuspendResult resume(Theatre& stage, const Puppet& thread) {
    return stage.ports.resume(thread.id());
}
void pause(sim::Nanos duration) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(duration));
}

}  // namespace

TEST_SUITE("suspended threads") {
    TEST_CASE("C-SUSPEND-2, W-LIFO-3: a suspended waiter gets no packet and comes back on top") {
        Theatre stage(2);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter();
        CHECK(suspend(stage, b).error == Win32Error::success);
        CHECK(*stage.ports.stopped(b.id()));
        CHECK_FALSE(stage.parked(b));
        stage.post(1);
        CHECK(received(a) == 1);
        stage.post(2);
        CHECK(stage.depth() == 1);  // nobody waits
        CHECK(b.in_call());
        CHECK(resume(stage, b).before == 1);
        CHECK(received(b) == 2);  // takes the oldest when it is resumed

        CHECK(stage.waits(a));
        CHECK(stage.waits(b));
        suspend(stage, a);
        resume(stage, a);
        CHECK(stage.parked(a));  // above B now
        stage.post(3);
        CHECK(stage.parked(b));
        CHECK(received(a) == 3);
    }

    TEST_CASE(
        "C-SUSPEND-1: suspending a running thread frees its slot, resuming exceeds the limit") {
        Theatre stage(1);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter();
        for (std::uint32_t n = 1; n <= 3; ++n) stage.post(n);
        CHECK(received(b) == 1);
        CHECK(stage.parked(a));
        suspend(stage, b);
        CHECK(*stage.ports.stopped(b.id()));
        CHECK(received(a) == 2);
        resume(stage, b);
        CHECK_FALSE(*stage.ports.stopped(b.id()));
        CHECK(stage.waits(a));  // B counts again, so A waits although a packet is queued
        CHECK(stage.depth() == 1);
        b.gets(Theatre::kPort);
        CHECK(received(b) == 3);
    }

    TEST_CASE("the time-out of a suspended waiter goes on, and shows when it is resumed") {
        Theatre stage(1);
        Puppet& a = stage.puppet();
        a.gets(Theatre::kPort, 20 * kMillisecond);
        suspend(stage, a);
        pause(60 * kMillisecond);
        CHECK(a.in_call());
        resume(stage, a);
        CHECK(error_of(a) == Win32Error::wait_timeout);

        // A packet that came meanwhile goes before the time-out.
        a.gets(Theatre::kPort, 20 * kMillisecond);
        suspend(stage, a);
        pause(60 * kMillisecond);
        stage.post(1);
        CHECK(stage.depth() == 1);
        resume(stage, a);
        CHECK(received(a) == 1);
    }

    TEST_CASE("a waiter that was resumed in time still times out") {
        Theatre stage(1);
        Puppet& a = stage.puppet();
        a.gets(Theatre::kPort, 50 * kMillisecond);
        suspend(stage, a);
        resume(stage, a);
        CHECK(error_of(a) == Win32Error::wait_timeout);
    }

    TEST_CASE(
        "a port that closes abandons a suspended waiter, which finds out when it is resumed") {
        Theatre stage(1);
        Puppet& a = stage.waiter();
        suspend(stage, a);
        CHECK(stage.ports.close(Theatre::kPort) == Win32Error::success);
        pause(10 * kMillisecond);
        CHECK(a.in_call());
        resume(stage, a);
        CHECK(error_of(a) == Win32Error::abandoned_wait_0);
        suspend(stage, a);  // now it runs, on no port
        CHECK(*stage.ports.stopped(a.id()));
        resume(stage, a);
    }

    TEST_CASE(
        "a thread that waits for something else stays paused, and goes on only when resumed") {
        Theatre stage(1);
        Puppet& a = stage.runner();
        Puppet& b = stage.waiter();
        real::ManualEvent event;
        a.waits_for(event);
        stage.post(1);
        CHECK(received(b) == 1);  // A does not count
        suspend(stage, a);
        event.set();
        pause(10 * kMillisecond);
        CHECK(a.in_call());
        stage.post(2);
        b.gets(Theatre::kPort);
        CHECK(received(b) == 2);  // A still does not count
        resume(stage, a);
        stage.ports.safe_point(ThreadId{7});  // of a thread that there is not: nothing
        a.perform([] {});                     // its wait has ended: it counts again
        stage.post(3);
        CHECK(stage.waits(b));
        CHECK(stage.depth() == 1);
    }

    TEST_CASE("suspensions count, up to 127") {
        Theatre stage(1);
        Puppet& a = stage.runner();
        CHECK(resume(stage, a).before == 0);  // nothing to take back
        for (std::uint32_t n = 0; n < kMaximumSuspendCount; ++n) {
            const SuspendResult result = suspend(stage, a);
            CHECK(result.error == Win32Error::success);
            CHECK(result.before == n);
        }
        CHECK(suspend(stage, a).error == Win32Error::signal_refused);
        for (std::uint32_t n = kMaximumSuspendCount; n > 1; --n) {
            CHECK(resume(stage, a).before == n);
            CHECK(*stage.ports.stopped(a.id()));
        }
        CHECK(resume(stage, a).before == 1);
        a.perform([] {});
    }

    TEST_CASE("a thread that has ended, or never began, cannot be suspended") {
        Theatre stage(1);
        Puppet& a = stage.runner();
        a.exits();
        CHECK(suspend(stage, a).error == Win32Error::access_denied);
        CHECK(resume(stage, a).before == 0);
        CHECK(stage.ports.suspend(ThreadId{9}, ThreadId::none, kPatience).error ==
              Win32Error::invalid_handle);
    }

    TEST_CASE("a thread that suspends itself stands at its next safe point") {
        Theatre stage(1);
        Puppet& a = stage.runner();
        Puppet& b = stage.waiter();
        stage.post(1);
        a.start([&] { stage.ports.suspend(a.id(), a.id(), kPatience); });
        CHECK(received(b) == 1);
        while (!*stage.ports.stopped(a.id())) std::this_thread::yield();
        CHECK(resume(stage, a).before == 1);
        a.perform([] {});
    }

    TEST_CASE("two threads that suspend each other both come to rest") {
        Theatre stage(1);
        Puppet& a = stage.runner();
        Puppet& b = stage.runner();
        a.start([&] { stage.ports.suspend(b.id(), a.id(), kPatience); });
        b.start([&] { stage.ports.suspend(a.id(), b.id(), kPatience); });
        // The second one may be suspended before it suspends the first.
        const auto rest = [&] {
            return *stage.ports.stopped(a.id()) || *stage.ports.stopped(b.id());
        };
        while (!rest()) std::this_thread::yield();
        while (a.in_call() || b.in_call()) {
            resume(stage, a);
            resume(stage, b);
            std::this_thread::yield();
        }
        resume(stage, a);
        resume(stage, b);
        a.perform([] {});
        b.perform([] {});
    }

    TEST_CASE("a suspender gives up waiting for a thread that comes to no safe point") {
        Theatre stage(1);
        Puppet& a = stage.runner();
        std::atomic<bool> began{false};
        std::atomic<bool> enough{false};
        a.start([&] {
            began = true;
            while (!enough) std::this_thread::yield();
        });
        while (!began) std::this_thread::yield();
        CHECK(stage.ports.suspend(a.id(), ThreadId::none, 5 * kMillisecond).error ==
              Win32Error::wait_timeout);
        CHECK_FALSE(*stage.ports.stopped(a.id()));
        enough = true;
        while (!*stage.ports.stopped(a.id())) std::this_thread::yield();
        resume(stage, a);
        a.perform([] {});
    }
}
