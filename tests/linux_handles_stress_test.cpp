// Many operations at once on few handles that are cancelled, closed and opened again meanwhile:
// each operation that began delivers exactly one packet, or ends without one and says so. To be run
// under the sanitizers, too; the port is compiled with its invariants.
#include <atomic>
#include <deque>
#include <random>
#include <thread>

#include "real/port_linux_ports.hpp"
#include "sim/scenario.hpp"
#include "tests/handles_fixture.hpp"

using real::HandleKind;
using sim::HandleId;
using sim::Operation;
using sim::PortId;
using sim::Win32Error;

namespace {

constexpr HandleKind kKinds[] = {HandleKind::file, HandleKind::pipe, HandleKind::tcp,
                                 HandleKind::udp};
constexpr std::size_t kHandles = 8;
constexpr std::size_t kStarters = 3;
constexpr std::size_t kJobsEach = 24;
constexpr std::uint64_t kOperationsEach = 3'000;
constexpr PortId kPort{0};

HandleKind kind_of(std::size_t handle) {
    return kKinds[handle % std::size(kKinds)];
}

struct StressJob {
    real::Overlapped overlapped;  // first
    std::array<std::byte, 512> buffer{};
    std::atomic<std::uint64_t> id{0};
    std::atomic<bool> busy{false};
};

struct Tally {
    std::atomic<std::uint64_t> begun{0}, refused{0}, packets{0}, silent{0}, twice{0}, aborted{0};
};

class Mill {
public:
    Mill() : handles_(*ports_.handles()), jobs_(kStarters * kJobsEach) {
        ports_.create(2);
        for (std::size_t i = 0; i < kHandles; ++i) open(i);
    }

    void run() {
        std::vector<std::thread> getters, others, starters;
        for (std::uint32_t i = 0; i < 4; ++i) getters.emplace_back([this, i] { get(i); });
        for (std::uint32_t i = 0; i < kStarters; ++i)
            starters.emplace_back([this, i] { start_many(i); });
        others.emplace_back([this] { play_far_end(); });
        others.emplace_back([this] { disturb(); });
        for (std::thread& each : starters) each.join();
        stop_ = true;
        for (std::thread& each : others) each.join();
        for (std::size_t i = 0; i < kHandles; ++i)
            static_cast<void>(handles_.close(HandleId(static_cast<std::uint32_t>(i))));
        const auto hang = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (anything_left() && std::chrono::steady_clock::now() < hang) real::sleep_for(100'000);
        CHECK(handles_.pending() == 0);
        for (std::size_t i = 0; i < getters.size(); ++i) ports_.post(kPort, {.overlapped = 1});
        for (std::thread& each : getters) each.join();
    }

    Tally tally;

private:
    void open(std::size_t handle) {
        const auto id = sim::make_id<HandleId>(handle);
        if (handles_.open(id, {.kind = kind_of(handle)}) == Win32Error::success)
            static_cast<void>(handles_.bind(id, kPort, handle));
    }

    // Also tells which operations ended without a packet: on a handle not yet bound again.
    bool anything_left() {
        bool left = handles_.pending() > 0;
        for (StressJob& job : jobs_) {
            settle_silent(job);
            left = left || job.busy;
        }
        return left;
    }
    void settle_silent(StressJob& job) {
        if (!job.busy || !handles_.ended_without_packet(job.overlapped)) return;
        ++tally.silent;
        job.busy = false;
    }

    void start_many(std::uint32_t starter) {
        std::mt19937 random(starter + 1);
        std::uint64_t next = starter;
        const sim::ThreadId self{100 + starter};
        ports_.thread_begins(self);
        for (std::uint64_t done = 0; done < kOperationsEach;) {
            StressJob& job = jobs_[starter * kJobsEach + random() % kJobsEach];
            settle_silent(job);
            if (job.busy) {
                std::this_thread::yield();
                continue;
            }
            next += kStarters;
            start(job, next + 1, random, self);
            ++done;
        }
        // Not thread_ends(): it would abort what this thread started on handles without a port.
    }

    void start(StressJob& job, std::uint64_t id, std::mt19937& random, sim::ThreadId self) {
        const std::size_t handle = random() % kHandles;
        const bool reads = random() % 3 != 0;
        const std::uint32_t bytes = 1 + static_cast<std::uint32_t>(random() % 200);
        job.busy = true;
        job.id = id;
        const Win32Error error =
            handles_
                .start({.handle = sim::make_id<HandleId>(handle),
                        .operation = reads ? Operation::read : Operation::write,
                        .by = self,
                        .id = id,
                        .label = 1 + static_cast<std::uint32_t>(random() % 2),
                        .buffer = std::span(job.buffer).first(bytes),
                        .plan = {.at_once = random() % 3 == 0, .bytes = bytes}},
                       job.overlapped)
                .error;
        // What was sent for others may be longer than this read: a warning, and a packet (I-IO-5).
        if (error == Win32Error::success || error == Win32Error::more_data ||
            error == Win32Error::io_pending) {
            ++tally.begun;
            return;
        }
        ++tally.refused;
        job.busy = false;
    }

    void get(std::uint32_t getter) {
        const sim::ThreadId self{getter};
        ports_.thread_begins(self);
        for (;;) {
            const real::GetResult result = ports_.get(self, kPort, test::kLong);
            if (!result.has_packet || result.packet.overlapped == 1) break;
            if (result.error == Win32Error::operation_aborted) ++tally.aborted;
            auto& job = *reinterpret_cast<StressJob*>(
                static_cast<std::uintptr_t>(result.packet.overlapped));
            ++tally.packets;
            if (!job.busy.exchange(false)) ++tally.twice;
        }
        ports_.thread_ends(self);
    }

    void play_far_end() {
        while (!stop_) {
            for (StressJob& job : jobs_)
                if (job.busy) static_cast<void>(handles_.satisfy(job.overlapped, job.id));
            std::this_thread::yield();
        }
    }

    void disturb() {
        std::mt19937 random(99);
        while (!stop_) {
            const std::size_t handle = random() % kHandles;
            const auto id = sim::make_id<HandleId>(handle);
            if (random() % 4 == 0) {
                static_cast<void>(handles_.close(id));
                open(handle);
            } else {
                static_cast<void>(handles_.cancel(id, static_cast<std::uint32_t>(random() % 3)));
            }
            real::sleep_for(200'000);
        }
    }

    std::atomic<bool> stop_{false};
    real::LinuxPorts ports_;
    real::Handles& handles_;
    std::deque<StressJob> jobs_;  // never move
};

}  // namespace

TEST_CASE("every operation delivers one packet, while handles are cancelled and closed (I-IO-1)") {
    Mill mill;
    mill.run();
    CHECK(mill.tally.twice == 0);
    CHECK(mill.tally.packets + mill.tally.silent == mill.tally.begun);
    CHECK(mill.tally.begun + mill.tally.refused == kStarters * kOperationsEach);
    // Not vacuous: all this happened.
    CHECK(mill.tally.packets > kOperationsEach);
    CHECK(mill.tally.aborted > 0);
    MESSAGE(mill.tally.begun.load()
            << " begun, " << mill.tally.packets.load() << " packets, " << mill.tally.aborted.load()
            << " aborted, " << mill.tally.silent.load() << " without packet");
}
