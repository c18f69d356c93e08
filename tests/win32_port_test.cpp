// The Win32 port as it is: what the calls of behaviours.md §7.1 and §7.4 return, and which rules
// the system keeps. Runs on Windows and, built with MinGW, under Wine.
//
// Wine is the negative control. Rules that it is known to break (§9.1) are strict expected
// failures: when Wine keeps one, the test fails and says that Wine has learned it.
#include <doctest/doctest.h>
#include <windows.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "real/backends.hpp"
#include "real/cpu_burner.hpp"
#include "real/port_win32_system.hpp"
#include "real/thread_wrapper.hpp"
#include "tests/win32_port_fixture.hpp"

using namespace real;
using namespace test;  // NOLINT: a fixture made for these files

namespace {

// Some threads that wait on the port in the order of their numbers.
class Waiters {
public:
    struct Waiter {
        Thread thread;
        std::atomic<int> stage{0};  // 1: about to call, 2: has returned
        GetResult result;
        Nanos returned = 0;
    };

    // `after` is what a waiter does with its packet.
    Waiters(Ports& ports, std::size_t count, Nanos timeout, void (*after)() = nullptr)
        : waiters_(count) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto id = sim::make_id<ThreadId>(i + 1);
            Waiter& waiter = waiters_[i];
            REQUIRE(waiter.thread.start("W" + std::to_string(i + 1), [&, id, timeout, after] {
                ports.thread_begins(id);
                waiter.stage = 1;
                waiter.result = ports.get(id, kPort, timeout);
                waiter.returned = clock_now();
                if (after) after();
                waiter.stage = 2;
                ports.thread_ends(id);
            }));
            while (waiter.stage == 0) sleep_for(kMillisecond);
            settle(ports, id);
        }
    }
    ~Waiters() {
        for (Waiter& waiter : waiters_) waiter.thread.join();
    }

    [[nodiscard]] std::size_t returned() const {
        return static_cast<std::size_t>(
            std::count_if(waiters_.begin(), waiters_.end(),
                          [](const Waiter& waiter) { return waiter.stage == 2; }));
    }
    // Waits until so many have returned.
    bool wait_for(std::size_t count) const {
        const Nanos deadline = clock_now() + kLongEnough;
        while (returned() < count && clock_now() < deadline) sleep_for(kMillisecond);
        return returned() >= count;
    }
    [[nodiscard]] const Waiter& operator[](std::size_t i) const { return waiters_[i]; }
    // Which waiter has packet `number`; the count of waiters when none has.
    [[nodiscard]] std::size_t owner_of(std::uint64_t number) const {
        for (std::size_t i = 0; i < waiters_.size(); ++i)
            if (waiters_[i].stage == 2 && waiters_[i].result.has_packet &&
                waiters_[i].result.packet.overlapped == number)
                return i;
        return waiters_.size();
    }

private:
    // Windows tells when a thread waits; under Wine only time helps, and no check of a promised
    // rule rests on it.
    static void settle(Ports& ports, ThreadId id) {
        const Nanos deadline = clock_now() + kLongEnough;
        while (clock_now() < deadline) {
            const auto parked = ports.parked(id, kPort);
            if (!parked) return sleep_for(50 * kMillisecond);
            if (*parked) return;
            sleep_for(kMillisecond);
        }
    }

    std::vector<Waiter> waiters_;
};

}  // namespace

// -- what the calls return (§7.1, §7.4) -----------------------------------------------------------

TEST_CASE("a posted packet arrives with its three values unchanged (P-POST-1, P-POST-4)") {
    const auto ports = one_port(1);
    const std::array<Completion, 4> packets = {
        {{.key = 0, .bytes = 0, .overlapped = 1},
         {.key = ~std::uintptr_t{0}, .bytes = 0xFFFFFFFFu, .overlapped = ~std::uintptr_t{0}},
         {.key = 7, .bytes = 0x80000000u, .overlapped = 3},
         {.key = 1, .bytes = 2, .overlapped = 0}}};
    for (const Completion& each : packets) {
        CHECK(ports->post(kPort, each) == Win32Error::success);
        const GetResult result = ports->get(kSelf, kPort, sim::kInfinite);
        CHECK(result.error == Win32Error::success);
        CHECK(result.has_packet);
        CHECK(result.packet == each);
    }
}

TEST_CASE("a posted packet without a pointer is a success all the same (P-POST-2)") {
    const auto ports = one_port(1);
    CHECK(ports->post(kPort, {}) == Win32Error::success);
    const GetResult result = ports->get(kSelf, kPort, 0);
    CHECK(result.error == Win32Error::success);
    CHECK(result.has_packet);
    CHECK(result.packet == Completion{});
}

TEST_CASE("a get that finds nothing times out, at once or later (T-TIMEOUT-1, T-TIMEOUT-2)") {
    const auto ports = one_port(1);
    for (const Nanos timeout : {Nanos{0}, Nanos{1}, 20 * kMillisecond}) {
        const Nanos before = clock_now();
        const GetResult result = ports->get(kSelf, kPort, timeout);
        CHECK(result.error == Win32Error::wait_timeout);
        CHECK_FALSE(result.has_packet);
        // A tick of the system's clock early is allowed (M-TIME).
        CHECK(clock_now() - before >= timeout - 16 * kMillisecond);
    }
}

TEST_CASE("success does not touch the last error (T-TIMEOUT-6)") {
    const auto ports = one_port(1);
    CHECK(ports->post(kPort, packet(1)) == Win32Error::success);
    SetLastError(0xDEAD);
    CHECK(ports->get(kSelf, kPort, 0).error == Win32Error::success);
    CHECK(GetLastError() == 0xDEAD);
}

TEST_CASE("a closed handle is invalid for every call (X-CLOSE-3, P-POST-3)") {
    const auto ports = one_port(1);
    CHECK(ports->close(kPort) == Win32Error::success);
    CHECK(ports->post(kPort, packet(1)) == Win32Error::invalid_handle);
    CHECK(ports->get(kSelf, kPort, 0).error == Win32Error::invalid_handle);
    CHECK(ports->get(kSelf, kPort, sim::kInfinite).error == Win32Error::invalid_handle);
    CHECK(ports->close(kPort) == Win32Error::invalid_handle);
    CHECK_FALSE(ports->depth(kPort).has_value());
}

TEST_CASE("a port belongs to itself: closing one leaves the other alone") {
    const auto ports = one_port(1);
    REQUIRE(ports->create(1) == Win32Error::success);
    CHECK(ports->post(kOther, packet(1)) == Win32Error::success);
    CHECK(ports->close(kPort) == Win32Error::success);
    CHECK(ports->get(kSelf, kOther, 0).packet == packet(1));
}

TEST_CASE("a waiter is woken with 735 when the port is closed (X-CLOSE-1)") {
    const auto ports = one_port(4);
    // With a time-out, because there are systems where only that ends the wait.
    Waiters waiters(*ports, 4, kSecond);
    CHECK(ports->close(kPort) == Win32Error::success);
    REQUIRE(waiters.wait_for(4));
    bool abandoned = true;
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK_FALSE(waiters[i].result.has_packet);
        const Win32Error error = waiters[i].result.error;
        if (error != Win32Error::abandoned_wait_0) abandoned = false;
        if (under_wine()) CHECK(error == Win32Error::wait_timeout);
    }
    check_rule_that_wine_breaks("X-CLOSE-1", abandoned);
}

// -- the queue ------------------------------------------------------------------------------------

TEST_CASE("packets leave in the order in which they came, also when they came first (Q-FIFO-1)") {
    const auto ports = one_port(1);
    for (std::uint64_t i = 1; i <= 1000; ++i)
        REQUIRE(ports->post(kPort, packet(i)) == Win32Error::success);
    for (std::uint64_t i = 1; i <= 1000; ++i)
        REQUIRE(ports->get(kSelf, kPort, 0).packet == packet(i));
    CHECK(ports->get(kSelf, kPort, 0).error == Win32Error::wait_timeout);
}

TEST_CASE("the depth is the number of packets that nobody has taken (Q-DEPTH-1)") {
    const auto ports = one_port(1);
    CHECK(ports->depth(kPort) == 0);
    for (std::uint64_t i = 1; i <= 3; ++i)
        CHECK(ports->post(kPort, packet(i)) == Win32Error::success);
    CHECK(ports->depth(kPort) == 3);
    CHECK(ports->get(kSelf, kPort, 0).has_packet);
    CHECK(ports->depth(kPort) == 2);
}

TEST_CASE("every packet reaches exactly one of four waiters (Q-ONCE-1, W-ONE-1)") {
    const auto ports = one_port(4);
    Waiters waiters(*ports, 4, kLongEnough);
    for (std::uint64_t i = 1; i <= 4; ++i)
        CHECK(ports->post(kPort, packet(i)) == Win32Error::success);
    REQUIRE(waiters.wait_for(4));
    std::vector<std::uint64_t> delivered;
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(waiters[i].result.error == Win32Error::success);
        CHECK(waiters[i].result.packet == packet(waiters[i].result.packet.overlapped));
        delivered.push_back(waiters[i].result.packet.overlapped);
    }
    std::sort(delivered.begin(), delivered.end());
    CHECK(delivered == std::vector<std::uint64_t>{1, 2, 3, 4});
    CHECK(ports->depth(kPort) == 0);
}

// -- who is woken, and how many -------------------------------------------------------------------

TEST_CASE("the last thread to wait is the first to wake (W-LIFO-1)") {
    const auto ports = one_port(4);
    Waiters waiters(*ports, 4, kLongEnough);
    std::vector<std::size_t> order;
    for (std::uint64_t i = 1; i <= 4; ++i) {
        CHECK(ports->post(kPort, packet(i)) == Win32Error::success);
        REQUIRE(waiters.wait_for(i));
        order.push_back(waiters.owner_of(i) + 1);
    }
    CHECK(std::count(order.begin(), order.end(), 5) == 0);
    check_rule_that_wine_breaks("W-LIFO-1", order == std::vector<std::size_t>{4, 3, 2, 1});
}

namespace {
std::atomic<int> computing{0};
std::atomic<int> most_computing{0};
std::atomic<bool> enough{false};

void compute_together() {
    const int now = ++computing;
    int most = most_computing;
    while (now > most && !most_computing.compare_exchange_weak(most, now)) {
    }
    burn_cpu(300 * kMillisecond, enough);
    --computing;
}
}  // namespace

TEST_CASE("one thread at a time computes when the concurrency value is one (C-LIMIT-1)") {
    const auto ports = one_port(1);
    prepare_cpu_burner();
    Waiters waiters(*ports, 4, kLongEnough, compute_together);
    for (std::uint64_t i = 1; i <= 4; ++i)
        CHECK(ports->post(kPort, packet(i)) == Win32Error::success);
    REQUIRE(waiters.wait_for(4));
    CHECK(most_computing >= 1);
    check_rule_that_wine_breaks("C-LIMIT-1", most_computing == 1);
}

// -- what the system says about itself ------------------------------------------------------------

TEST_CASE("Wine is never called Windows") {
    const Backend backend = win32_backend();
    CHECK(backend.unavailable.empty());
    CHECK_FALSE(backend.promises.empty());
    const bool promises_lifo = std::find(backend.promises.begin(), backend.promises.end(),
                                         "W-LIFO-1") != backend.promises.end();
    if (under_wine()) {
        CHECK(backend.name == kWineBackend);
        CHECK(backend.lane == "Wine " + *wine_version() + ", not Windows");
        CHECK_FALSE(backend.windows_evidence);
        CHECK(backend.blocking == sim::Blocking::none);
        CHECK_FALSE(promises_lifo);
    } else {
        CHECK(backend.name == kWin32Backend);
        CHECK(backend.lane.find("Windows kernel, build ") == 0);
        CHECK(backend.windows_evidence);
        CHECK(backend.blocking == sim::Blocking::kernel);
        CHECK(promises_lifo);
    }
}

TEST_CASE("whether a thread waits on a port is known on Windows, and never guessed under Wine") {
    const auto ports = one_port(1);
    Waiters waiters(*ports, 1, kLongEnough);
    const auto parked = ports->parked(sim::make_id<ThreadId>(1), kPort);
    CHECK(parked.has_value() == !under_wine());
    CHECK(ports->post(kPort, packet(1)) == Win32Error::success);
    REQUIRE(waiters.wait_for(1));
    if (parked) {
        CHECK(*parked);
        CHECK(ports->parked(kSelf, kPort) == false);
    }
}

TEST_CASE("concurrency value 0 is taken to mean the number of processors (C-VALUE-0)") {
    CHECK(one_port(0)->limit(kPort) == available_processors());
    CHECK(one_port(3)->limit(kPort) == 3);
}
