// The Win32 port: calls for several packets, APCs, second handles of a port, and its handle as
// something to wait for. See win32_port_test.cpp for the rest, and for what Wine is here.
#include <doctest/doctest.h>
#include <windows.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "real/thread_wrapper.hpp"
#include "tests/win32_port_fixture.hpp"

using namespace real;
using namespace test;  // NOLINT: a fixture made for these files

namespace {

constexpr ThreadId kWorker = sim::make_id<ThreadId>(1);

using Room = std::array<Completion, 8>;
using Numbers = std::vector<std::uint64_t>;

Numbers numbers(const Room& room, const GetManyResult& result) {
    Numbers found;
    for (std::uint32_t i = 0; i < result.count; ++i) {
        CHECK(room[i] == packet(room[i].overlapped));
        found.push_back(room[i].overlapped);
    }
    return found;
}

class CountingApc : public Apc {
public:
    std::atomic<int> runs{0};
    std::atomic<DWORD> thread{0};

    void run() override {
        thread = GetCurrentThreadId();
        ++runs;
    }
};

// A thread that does one thing, and has had some time to come to its wait.
class Helper {
public:
    Helper(Ports& ports, std::function<void()> body) {
        REQUIRE(thread_.start("helper", [this, &ports, body = std::move(body)] {
            ports.thread_begins(kWorker);
            began_ = true;
            body();
            ports.thread_ends(kWorker);
        }));
        while (!began_) sleep_for(kMillisecond);
        sleep_for(100 * kMillisecond);
    }
    ~Helper() { thread_.join(); }

    [[nodiscard]] bool ends_within(Nanos time) { return thread_.join(time); }

private:
    std::atomic<bool> began_{false};
    Thread thread_;
};

}  // namespace

// -- several packets in one call ------------------------------------------------------------------

TEST_CASE("a call takes several packets, oldest first, and never waits for more (G-EX-1)") {
    const auto ports = one_port();
    for (std::uint64_t i = 1; i <= 5; ++i)
        CHECK(ports->post(kPort, packet(i)) == Win32Error::success);
    Room room;
    auto result = ports->get_many(kSelf, kPort, room, 3, sim::kInfinite, false);
    CHECK(numbers(room, result) == Numbers{1, 2, 3});
    result = ports->get_many(kSelf, kPort, room, 8, sim::kInfinite, true);
    CHECK(numbers(room, result) == Numbers{4, 5});
    CHECK(result.error == Win32Error::success);
    CHECK(room[0].error == Win32Error::success);  // G-EX-2
}

TEST_CASE("a call for several packets times out, and is refused a closed handle (G-EX-5)") {
    const auto ports = one_port();
    Room room;
    for (const bool alertable : {false, true}) {
        CHECK(ports->get_many(kSelf, kPort, room, 8, 0, alertable).error ==
              Win32Error::wait_timeout);
        CHECK(ports->get_many(kSelf, kPort, room, 8, 20 * kMillisecond, alertable).error ==
              Win32Error::wait_timeout);
    }
    CHECK(ports->close(kPort) == Win32Error::success);
    CHECK(ports->get_many(kSelf, kPort, room, 8, 0, false).error == Win32Error::invalid_handle);
}

TEST_CASE("asking for no packet is an error (G-EX-4)") {
    const auto ports = one_port();
    CHECK(ports->post(kPort, packet(1)) == Win32Error::success);
    Room room;
    const auto result = ports->get_many(kSelf, kPort, room, 0, 0, false);
    check_rule_that_wine_breaks("G-EX-4", result.error == Win32Error::invalid_parameter);
}

// -- APCs -----------------------------------------------------------------------------------------

TEST_CASE("an APC ends an alertable call and runs in it; another call is deaf (T-APC-1)") {
    const auto ports = one_port();
    CountingApc apc;
    Room room;
    CHECK(ports->get_many(kSelf, kPort, room, 1, 0, true).error == Win32Error::wait_timeout);
    CHECK(ports->queue_apc(kSelf, apc) == Win32Error::success);
    CHECK(ports->get(kSelf, kPort, 20 * kMillisecond).error == Win32Error::wait_timeout);
    CHECK(ports->get_many(kSelf, kPort, room, 1, 20 * kMillisecond, false).error ==
          Win32Error::wait_timeout);
    CHECK(apc.runs == 0);
    CHECK(ports->get_many(kSelf, kPort, room, 1, sim::kInfinite, true).error ==
          Win32Error::wait_io_completion);
    CHECK(apc.runs == 1);
    CHECK(apc.thread == GetCurrentThreadId());
}

TEST_CASE("an APC ends an alertable call that waits already (T-APC-1)") {
    const auto ports = one_port();
    CountingApc apc;
    GetManyResult result;
    Room room;
    Helper helper(*ports,
                  [&] { result = ports->get_many(kWorker, kPort, room, 1, kLongEnough, true); });
    CHECK(ports->queue_apc(kWorker, apc) == Win32Error::success);
    REQUIRE(helper.ends_within(kLongEnough));
    CHECK(result.error == Win32Error::wait_io_completion);
    CHECK(apc.runs == 1);
}

TEST_CASE("with both pending, a thread without a port runs the APC first (T-APC-2)") {
    const auto ports = one_port();
    CountingApc apc;
    CHECK(ports->post(kPort, packet(1)) == Win32Error::success);
    GetManyResult result;
    Room room;
    {
        Helper helper(*ports, [&] {
            CHECK(ports->queue_apc(kWorker, apc) == Win32Error::success);
            result = ports->get_many(kWorker, kPort, room, 1, kLongEnough, true);
        });
    }
    check_rule_that_wine_breaks("T-APC-2", result.error == Win32Error::wait_io_completion);
}

TEST_CASE("with both pending, a thread of the port gets the packet first (T-APC-2)") {
    const auto ports = one_port();
    CountingApc apc;
    CHECK(ports->get(kSelf, kPort, 0).error == Win32Error::wait_timeout);
    CHECK(ports->queue_apc(kSelf, apc) == Win32Error::success);
    CHECK(ports->post(kPort, packet(1)) == Win32Error::success);
    Room room;
    const auto result = ports->get_many(kSelf, kPort, room, 1, kLongEnough, true);
    CHECK(numbers(room, result) == Numbers{1});
    CHECK(apc.runs == 0);
    CHECK(ports->run_apcs(kSelf));
    CHECK(apc.runs == 1);
    CHECK_FALSE(ports->run_apcs(kSelf));
}

TEST_CASE("an alertable wait for an event ends by an APC, by the event, or by its time-out") {
    const auto ports = one_port();
    CountingApc apc;
    ManualEvent event;
    CHECK(ports->wait_alertably(kSelf, event, 20 * kMillisecond) == WaitEnd::timed_out);
    CHECK(ports->queue_apc(kSelf, apc) == Win32Error::success);
    CHECK(ports->wait_alertably(kSelf, event, kLongEnough) == WaitEnd::user_apc);
    CHECK(apc.runs == 1);
    event.set();
    CHECK(ports->wait_alertably(kSelf, event, kLongEnough) == WaitEnd::satisfied);
    event.reset();
    CHECK(ports->wait_alertably(kSelf, event, 0) == WaitEnd::timed_out);
}

TEST_CASE("a thread that has not begun gets no APC") {
    const auto ports = one_port();
    CountingApc apc;
    CHECK(ports->queue_apc(kWorker, apc) == Win32Error::invalid_handle);
}

// -- handles of a port ----------------------------------------------------------------------------

TEST_CASE("a port lives until its last handle is closed (X-CLOSE-2)") {
    const auto ports = one_port();
    CHECK(ports->duplicate(kOther, kPort) == Win32Error::success);
    CHECK(ports->limit(kOther) == 1);
    CHECK(ports->close(kPort) == Win32Error::success);
    CHECK(ports->post(kPort, packet(1)) == Win32Error::invalid_handle);
    CHECK(ports->post(kOther, packet(2)) == Win32Error::success);
    CHECK(ports->get(kSelf, kOther, 0).packet == packet(2));
    CHECK(ports->close(kOther) == Win32Error::success);
    CHECK(ports->post(kOther, packet(3)) == Win32Error::invalid_handle);
}

TEST_CASE("a waiter does not notice that the handle it waits through is closed (X-CLOSE-2)") {
    const auto ports = one_port();
    CHECK(ports->duplicate(kOther, kPort) == Win32Error::success);
    GetResult result;
    Helper helper(*ports, [&] { result = ports->get(kWorker, kPort, kLongEnough); });
    CHECK(ports->close(kPort) == Win32Error::success);
    CHECK(ports->post(kOther, packet(1)) == Win32Error::success);
    REQUIRE(helper.ends_within(kLongEnough));
    if (under_wine()) CHECK(result.error == Win32Error::invalid_handle);
    check_rule_that_wine_breaks("X-CLOSE-2", result.has_packet && result.packet == packet(1));
}

TEST_CASE("a port that is made later does not exist before") {
    const auto ports = one_port();
    const PortId later = sim::make_id<PortId>(5);
    CHECK(ports->post(later, packet(1)) == Win32Error::invalid_handle);
    CHECK(ports->create_as(later, 2) == Win32Error::success);
    CHECK(ports->create_as(later, 2) == Win32Error::invalid_parameter);
    CHECK(ports->post(later, packet(1)) == Win32Error::success);
    CHECK(ports->get(kSelf, later, 0).packet == packet(1));
}

// -- the handle as something to wait for ----------------------------------------------------------

TEST_CASE("the port's handle is signaled while packets are queued (W-WAITABLE-1)") {
    const auto ports = one_port();
    CHECK(ports->wait_port(kPort, 0) == WaitEnd::timed_out);
    CHECK(ports->wait_port(kPort, 20 * kMillisecond) == WaitEnd::timed_out);
    CHECK(ports->post(kPort, packet(1)) == Win32Error::success);
    // Twice: a wait takes no packet.
    CHECK(ports->wait_port(kPort, kLongEnough) == WaitEnd::satisfied);
    CHECK(ports->wait_port(kPort, kLongEnough) == WaitEnd::satisfied);
    CHECK(ports->depth(kPort) == 1);
    CHECK(ports->close(kPort) == Win32Error::success);
    CHECK(ports->wait_port(kPort, 0) == WaitEnd::failed);
}

TEST_CASE("the last close signals the port's handle (W-WAITABLE-1)") {
    const auto ports = one_port();
    WaitEnd end = WaitEnd::failed;
    {
        // With a time-out, because there are systems where only that ends the wait.
        Helper helper(*ports, [&] { end = ports->wait_port(kPort, kSecond); });
        CHECK(ports->close(kPort) == Win32Error::success);
    }
    check_rule_that_wine_breaks("W-WAITABLE-1", end == WaitEnd::satisfied);
}
