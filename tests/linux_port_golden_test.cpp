// The golden scenarios of behaviours.md §8 on our Linux port, with real threads that are led step
// by step. What holds here is a fact about this port, not about Windows.
#include <doctest/doctest.h>

#include "tests/linux_puppet.hpp"

using real::Completion;
using sim::Win32Error;
using test::error_of;
using test::packet;
using test::Puppet;
using test::received;
using test::Theatre;

TEST_SUITE("golden scenarios") {
    TEST_CASE("S1: packets leave oldest first, threads wake newest first") {
        Theatre stage(2);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter();
        Puppet& c = stage.waiter();

        stage.post(1);
        CHECK_FALSE(stage.parked(c));
        CHECK(received(c) == 1);
        stage.post(2);
        CHECK_FALSE(stage.parked(b));
        CHECK(received(b) == 2);
        stage.post(3);
        CHECK(stage.parked(a));
        CHECK(stage.depth() == 1);

        b.gets(Theatre::kPort);
        CHECK(received(b) == 3);
        CHECK(stage.parked(a));
        CHECK(stage.waits(c));
        CHECK(stage.waits(b));

        // The stack is A, C, B and nobody is active: two releases, from the top.
        stage.post(4);
        stage.post(5);
        stage.post(6);
        CHECK(received(b) == 4);
        CHECK(received(c) == 5);
        CHECK(stage.parked(a));
        CHECK(stage.depth() == 1);
    }

    TEST_CASE("S2: one hot thread does all the work while the other sleeps") {
        Theatre stage(1);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter();
        for (std::uint32_t n = 1; n <= 3; ++n) stage.post(n);
        CHECK(stage.depth() == 2);
        CHECK(received(b) == 1);
        b.gets(Theatre::kPort);
        CHECK(received(b) == 2);
        b.gets(Theatre::kPort);
        CHECK(received(b) == 3);
        CHECK(stage.parked(a));
    }

    TEST_CASE("S3: a blocked thread is replaced, and the excess is worked off at the next get") {
        Theatre stage(1);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter();
        for (std::uint32_t n = 1; n <= 4; ++n) stage.post(n);
        CHECK(received(b) == 1);

        b.blocks();
        CHECK_FALSE(stage.parked(a));
        CHECK(received(a) == 2);
        b.unblocks();  // two active, one allowed
        CHECK(stage.waits(b));
        CHECK(stage.depth() == 2);  // it waits although packets are queued (C-SELF-2)
        a.gets(Theatre::kPort);
        CHECK(received(a) == 3);
        CHECK(stage.parked(b));
        a.blocks();
        CHECK(received(b) == 4);
    }

    TEST_CASE("S4: a thread that only polls takes the slot") {
        Theatre stage(1);
        Puppet& a = stage.waiter();
        Puppet& m = stage.puppet();
        m.gets(Theatre::kPort, 0);
        CHECK(error_of(m) == Win32Error::wait_timeout);
        stage.post(1);
        CHECK(stage.depth() == 1);
        CHECK(stage.parked(a));
        m.blocks();
        CHECK(received(a) == 1);
        m.unblocks();
        // Two active now: when one leaves, the port is still full.
        stage.post(2);
        Puppet& c = stage.waiter();
        m.blocks();
        CHECK(stage.parked(c));
        a.blocks();
        CHECK(received(c) == 2);
    }

    TEST_CASE("S5: a thread that posts counts itself, with two slots and with three") {
        for (const std::uint32_t limit : {2U, 3U}) {
            CAPTURE(limit);
            Theatre stage(limit);
            Puppet& m = stage.puppet();
            stage.post(1);
            m.gets(Theatre::kPort);
            CHECK(received(m) == 1);
            Puppet& t1 = stage.waiter();
            Puppet& t0 = stage.waiter();
            for (const std::uint32_t n : {3U, 4U, 5U}) m.posts(Theatre::kPort, packet(n));
            CHECK(received(t0) == 3);
            m.gets(Theatre::kPort);
            if (limit == 2) {
                CHECK(received(m) == 4);
                CHECK(stage.parked(t1));
                t0.blocks();
                CHECK(received(t1) == 5);
            } else {
                CHECK(received(t1) == 4);
                CHECK(received(m) == 5);
            }
        }
    }

    TEST_CASE("S6: a wait times out although a packet is queued, and the thread counts as active") {
        Theatre stage(1);
        Puppet& b = stage.waiter();
        stage.post(1);
        CHECK(received(b) == 1);
        stage.post(2);
        Puppet& a = stage.puppet();
        a.gets(Theatre::kPort, 20'000'000);
        CHECK(error_of(a) == Win32Error::wait_timeout);
        CHECK(stage.depth() == 1);
        a.gets(Theatre::kPort, 0);
        CHECK(error_of(a) == Win32Error::wait_timeout);
        CHECK(stage.depth() == 1);

        // Two are active with one slot: only when both have gone is a third released.
        Puppet& c = stage.waiter();
        b.blocks();
        CHECK(stage.parked(c));
        a.blocks();
        CHECK(received(c) == 2);
    }

    TEST_CASE("S7: a thread that exits is replaced by a waiting one") {
        Theatre stage(1);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter();
        stage.post(1);
        stage.post(2);
        CHECK(received(b) == 1);
        b.exits();
        CHECK_FALSE(stage.parked(a));
        CHECK(received(a) == 2);
    }

    TEST_CASE("S7: a thread that turns to another port is replaced by a waiting one") {
        Theatre stage(1, 1);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter();
        stage.post(1);
        stage.post(2);
        CHECK(received(b) == 1);
        CHECK(stage.waits(b, Theatre::kOther));
        CHECK_FALSE(stage.parked(a));
        CHECK(received(a) == 2);
        stage.post(3, Theatre::kOther);
        CHECK(received(b) == 3);
    }

    TEST_CASE("S8: a thread's own post wakes a waiting thread, however the poster got its packet") {
        Theatre stage(2);
        stage.post(1);
        Puppet& a = stage.puppet();
        a.gets(Theatre::kPort);
        CHECK(received(a) == 1);  // taken without waiting
        Puppet& b = stage.waiter();
        a.posts(Theatre::kPort, packet(2));
        CHECK(received(b) == 2);
        CHECK(stage.waits(a));
        b.posts(Theatre::kPort, packet(3));  // handed over after waiting
        CHECK(received(a) == 3);
    }

    TEST_CASE("S9: closing releases the waiting threads, discards the packets, fails later calls") {
        Theatre stage(1);
        Puppet& worker = stage.waiter();
        stage.post(1);
        CHECK(received(worker) == 1);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter();
        stage.post(2);
        stage.post(3);
        CHECK(stage.depth() == 2);

        CHECK(stage.ports.close(Theatre::kPort) == Win32Error::success);
        CHECK_FALSE(stage.parked(a));
        CHECK_FALSE(stage.parked(b));
        CHECK(error_of(a) == Win32Error::abandoned_wait_0);
        CHECK(error_of(b) == Win32Error::abandoned_wait_0);
        CHECK_FALSE(stage.ports.depth(Theatre::kPort).has_value());
        CHECK(stage.ports.discarded(Theatre::kPort) == 2);

        worker.gets(Theatre::kPort);
        CHECK(error_of(worker) == Win32Error::invalid_handle);
        a.gets(Theatre::kPort, 0);
        CHECK(error_of(a) == Win32Error::invalid_handle);
        CHECK(stage.ports.post(Theatre::kPort, packet(4)) == Win32Error::invalid_handle);
        CHECK(stage.ports.close(Theatre::kPort) == Win32Error::invalid_handle);
    }

    TEST_CASE("S10: one sentinel ends one thread, and each exit releases the next") {
        Theatre stage(1);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter();
        Puppet& c = stage.waiter();
        const Completion sentinel{};
        for (int i = 0; i < 3; ++i) {
            CHECK(stage.ports.post(Theatre::kPort, sentinel) == Win32Error::success);
        }
        CHECK(stage.depth() == 2);
        for (Puppet* thread : {&c, &b, &a}) {
            const real::GetResult result = thread->returned();
            CHECK(result.error == Win32Error::success);
            CHECK(result.packet == sentinel);
            thread->exits();
        }
        CHECK(stage.depth() == 0);
    }
}
