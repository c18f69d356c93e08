// Threads of our Linux port that are watched from outside and suspended as well: who is paused for
// one reason must not be counted again because of the other (C-SUSPEND-1). Compiled with
// IOCPSCOPE_CHECK_PORT, like linux_port_blocking_test.cpp. The stress test does this at random.
#include "real/thread_wrapper.hpp"
#include "tests/linux_blocking_fixture.hpp"

namespace {

using namespace test;

constexpr Nanos kPatience = 30'000'000'000;  // only ends a hang

// Concurrency value 1. The first worker waits and is seen to. Suspended and resumed it waits again.
// The second packet's worker holds the only slot all the time.
void suspended_while_blocked(Blocking blocking) {
    real::ManualEvent let_go;
    std::atomic<int> blocker{-1};
    std::atomic<bool> other_may_end{false};
    std::atomic<int> done{0};
    std::atomic<real::LinuxPorts*> ports{nullptr};
    Pool pool(blocking, 1, 2, [&](std::uint32_t worker, const real::Completion& packet) {
        const ThreadId self{worker};
        if (packet.overlapped == 1) {
            blocker = static_cast<int>(worker);
            let_go.wait(sim::kInfinite, [&] { ports.load()->safe_point(self); });
        } else {
            while (!other_may_end) ports.load()->safe_point(self);
        }
        ++done;
    });
    ports = &pool.ports;
    pool.post(1);
    pool.post(2);
    const auto one_runs = [&] {
        return *pool.ports.active(kPort) == 1 && *pool.ports.depth(kPort) == 0;
    };
    until([&] { return blocker >= 0 && one_runs(); }, "the second packet was not released");
    const ThreadId first{static_cast<std::uint32_t>(blocker.load())};
    for (int i = 0; i < 20; ++i) {
        REQUIRE(pool.ports.suspend(first, ThreadId::none, kPatience).error == Win32Error::success);
        CHECK(one_runs());
        // Time enough to read the record of the moment in which it ran to come to its safe point.
        std::this_thread::sleep_for(std::chrono::milliseconds(3));
        CHECK(one_runs());
        CHECK(*pool.ports.stopped(first));
        CHECK(pool.ports.resume(first).before == 1);
        // Now it counts, until it is seen to wait again.
        until(one_runs, "it was not seen to wait again");
    }
    let_go.set();
    other_may_end = true;
    until([&] { return done == 2; }, "a packet was not handled");
}

}  // namespace

TEST_CASE("C-SUSPEND-1: a worker that blocks, unannounced, can be suspended and resumed") {
    for (const Blocking blocking : {Blocking::observed, Blocking::sampled})
        if (can_be(blocking)) suspended_while_blocked(blocking);
}
TEST_CASE("C-SUSPEND-1: what was seen to block and stands counts when it is resumed, once") {
    real::PortState port(0, 1);
    real::PortThread thread;
    const std::scoped_lock hold(port.lock);
    REQUIRE(port.enter(thread, true));  // a poll: it holds a slot (C-POLL-1)
    CHECK(port.pause_seen(thread) == nullptr);
    CHECK(port.stand(thread) == nullptr);
    port.resume_seen(thread);  // the record of the moment in which it came to its safe point
    CHECK(thread.state == real::ThreadState::paused);
    CHECK(port.active() == 0);
    CHECK(port.go_on(thread) == nullptr);
    CHECK(thread.state == real::ThreadState::released);
    port.resume_seen(thread);
    CHECK(port.active() == 1);
}
TEST_CASE("C-SUSPEND-1: a thread that stands is not seen to block, whatever is read late") {
    real::PortState port(0, 1);
    real::PortThread thread;
    const std::scoped_lock hold(port.lock);
    REQUIRE(port.enter(thread, true));
    CHECK(port.stand(thread) == nullptr);
    CHECK(port.pause_seen(thread) == nullptr);
    port.resume_seen(thread);
    CHECK(thread.state == real::ThreadState::paused);
    CHECK(port.go_on(thread) == nullptr);
    CHECK(port.active() == 1);
}
