// Our Linux port: calls for several packets, APCs, second handles, and its handle as something to
// wait for. See linux_port_rules_test.cpp for the rest of behaviours.md §6.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "real/thread_wrapper.hpp"
#include "tests/linux_puppet.hpp"

using real::WaitEnd;
using sim::PortId;
using sim::Win32Error;
using test::error_of;
using test::packet;
using test::Puppet;
using test::received;
using test::Theatre;

namespace {

using Numbers = std::vector<std::uint32_t>;
constexpr sim::Nanos kMillisecond = 1'000'000;

// Counts how often it ran, and remembers on which thread.
class CountingApc : public real::Apc {
public:
    std::atomic<int> runs{0};
    std::thread::id thread;
    std::function<void()> also;

    void run() override {
        thread = std::this_thread::get_id();
        ++runs;
        if (also) also();
    }
};

// What a puppet waits for is over when this is true.
void await(const std::function<bool()>& done) {
    const auto hang = std::chrono::steady_clock::now() + test::kHang;
    while (!done()) {
        REQUIRE(std::chrono::steady_clock::now() < hang);
        std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
}

}  // namespace

TEST_SUITE("several packets in one call") {
    TEST_CASE("takes as many as there are, oldest first, and no more than asked for (G-EX-1)") {
        Theatre stage(2);
        for (std::uint32_t n = 1; n <= 5; ++n) stage.post(n);
        Puppet& a = stage.puppet();
        a.gets_many(Theatre::kPort, 3);
        CHECK(a.received_many() == Numbers{1, 2, 3});
        a.gets_many(Theatre::kPort, 3);
        CHECK(a.received_many() == Numbers{4, 5});
        CHECK(stage.depth() == 0);
    }

    TEST_CASE("brings one packet after a wait") {
        Theatre stage(1);
        Puppet& a = stage.puppet();
        a.gets_many(Theatre::kPort, 8);
        REQUIRE_FALSE(a.settles(Theatre::kPort));
        stage.post(1);
        stage.post(2);
        CHECK(a.received_many() == Numbers{1});
        a.gets_many(Theatre::kPort, 8);
        CHECK(a.received_many() == Numbers{2});
    }

    TEST_CASE("asking for none fails and changes nothing (G-EX-4)") {
        Theatre stage(1);
        stage.post(1);
        Puppet& a = stage.puppet();
        a.gets_many(Theatre::kPort, 0);
        CHECK(error_of(a) == Win32Error::invalid_parameter);
        CHECK(stage.depth() == 1);
        // It is not associated: it takes no slot (A-ASSOC-6).
        Puppet& b = stage.puppet();
        b.gets(Theatre::kPort);
        CHECK(received(b) == 1);
    }

    TEST_CASE("with a batch in hand a thread is one active thread (C-BATCH-1)") {
        Theatre stage(2);
        for (std::uint32_t n = 1; n <= 4; ++n) stage.post(n);
        Puppet& a = stage.puppet();
        a.gets_many(Theatre::kPort, 4);
        CHECK(a.received_many() == Numbers{1, 2, 3, 4});
        Puppet& b = stage.waiter();
        Puppet& c = stage.waiter();
        stage.post(5);
        stage.post(6);
        CHECK(received(c) == 5);
        CHECK(stage.parked(b));  // a and c are the two
        a.blocks();
        CHECK(received(b) == 6);
    }

    TEST_CASE("times out, is abandoned and is refused like a call for one (G-EX-5)") {
        Theatre stage(1);
        Puppet& a = stage.puppet();
        a.gets_many(Theatre::kPort, 4, false, 0);
        CHECK(error_of(a) == Win32Error::wait_timeout);
        a.gets_many(Theatre::kPort, 4, true, kMillisecond);
        CHECK(error_of(a) == Win32Error::wait_timeout);
        a.gets_many(Theatre::kPort, 4, true);
        REQUIRE_FALSE(a.settles(Theatre::kPort));
        CHECK(stage.ports.close(Theatre::kPort) == Win32Error::success);
        CHECK(error_of(a) == Win32Error::abandoned_wait_0);
        a.gets_many(Theatre::kPort, 4);
        CHECK(error_of(a) == Win32Error::invalid_handle);
    }
}

TEST_SUITE("APCs") {
    TEST_CASE("an alertable call is ended by an APC, any other is deaf (T-APC-1)") {
        Theatre stage(1);
        CountingApc apc;
        Puppet& a = stage.waiter();
        CHECK(stage.ports.queue_apc(a.id(), apc) == Win32Error::success);
        CHECK(stage.parked(a));
        stage.post(1);
        CHECK(received(a) == 1);
        CHECK(apc.runs == 0);
        a.gets_many(Theatre::kPort, 1, true);  // associated here, nothing queued: the APC
        CHECK(error_of(a) == Win32Error::wait_io_completion);
        CHECK(apc.runs == 1);
        a.gets_many(Theatre::kPort, 1, true);
        REQUIRE_FALSE(a.settles(Theatre::kPort));
        CHECK(stage.ports.queue_apc(a.id(), apc) == Win32Error::success);
        CHECK(error_of(a) == Win32Error::wait_io_completion);
        CHECK(apc.runs == 2);
        std::thread::id own;
        a.does([&] { own = std::this_thread::get_id(); });
        a.has_done();
        CHECK(apc.thread == own);
    }

    TEST_CASE("a thread that an APC released counts, even above the limit") {
        Theatre stage(1);
        CountingApc apc;
        Puppet& a = stage.puppet();
        a.gets_many(Theatre::kPort, 1, true);
        REQUIRE_FALSE(a.settles(Theatre::kPort));
        Puppet& b = stage.waiter();
        CHECK(stage.ports.queue_apc(a.id(), apc) == Win32Error::success);
        CHECK(error_of(a) == Win32Error::wait_io_completion);
        stage.post(1);
        CHECK(stage.parked(b));
        a.blocks();
        CHECK(received(b) == 1);
    }

    TEST_CASE("with both pending, a thread of this port gets the packet, any other the APC") {
        Theatre stage(1, 1);
        CountingApc apc;
        Puppet& a = stage.puppet();
        stage.post(1);
        stage.post(2);
        CHECK(stage.ports.queue_apc(a.id(), apc) == Win32Error::success);
        a.gets_many(Theatre::kPort, 1, true);
        CHECK(error_of(a) == Win32Error::wait_io_completion);  // T-APC-2
        Puppet& b = stage.puppet();
        b.gets(Theatre::kPort);  // nobody holds the slot: the call did not associate (A-ASSOC-6)
        CHECK(received(b) == 1);
        b.exits();
        a.gets_many(Theatre::kPort, 1, true);
        CHECK(received(a) == 2);
        CHECK(stage.ports.queue_apc(a.id(), apc) == Win32Error::success);
        stage.post(3);
        a.gets_many(Theatre::kPort, 1, true);
        CHECK(received(a) == 3);
        // Of another port: it stays with its own.
        stage.post(4, Theatre::kOther);
        a.gets_many(Theatre::kOther, 1, true);
        CHECK(error_of(a) == Win32Error::wait_io_completion);
        CHECK(stage.depth(Theatre::kOther) == 1);
        CHECK(apc.runs == 2);
    }

    TEST_CASE("APCs run in order, those that they queue themselves as well") {
        Theatre stage(1);
        Puppet& a = stage.puppet();
        Numbers order;
        CountingApc first, second, third;
        first.also = [&] {
            order.push_back(1);
            CHECK(stage.ports.queue_apc(a.id(), third) == Win32Error::success);
        };
        second.also = [&] { order.push_back(2); };
        third.also = [&] { order.push_back(3); };
        CHECK(stage.ports.queue_apc(a.id(), first) == Win32Error::success);
        CHECK(stage.ports.queue_apc(a.id(), second) == Win32Error::success);
        bool ran = false, again = true;
        a.does([&] {
            ran = stage.ports.run_apcs(a.id());
            again = stage.ports.run_apcs(a.id());
        });
        a.has_done();
        CHECK(ran);
        CHECK_FALSE(again);
        CHECK(order == Numbers{1, 2, 3});
    }

    TEST_CASE("an APC ends an alertable wait for an event; a set event ends it as satisfied") {
        Theatre stage(1);
        Puppet& a = stage.puppet();
        CountingApc apc;
        real::ManualEvent event;
        std::atomic<int> end{-1};
        const auto waits = [&](sim::Nanos timeout) {
            end = -1;
            a.does([&, timeout] {
                end = static_cast<int>(stage.ports.wait_alertably(a.id(), event, timeout));
            });
        };
        const auto ended_as = [&](WaitEnd how) {
            a.has_done();
            return end == static_cast<int>(how);
        };
        for (int i = 0; i < 200; ++i) {  // before the wait, while it begins, and in the middle
            waits(sim::kInfinite);
            if (i % 2 == 0) std::this_thread::sleep_for(std::chrono::microseconds(i));
            REQUIRE(stage.ports.queue_apc(a.id(), apc) == Win32Error::success);
            REQUIRE(ended_as(WaitEnd::user_apc));
            REQUIRE(apc.runs == i + 1);
        }
        waits(kMillisecond);
        CHECK(ended_as(WaitEnd::timed_out));
        waits(sim::kInfinite);
        event.set();
        CHECK(ended_as(WaitEnd::satisfied));
    }

    TEST_CASE("a thread that has not begun or has ended gets no APC") {
        Theatre stage(1);
        CountingApc apc;
        CHECK(stage.ports.queue_apc(sim::make_id<sim::ThreadId>(7), apc) ==
              Win32Error::invalid_handle);
        Puppet& a = stage.puppet();
        a.exits();
        CHECK(stage.ports.queue_apc(a.id(), apc) == Win32Error::invalid_handle);
    }
}

TEST_SUITE("handles of a port") {
    constexpr PortId kSecond{2};

    TEST_CASE("only the last handle closes the port, nobody notices another (X-CLOSE-2)") {
        Theatre stage(1, 1);
        CHECK(stage.ports.duplicate(kSecond, Theatre::kPort) == Win32Error::success);
        CHECK(stage.ports.limit(kSecond) == 1);
        Puppet& a = stage.waiter();
        Puppet& b = stage.waiter(kSecond);
        CHECK(stage.ports.close(Theatre::kPort) == Win32Error::success);
        CHECK(stage.ports.close(Theatre::kPort) == Win32Error::invalid_handle);
        CHECK(stage.ports.post(Theatre::kPort, packet(1)) == Win32Error::invalid_handle);
        CHECK_FALSE(stage.ports.depth(Theatre::kPort).has_value());
        CHECK(stage.parked(a));
        stage.post(2, kSecond);
        stage.post(3, kSecond);
        CHECK(received(b) == 2);
        CHECK(stage.depth(kSecond) == 1);
        b.gets(Theatre::kPort);
        CHECK(error_of(b) == Win32Error::invalid_handle);
        b.blocks();
        CHECK(received(a) == 3);
        b.unblocks();
        CHECK(stage.waits(b, kSecond));
        CHECK(stage.ports.close(kSecond) == Win32Error::success);
        CHECK(error_of(b) == Win32Error::abandoned_wait_0);
    }

    TEST_CASE("a closed handle can be made again while its port lives") {
        Theatre stage(1);
        CHECK(stage.ports.duplicate(kSecond, Theatre::kPort) == Win32Error::success);
        CHECK(stage.ports.duplicate(kSecond, Theatre::kPort) == Win32Error::invalid_parameter);
        CHECK(stage.ports.close(kSecond) == Win32Error::success);
        CHECK(stage.ports.duplicate(kSecond, Theatre::kPort) == Win32Error::success);
        stage.post(1, kSecond);
        CHECK(stage.depth() == 1);
        CHECK(stage.ports.close(Theatre::kPort) == Win32Error::success);
        CHECK(stage.ports.close(kSecond) == Win32Error::success);
        CHECK(stage.ports.duplicate(kSecond, Theatre::kPort) == Win32Error::invalid_handle);
        CHECK(stage.ports.discarded(Theatre::kPort) == 1);
    }

    TEST_CASE("a port that is made later has the number that it is made with") {
        Theatre stage(1);
        constexpr PortId kLater{5};
        CHECK(stage.ports.post(kLater, packet(1)) == Win32Error::invalid_handle);
        CHECK(stage.ports.create_as(kLater, 3) == Win32Error::success);
        CHECK(stage.ports.create_as(kLater, 3) == Win32Error::invalid_parameter);
        CHECK(stage.ports.limit(kLater) == 3);
        stage.post(1, kLater);
        CHECK(stage.depth(kLater) == 1);
    }
}

TEST_SUITE("waiting for the handle of a port (W-WAITABLE-1)") {
    TEST_CASE("it is signaled while packets are queued and once it is closed; none is taken") {
        Theatre stage(1);
        CHECK(stage.ports.wait_port(Theatre::kPort, 0) == WaitEnd::timed_out);
        CHECK(stage.ports.wait_port(Theatre::kPort, kMillisecond) == WaitEnd::timed_out);
        stage.post(1);
        CHECK(stage.ports.wait_port(Theatre::kPort, sim::kInfinite) == WaitEnd::satisfied);
        CHECK(stage.depth() == 1);
        CHECK(stage.ports.close(Theatre::kPort) == Win32Error::success);
        CHECK(stage.ports.wait_port(Theatre::kPort, sim::kInfinite) == WaitEnd::failed);
    }

    TEST_CASE("a packet that is queued wakes everybody, one that is handed over nobody") {
        Theatre stage(1);
        std::atomic<int> satisfied{0};
        std::atomic<int> watching{0};
        std::vector<std::thread> watchers;
        for (int i = 0; i < 3; ++i)
            watchers.emplace_back([&] {
                ++watching;
                if (stage.ports.wait_port(Theatre::kPort, sim::kInfinite) == WaitEnd::satisfied)
                    ++satisfied;
            });
        Puppet& a = stage.waiter();
        await([&] { return watching == 3; });
        stage.post(1);  // to a
        CHECK(received(a) == 1);
        CHECK(satisfied == 0);
        stage.post(2);
        for (std::thread& watcher : watchers) watcher.join();
        CHECK(satisfied == 3);
        CHECK(stage.depth() == 1);
    }

    TEST_CASE("the last close wakes everybody") {
        Theatre stage(1);
        std::thread watcher([&] {
            // Failed: it came after the close.
            CHECK(stage.ports.wait_port(Theatre::kPort, sim::kInfinite) != WaitEnd::timed_out);
        });
        CHECK(stage.ports.close(Theatre::kPort) == Win32Error::success);
        watcher.join();
    }
}

TEST_SUITE("events") {
    TEST_CASE("whoever waits when an event is set goes on, even if it is reset right after") {
        real::ManualEvent event, began;
        for (int i = 0; i < 500; ++i) {
            std::atomic<bool> went_on{false};
            began.reset();
            std::thread waiter([&] {
                began.set();
                event.wait();
                went_on = true;
            });
            began.wait();
            while (!went_on) {  // until the waiter has come to its wait
                event.set();
                event.reset();
            }
            waiter.join();
            CHECK_FALSE(event.is_set());
        }
    }
}
