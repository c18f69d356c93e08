// What the tests of observed and sampled blocking need: workers on a Linux port that is watched,
// and what the watch tells.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "real/port_linux_ports.hpp"
#include "real/switch_records.hpp"
#include "sim/trace.hpp"

#ifndef IOCPSCOPE_CHECK_PORT
#error "This test is meant to run with the checks compiled in"
#endif

namespace test {

using sim::Blocking;
using sim::Nanos;
using sim::PortId;
using sim::ThreadId;
using sim::Win32Error;

constexpr PortId kPort{0};
constexpr std::chrono::seconds kHang{30};  // only turns a hang into a failure

// False, with a message, where this kernel does not show context switches. The program's own
// fallback is tested in blocking_choice_test.sh.
inline bool can_be(Blocking blocking) {
    int error = 0;
    if (blocking == Blocking::sampled || real::SwitchRecords::of_this_thread(error)) return true;
    MESSAGE("SKIPPED: perf_event_open fails here with errno " << error);
    return false;
}

inline void until(const std::function<bool()>& done, const char* what) {
    const auto hang = std::chrono::steady_clock::now() + kHang;
    while (!done()) {
        if (std::chrono::steady_clock::now() > hang) throw std::runtime_error(what);
        std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
}

// Without a call of anything.
inline void compute(int turns) {
    for (int i = 0; i < turns; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
}

struct Block {
    ThreadId thread;
    bool begins;
    Nanos t0, t1;
};

class Notes final : public real::BlockListener {
public:
    std::uint64_t says(ThreadId) override { return 0; }
    void block_began(ThreadId thread, Nanos t0, Nanos t1, bool counts, std::uint64_t) override {
        // Before its first call a thread waits for much, and counts nowhere.
        counts_[sim::index(thread)] = counts;
        if (counts) add({thread, true, t0, t1});
    }
    void block_ended(ThreadId thread, Nanos t0, Nanos t1) override {
        if (counts_[sim::index(thread)]) add({thread, false, t0, t1});
    }
    std::vector<Block> of(ThreadId thread) {
        const std::scoped_lock hold(mutex_);
        std::vector<Block> result;
        for (const Block& block : blocks_)
            if (block.thread == thread) result.push_back(block);
        return result;
    }
    std::size_t begun() {
        const std::scoped_lock hold(mutex_);
        std::size_t count = 0;
        for (const Block& block : blocks_) count += block.begins ? 1 : 0;
        return count;
    }

private:
    void add(const Block& block) {
        const std::scoped_lock hold(mutex_);
        blocks_.push_back(block);
    }
    std::array<bool, 64> counts_{};  // the watch alone uses it
    std::mutex mutex_;
    std::vector<Block> blocks_;
};

// Workers that take packets and do with them what the test says, until the port is closed.
class Pool {
public:
    using Handler = std::function<void(std::uint32_t worker, const real::Completion&)>;

    Pool(Blocking blocking, std::uint32_t limit, std::uint32_t workers, Handler handler)
        : ports(real::make_block_watch(blocking)), handler_(std::move(handler)) {
        ports.report_blocks_to(notes);
        ports.create(limit);
        for (std::uint32_t i = 0; i < workers; ++i) threads_.emplace_back([this, i] { work(i); });
        for (std::uint32_t i = 0; i < workers; ++i)
            until([&] { return *ports.parked(ThreadId{i}, kPort); }, "a worker did not park");
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool() { finish(); }
    void finish() {
        ports.close(kPort);
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }
    void post(std::uint64_t number) {
        REQUIRE(ports.post(kPort, {.key = 0, .bytes = 0, .overlapped = number}) ==
                Win32Error::success);
    }

    Notes notes;  // goes after the ports
    real::LinuxPorts ports;

private:
    void work(std::uint32_t number) {
        const ThreadId self{number};
        ports.thread_begins(self);
        if (ports.announces(self)) ++unwatched_;
        for (;;) {
            const real::GetResult result = ports.get(self, kPort, sim::kInfinite);
            if (!result.has_packet) break;
            handler_(number, result.packet);
        }
        ports.thread_ends(self);
    }

    Handler handler_;
    std::atomic<int> unwatched_{0};
    std::vector<std::thread> threads_;
};

}  // namespace test
