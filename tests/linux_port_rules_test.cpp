// The rules of behaviours.md §6 on our Linux port beyond the golden scenarios: throttling,
// blocking, association, and what happens when calls meet.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "real/port_linux.hpp"
#include "tests/linux_puppet.hpp"

using sim::PortId;
using sim::ThreadId;
using sim::Win32Error;
using test::error_of;
using test::packet;
using test::Puppet;
using test::received;
using test::Theatre;

TEST_SUITE("throttling") {
    TEST_CASE("concurrency value 0 is the number of processors") {
        Theatre stage(0);
        CHECK(stage.ports.limit(Theatre::kPort) == real::linux_processors());
        CHECK(stage.ports.limit(Theatre::kPort) >= 1);
    }

    TEST_CASE("the greatest concurrency value never throttles") {
        Theatre stage(0xFFFF'FFFF);
        CHECK(stage.ports.limit(Theatre::kPort) == 0xFFFF'FFFF);
        std::vector<Puppet*> waiting;
        for (int i = 0; i < 12; ++i) waiting.push_back(&stage.waiter());
        for (std::uint32_t n = 1; n <= 12; ++n) stage.post(n);
        std::uint32_t n = 12;
        for (Puppet* thread : waiting) CHECK(received(*thread) == n--);
    }

    TEST_CASE("a packet handed to a thread never shows in the depth and cannot be stolen") {
        Theatre stage(2);
        Puppet& a = stage.waiter();
        Puppet& thief = stage.puppet();
        for (std::uint32_t n = 1; n <= 200; ++n) {
            stage.post(n);
            CHECK(stage.depth() == 0);
            thief.gets(Theatre::kPort, 0);
            CHECK(error_of(thief) == Win32Error::wait_timeout);
            CHECK(received(a) == n);
            CHECK(stage.waits(a));
        }
    }

    TEST_CASE("packets posted before any thread comes wait in the queue") {
        Theatre stage(1);
        for (std::uint32_t n = 1; n <= 3000; ++n) stage.post(n);
        CHECK(stage.depth() == 3000);
        Puppet& a = stage.puppet();
        for (std::uint32_t n = 1; n <= 3000; ++n) {
            a.gets(Theatre::kPort, 0);
            REQUIRE(received(a) == n);
        }
        CHECK(stage.depth() == 0);
    }

    TEST_CASE("nobody but the released thread wakes up") {
        Theatre stage(1);
        std::vector<Puppet*> asleep;
        for (int i = 0; i < 7; ++i) asleep.push_back(&stage.waiter());
        Puppet& hot = stage.waiter();
        for (std::uint32_t n = 1; n <= 500; ++n) {
            stage.post(n);
            REQUIRE(received(hot) == n);
            REQUIRE(stage.waits(hot));
        }
        stage.ports.close(Theatre::kPort);
        for (Puppet* thread : asleep) {
            CHECK(error_of(*thread) == Win32Error::abandoned_wait_0);
            // Its own sleep, and perhaps one for the lock; not 500.
            CHECK(thread->switches() <= 5);
        }
    }

    // Whatever the pool's size: as long as nobody blocks, a third thread never comes to the top of
    // the stack while fewer than two are active.
    TEST_CASE("of 64 workers the newest two do all the work when two may be active") {
        constexpr std::uint32_t kWorkers = 64;
        constexpr std::uint64_t kPackets = 20'000;
        real::LinuxPorts ports;
        REQUIRE(ports.create(2) == Win32Error::success);
        std::vector<std::uint64_t> got(kWorkers, 0);
        std::atomic<std::uint64_t> all{0};
        std::vector<std::thread> workers;
        for (std::uint32_t i = 0; i < kWorkers; ++i) {
            workers.emplace_back([&, self = sim::ThreadId{i}] {
                ports.thread_begins(self);
                while (ports.get(self, Theatre::kPort, sim::kInfinite).has_packet) {
                    ++got[sim::index(self)];
                    ++all;
                }
                ports.thread_ends(self);
            });
            while (!*ports.parked(sim::ThreadId{i}, Theatre::kPort)) std::this_thread::yield();
        }
        for (std::uint64_t n = 1; n <= kPackets; ++n) ports.post(Theatre::kPort, {.overlapped = n});
        while (all < kPackets) std::this_thread::yield();
        ports.close(Theatre::kPort);
        for (std::thread& worker : workers) worker.join();
        for (std::uint32_t i = 0; i + 2 < kWorkers; ++i) CHECK(got[i] == 0);
        CHECK(got[kWorkers - 2] + got[kWorkers - 1] == kPackets);
    }
}

TEST_SUITE("blocking") {
    TEST_CASE("a thread that is associated with no port may block without effect") {
        Theatre stage(1);
        Puppet& stranger = stage.puppet();
        stranger.blocks();
        Puppet& a = stage.waiter();
        stranger.unblocks();
        stage.post(1);
        CHECK(received(a) == 1);
        stranger.blocks();  // must not free the slot of another thread
        stage.post(2);
        CHECK(stage.depth() == 1);
    }

    TEST_CASE("to begin or end blocking twice counts once") {
        Theatre stage(2);
        Puppet& a = stage.runner();
        Puppet& b = stage.runner();
        Puppet& c = stage.waiter();
        Puppet& d = stage.waiter();
        a.blocks();
        a.blocks();
        stage.post(1);
        stage.post(2);
        CHECK(received(d) == 1);
        CHECK(stage.parked(c));
        a.unblocks();
        a.unblocks();  // three active
        b.blocks();
        CHECK(stage.parked(c));
        d.blocks();
        CHECK(received(c) == 2);
    }

    TEST_CASE("a thread that calls get while it counts as blocked gives up no slot twice") {
        Theatre stage(1);
        Puppet& a = stage.runner();
        a.blocks();
        Puppet& b = stage.runner();
        stage.post(1);
        CHECK(stage.waits(a));  // B has the only slot
        CHECK(stage.depth() == 1);
        b.blocks();
        CHECK(received(a) == 1);
    }

    TEST_CASE("when a blocked thread exits no slot becomes free") {
        Theatre stage(1);
        Puppet& a = stage.runner();
        a.blocks();
        Puppet& b = stage.runner();
        Puppet& c = stage.waiter();
        stage.post(1);
        a.exits();
        CHECK(stage.parked(c));
        b.exits();
        CHECK(received(c) == 1);
    }
}

TEST_SUITE("association") {
    TEST_CASE("posting does not associate") {
        Theatre stage(1);
        Puppet& poster = stage.puppet();
        Puppet& a = stage.waiter();
        poster.posts(Theatre::kPort, packet(1));
        CHECK(received(a) == 1);
        CHECK(stage.waits(a));
        poster.posts(Theatre::kPort, packet(2));
        CHECK(received(a) == 2);
    }

    TEST_CASE("a call on a closed port fails and leaves the association as it was") {
        Theatre stage(1, 1);
        Puppet& a = stage.runner();
        Puppet& b = stage.waiter();
        stage.post(1);
        stage.ports.close(Theatre::kOther);
        a.gets(Theatre::kOther, 0);
        CHECK(error_of(a) == Win32Error::invalid_handle);
        CHECK(stage.parked(b));
        a.blocks();
        CHECK(received(b) == 1);
    }

    TEST_CASE("a paused thread that turns to another port frees nothing and counts there") {
        Theatre stage(1, 1);
        Puppet& a = stage.runner();
        a.blocks();
        Puppet& b = stage.runner();
        Puppet& c = stage.waiter();
        stage.post(1);
        a.gets(Theatre::kOther, 0);
        CHECK(error_of(a) == Win32Error::wait_timeout);
        CHECK(stage.parked(c));
        stage.post(2, Theatre::kOther);
        Puppet& d = stage.waiter(Theatre::kOther);
        CHECK(stage.depth(Theatre::kOther) == 1);
        a.exits();
        CHECK(received(d) == 2);
        b.exits();
        CHECK(received(c) == 1);
    }

    TEST_CASE("a thread whose port was closed is free for another port") {
        Theatre stage(1, 1);
        Puppet& a = stage.waiter();
        Puppet& b = stage.runner();
        stage.ports.close(Theatre::kPort);
        CHECK(error_of(a) == Win32Error::abandoned_wait_0);
        b.blocks();
        b.unblocks();
        stage.post(1, Theatre::kOther);
        stage.post(2, Theatre::kOther);
        a.gets(Theatre::kOther);
        CHECK(received(a) == 1);
        CHECK(stage.waits(b, Theatre::kOther));
        a.exits();
        CHECK(received(b) == 2);
    }

    TEST_CASE("a thread that has ended and begins again starts without a port") {
        Theatre stage(1);
        {
            Puppet first(stage.ports, ThreadId{40});
            first.gets(Theatre::kPort, 0);
            CHECK(error_of(first) == Win32Error::wait_timeout);
        }
        Puppet again(stage.ports, ThreadId{40});
        Puppet& a = stage.waiter();
        stage.post(1);
        CHECK(received(a) == 1);
        again.blocks();
        stage.post(2);
        CHECK(stage.depth() == 1);
        CHECK(stage.waits(again));
        a.exits();
        CHECK(received(again) == 2);
    }
}

TEST_SUITE("races") {
    TEST_CASE("a call that meets the close is abandoned or finds no port, never anything else") {
        int abandoned = 0;
        for (int round = 0; round < 300; ++round) {
            Theatre stage(2);
            Puppet& a = stage.puppet();
            Puppet& b = stage.puppet();
            a.gets(Theatre::kPort);
            b.gets(Theatre::kPort, 1'000'000'000'000);
            if (round % 3 == 0) (void)a.settles(Theatre::kPort);
            CHECK(stage.ports.close(Theatre::kPort) == Win32Error::success);
            for (Puppet* thread : {&a, &b}) {
                const Win32Error error = error_of(*thread);
                CHECK(
                    (error == Win32Error::abandoned_wait_0 || error == Win32Error::invalid_handle));
                if (error == Win32Error::abandoned_wait_0) ++abandoned;
            }
        }
        CHECK(abandoned >= 100);  // the settled ones at least
    }

    TEST_CASE("threads that change places between two ports never lock each other out") {
        Theatre stage(1, 1);
        std::vector<std::thread> threads;
        for (std::uint32_t id = 0; id < 8; ++id) {
            threads.emplace_back([&stage, id] {
                const ThreadId self{100 + id};
                stage.ports.thread_begins(self);
                for (std::uint32_t turn = 0; turn < 50'000; ++turn) {
                    stage.ports.get(self, PortId{(id + turn) % 2}, 0);
                }
                stage.ports.thread_ends(self);
            });
        }
        for (std::thread& thread : threads) thread.join();
        // Every slot came back.
        for (const PortId port : {Theatre::kPort, Theatre::kOther}) {
            Puppet& a = stage.waiter(port);
            stage.post(1, port);
            CHECK(received(a) == 1);
        }
    }
}
