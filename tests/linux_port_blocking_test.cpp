// Our Linux port when it is told from outside that its threads block: by the kernel (observed) or
// by samples of /proc. Compiled with IOCPSCOPE_CHECK_PORT: the port looks at INV-1 to INV-4 after
// every transition, and the watch hesitates at random before it acts on what it has read.
//
// IOCPSCOPE_STRESS_PACKETS sets the number of packets of the stress runs (default 20,000).
#include <unistd.h>

#include <cstdlib>
#include <deque>
#include <random>

#include "real/futex.hpp"
#include "tests/linux_blocking_fixture.hpp"

#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#else
#define UNDER_TSAN 0
#endif

namespace {

using namespace test;

// Concurrency value 1, two workers: the first packet's worker waits for `wait` to be let go, and
// the second packet must reach the other one meanwhile (C-BLOCK-1). Then the first runs on,
// although the other one holds the only slot (C-UNBLOCK-1).
void frees_its_slot(Blocking blocking, const std::function<void()>& wait,
                    const std::function<void()>& let_go) {
    std::atomic<int> taken{0};
    std::atomic<int> blocker{-1};
    std::atomic<bool> other_may_end{false};
    std::atomic<bool> back{false};
    Pool pool(blocking, 1, 2, [&](std::uint32_t worker, const real::Completion& packet) {
        ++taken;
        if (packet.overlapped == 1) {
            blocker = static_cast<int>(worker);
            wait();
            back = true;
        } else {
            while (!other_may_end) {  // holds its slot (C-SPIN-1)
            }
        }
    });
    pool.post(1);
    pool.post(2);
    until([&] { return taken == 2; }, "the second packet was not released");
    CHECK(!back);
    const ThreadId first{static_cast<std::uint32_t>(blocker.load())};
    until([&] { return !pool.notes.of(first).empty(); }, "the block was not reported");
    CHECK(pool.notes.of(first)[0].begins);
    let_go();
    until([&] { return back.load(); }, "the blocked worker did not go on");
    other_may_end = true;
    until([&] { return pool.notes.of(first).size() >= 2; }, "the end was not reported");
    for (const Block& block : pool.notes.of(first)) CHECK(block.t0 <= block.t1);
    CHECK(!pool.notes.of(first)[1].begins);
    CHECK(pool.notes.of(first)[1].t0 >= pool.notes.of(first)[0].t0);
    pool.finish();
}

void mutex_frees_a_slot(Blocking blocking) {
    std::mutex mutex;
    mutex.lock();
    frees_its_slot(
        blocking, [&] { const std::scoped_lock hold(mutex); }, [&] { mutex.unlock(); });
}

void read_frees_a_slot(Blocking blocking) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    frees_its_slot(
        blocking,
        [&] {
            char byte = 0;
            CHECK(read(ends[0], &byte, 1) == 1);
        },
        [&] { CHECK(write(ends[1], "x", 1) == 1); });
    close(ends[0]);
    close(ends[1]);
}

// Handlers that never wait: nobody may be counted as paused, however late the watch is, and never
// do more of them run than the concurrency value allows. Workers park, are released, and are in the
// next call before the watch has read that they parked.
void nobody_is_paused_wrongly(Blocking blocking, std::uint32_t limit) {
    constexpr std::uint32_t kWorkers = 8;
    const char* const chosen =
        std::getenv("IOCPSCOPE_STRESS_PACKETS");  // NOLINT(concurrency-mt-unsafe): no threads yet
    const std::uint32_t packets =
        chosen == nullptr ? 20'000 : static_cast<std::uint32_t>(std::strtoul(chosen, nullptr, 10));
    std::atomic<std::uint32_t> inside{0}, most{0}, done{0};
    std::vector<std::atomic<std::uint8_t>> times(packets + 1);
    Pool pool(blocking, limit, kWorkers, [&](std::uint32_t, const real::Completion& packet) {
        const std::uint32_t now = ++inside;
        std::uint32_t known = most.load();
        while (known < now && !most.compare_exchange_weak(known, now)) {
        }
        compute(300);
        ++times[packet.overlapped];
        --inside;
        ++done;
    });
    std::minstd_rand random(7);
    for (std::uint32_t n = 1; n <= packets; ++n) {
        pool.post(n);
        // Often let all of them park.
        if (random() % 8 == 0) until([&] { return done == n; }, "a packet was not handled");
    }
    until([&] { return done == packets; }, "a packet was not handled");
    pool.finish();
    for (std::uint32_t n = 1; n <= packets; ++n) REQUIRE(times[n] == 1);
    const std::size_t paused = pool.notes.begun();
    MESSAGE("limit " << limit << ": " << packets << " packets, at most " << most.load()
                     << " handlers at once, " << paused << " seen to block");
    // A page that has to be fetched is a wait of the kernel's too (C-PAGE-1), and ThreadSanitizer
    // waits behind the program's back; so what is certain is only that nobody exceeds the limit
    // who was not seen to block.
    CHECK(most.load() <= limit + paused);
    if (!UNDER_TSAN) CHECK(paused <= 2);
}

// Everything at once: handlers sleep, wait for a mutex, yield, compute, post again; polls and
// time-outs; every packet is handled once, and the port's invariants hold.
void storm(Blocking blocking, std::uint32_t limit) {
    constexpr std::uint32_t kWorkers = 8;
    constexpr std::uint32_t kPackets = 4'000;
    std::mutex mutex;
    std::atomic<std::uint32_t> next{1}, done{0};
    std::vector<std::atomic<std::uint8_t>> times(2 * kPackets + 1);
    std::deque<std::minstd_rand> random;
    for (std::uint32_t i = 0; i < kWorkers; ++i) random.emplace_back(i + 1);
    real::LinuxPorts* ports = nullptr;
    Pool pool(blocking, limit, kWorkers, [&](std::uint32_t worker, const real::Completion& packet) {
        ++times[packet.overlapped];
        switch (random[worker]() / 8 % 8) {
            case 0: std::this_thread::sleep_for(std::chrono::microseconds(200)); break;
            case 1: std::this_thread::yield(); break;
            case 2: {
                const std::scoped_lock hold(mutex);
                std::this_thread::sleep_for(std::chrono::microseconds(50));
                break;
            }
            case 3: compute(20'000); break;
            case 4:
                if (const std::uint32_t n = next.fetch_add(1); n <= kPackets)
                    ports->post(kPort, {.key = 0, .bytes = 0, .overlapped = kPackets + n});
                break;
            default: break;
        }
        ++done;
    });
    ports = &pool.ports;
    for (std::uint32_t n = 1; n <= kPackets; ++n) {
        pool.post(n);
        if (n % 64 == 0) until([&] { return done + 32 >= n; }, "a packet was not handled");
    }
    until([&] { return done >= kPackets - 1 + next && *pool.ports.depth(kPort) == 0; },
          "a packet was not handled");
    pool.finish();
    for (std::uint32_t n = 1; n <= kPackets; ++n) REQUIRE(times[n] == 1);
    for (std::uint32_t n = 1; n <= kPackets; ++n)
        REQUIRE(times[kPackets + n] == (n < next ? 1 : 0));
    MESSAGE(std::string(blocking == Blocking::observed ? "observed" : "sampled")
            << ", limit " << limit << ": " << pool.notes.begun() << " blocks");
    CHECK(pool.notes.begun() > 0);
    for (std::uint32_t i = 0; i < kWorkers; ++i) {
        bool blocked = false;
        for (const Block& block : pool.notes.of(ThreadId{i})) {
            CHECK(block.begins != blocked);
            CHECK(block.t0 <= block.t1);
            blocked = block.begins;
        }
    }
}

}  // namespace

TEST_CASE("C-BLOCK-1: a worker that waits for a mutex frees its slot without saying so") {
    for (const Blocking blocking : {Blocking::observed, Blocking::sampled})
        if (can_be(blocking)) mutex_frees_a_slot(blocking);
}
TEST_CASE("C-BLOCK-1: a worker in an ordinary read frees its slot without saying so") {
    for (const Blocking blocking : {Blocking::observed, Blocking::sampled})
        if (can_be(blocking)) read_frees_a_slot(blocking);
}
TEST_CASE("C-SPIN-1: a worker that spins and yields keeps its slot") {
    for (const Blocking blocking : {Blocking::observed, Blocking::sampled}) {
        if (!can_be(blocking)) continue;
        std::atomic<int> taken{0};
        std::atomic<bool> end{false};
        Pool pool(blocking, 1, 2, [&](std::uint32_t, const real::Completion&) {
            ++taken;
            while (!end) std::this_thread::yield();
        });
        pool.post(1);
        pool.post(2);
        until([&] { return taken >= 1; }, "nobody took the packet");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        CHECK(taken == 1);
        CHECK(pool.notes.begun() == 0);
        end = true;
        until([&] { return taken == 2; }, "the second packet was lost");
    }
}
TEST_CASE("a thread that is released but has not run yet is not paused, nor one that runs again") {
    for (const std::uint32_t limit : {1U, 2U, 4U})
        if (can_be(Blocking::observed)) nobody_is_paused_wrongly(Blocking::observed, limit);
}
TEST_CASE("samples pause nobody wrongly") {
    nobody_is_paused_wrongly(Blocking::sampled, 2);
}
TEST_CASE("what blocks, runs and blocks again in a storm is handled once") {
    for (const std::uint32_t limit : {1U, 2U, 8U})
        if (can_be(Blocking::observed)) storm(Blocking::observed, limit);
}
TEST_CASE("the same with samples") {
    storm(Blocking::sampled, 2);
}
TEST_CASE("a suspension is not ended because the thread ran for a moment") {
    real::PortState port(0, 1);
    real::PortThread thread;
    const std::scoped_lock hold(port.lock);
    REQUIRE(port.enter(thread, true));  // a poll: it holds a slot (C-POLL-1)
    CHECK(port.pause_seen(thread) == nullptr);
    CHECK(port.pause(thread) == nullptr);  // somebody suspends it while it waits
    port.resume_seen(thread);              // its switch-in is read
    CHECK(thread.state == real::ThreadState::paused);
    port.resume(thread);
    CHECK(thread.state == real::ThreadState::released);
}
TEST_CASE("a thread that asks while it still counts as paused counts first, once") {
    real::PortState port(0, 1);
    real::PortThread thread;
    const std::scoped_lock hold(port.lock);
    REQUIRE(port.enter(thread, true));
    CHECK(port.pause_seen(thread) == nullptr);
    const std::int64_t before = real::monotonic_now();
    CHECK(port.enter(thread, true));
    CHECK(thread.state == real::ThreadState::released);
    CHECK(port.resume_seen(thread) >= before);  // its switch-in is read only now: nothing to do
    CHECK(thread.state == real::ThreadState::released);
}
