// What calls on our Linux port return (behaviours.md §7.1) and when, what the back end says of
// itself, and the parts that the port is built of.
#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <random>
#include <set>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "real/completion_queue.hpp"
#include "real/futex_lock.hpp"
#include "real/port_linux.hpp"
#include "sim/rule.hpp"
#include "tests/linux_puppet.hpp"

using real::Completion;
using sim::PortId;
using sim::ThreadId;
using sim::Win32Error;
using test::error_of;
using test::packet;
using test::Puppet;
using test::received;
using test::Theatre;

TEST_SUITE("results of calls") {
    TEST_CASE("the three values of a packet come back unchanged, null and extreme ones too") {
        Theatre stage(1);
        Puppet& thread = stage.puppet();
        const Completion all[] = {{},
                                  {.key = 1, .bytes = 2, .overlapped = 3},
                                  {.key = ~std::uint64_t{0},
                                   .bytes = ~std::uint32_t{0},
                                   .overlapped = ~std::uint64_t{0}}};
        for (const Completion& one : all) stage.ports.post(Theatre::kPort, one);
        for (const Completion& one : all) {
            thread.gets(Theatre::kPort);
            const real::GetResult result = thread.returned();
            CHECK(result.error == Win32Error::success);
            CHECK(result.has_packet);
            CHECK(result.packet == one);
        }
    }

    TEST_CASE("a port that does not exist is an invalid handle to every call") {
        Theatre stage(1);
        const PortId nowhere{7};
        Puppet& thread = stage.puppet();
        thread.gets(nowhere);
        CHECK(error_of(thread) == Win32Error::invalid_handle);
        CHECK(stage.ports.post(nowhere, packet(1)) == Win32Error::invalid_handle);
        CHECK(stage.ports.close(nowhere) == Win32Error::invalid_handle);
        CHECK(stage.ports.close(PortId::none) == Win32Error::invalid_handle);
        CHECK_FALSE(stage.ports.depth(nowhere).has_value());
        CHECK(*stage.ports.parked(thread.id(), nowhere) == false);
        CHECK(*stage.ports.parked(ThreadId::none, Theatre::kPort) == false);
        CHECK(stage.ports.limit(nowhere) == 0);
    }

    TEST_CASE("a thread that has not begun, or whose number is too great, finds no resources") {
        Theatre stage(1);
        const ThreadId stranger{65'535};
        const ThreadId beyond{65'536};
        stage.ports.thread_begins(beyond);
        for (const ThreadId thread : {stranger, beyond}) {
            const real::GetResult result = stage.ports.get(thread, Theatre::kPort, 0);
            CHECK(result.error == Win32Error::no_system_resources);
            stage.ports.block_begins(thread);
            stage.ports.block_ends(thread);
            stage.ports.thread_ends(thread);
        }
        stage.ports.thread_begins(stranger);
        CHECK(stage.ports.get(stranger, Theatre::kPort, 0).error == Win32Error::wait_timeout);
    }

    TEST_CASE("a timeout never ends early, and a fraction of a millisecond counts as one") {
        Theatre stage(1);
        Puppet& thread = stage.puppet();
        constexpr std::int64_t ms = 1'000'000;
        const std::pair<sim::Nanos, std::int64_t> cases[] = {
            {1, ms}, {ms, ms}, {ms + 1, 2 * ms}, {5 * ms - 1, 5 * ms}};
        for (const auto& [timeout, at_least] : cases) {
            const real::Deadline before = real::monotonic_now();
            thread.gets(Theatre::kPort, timeout);
            CHECK(error_of(thread) == Win32Error::wait_timeout);
            CHECK(real::monotonic_now() - before >= at_least);
        }
    }

    TEST_CASE("an infinite timeout, and one too long for the clock, end only with a packet") {
        Theatre stage(1);
        Puppet& thread = stage.puppet();
        std::uint32_t n = 0;
        for (const sim::Nanos timeout : {sim::kInfinite, std::numeric_limits<sim::Nanos>::max()}) {
            thread.gets(Theatre::kPort, timeout);
            REQUIRE_FALSE(thread.settles(Theatre::kPort));
            stage.post(++n);
            CHECK(received(thread) == n);
        }
    }

    TEST_CASE("a thread that waits a second time after a timeout is on top of the stack") {
        Theatre stage(1);
        Puppet& a = stage.puppet();
        a.gets(Theatre::kPort, 1);
        CHECK(error_of(a) == Win32Error::wait_timeout);
        a.blocks();
        a.unblocks();
        Puppet& b = stage.waiter();
        CHECK(stage.waits(a));
        stage.post(1);
        CHECK(received(a) == 1);
        CHECK(stage.parked(b));
    }

    TEST_CASE("a thread in the middle of the stack times out and leaves its neighbours in order") {
        Theatre stage(3);
        Puppet& a = stage.waiter();
        Puppet& b = stage.puppet();
        b.gets(Theatre::kPort, 50'000'000);
        Puppet& c = stage.waiter();
        CHECK(error_of(b) == Win32Error::wait_timeout);
        b.exits();
        CHECK(stage.parked(a));
        CHECK(stage.parked(c));
        stage.post(1);
        stage.post(2);
        CHECK(received(c) == 1);
        CHECK(received(a) == 2);
    }
}

TEST_SUITE("the back end") {
    TEST_CASE("says what it is and never claims to be Windows") {
        const real::Backend backend = real::linux_backend();
        CHECK(backend.name == "linux");
        CHECK(backend.lane == "Our Linux port, not Windows");
        CHECK_FALSE(backend.windows_evidence);
        // Whatever this kernel allows; if it is not the best, why.
        CHECK((backend.blocking == sim::Blocking::observed) == backend.blocking_why.empty());
        CHECK(backend.unavailable.empty());
        CHECK_FALSE(backend.host.empty());
    }

    TEST_CASE("promises only rules of the catalogue, each once") {
        std::set<std::string_view> seen;
        for (const std::string_view id : real::linux_backend().promises) {
            CAPTURE(id);
            CHECK(sim::rule_from_id(id).has_value());
            CHECK(seen.insert(id).second);
        }
        CHECK(seen.contains("W-LIFO-1"));
    }
}

TEST_SUITE("parts") {
    TEST_CASE("the lock keeps more threads apart than there are processors") {
        constexpr int kThreads = 32;
        constexpr int kTurns = 20'000;
        real::FutexLock lock;
        int shared = 0;  // plain: only the lock protects it
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&] {
                for (int turn = 0; turn < kTurns; ++turn) {
                    const std::scoped_lock hold(lock);
                    ++shared;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        CHECK(shared == kThreads * kTurns);
    }

    TEST_CASE("the packet queue keeps its order across segments, however it grows and shrinks") {
        real::CompletionQueue queue;
        std::deque<std::uint32_t> expected;
        std::minstd_rand random(7);
        std::uint32_t next = 0;
        for (int wave = 0; wave < 200; ++wave) {
            for (auto n = random() % 1200; n > 0; --n) {
                REQUIRE(queue.push(packet(++next)));
                expected.push_back(next);
            }
            for (auto n = random() % 1300; n > 0 && !expected.empty(); --n) {
                REQUIRE(queue.pop() == packet(expected.front()));
                expected.pop_front();
            }
            REQUIRE(queue.size() == expected.size());
            REQUIRE(queue.empty() == expected.empty());
            if (wave == 100) {
                queue.clear();
                expected.clear();
            }
        }
    }
}
