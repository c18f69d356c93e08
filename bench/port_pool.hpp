// Threads on our Linux port for the benchmarks, and what tells that a run is over.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "real/port_linux.hpp"

namespace bench {

inline constexpr sim::PortId kPort{0};

// Workers that take packets until the port is closed, and call `handle` with each.
class PortPool {
public:
    using Handler = std::function<void(const real::Completion&, sim::ThreadId self)>;

    // `ports` has the port kPort.
    PortPool(real::Ports& ports, std::uint32_t count, const Handler& handle) : ports_(ports) {
        for (std::uint32_t i = 0; i < count; ++i)
            threads_.emplace_back([this, self = sim::ThreadId{i}, handle] {
                ports_.thread_begins(self);
                bool served = false;
                for (;;) {
                    const real::GetResult result = ports_.get(self, kPort, sim::kInfinite);
                    if (!result.has_packet) break;
                    served = true;
                    handle(result.packet, self);
                }
                if (served) ++served_;
                ports_.thread_ends(self);
            });
        for (std::uint32_t i = 0; i < count; ++i)
            while (!*ports_.parked(sim::ThreadId{i}, kPort)) std::this_thread::yield();
    }
    PortPool(const PortPool&) = delete;
    PortPool& operator=(const PortPool&) = delete;
    ~PortPool() { static_cast<void>(stop()); }

    // Closes the port and waits for the workers. How many of them got a packet at all.
    std::uint32_t stop() {
        ports_.close(kPort);
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
        return served_;
    }

private:
    real::Ports& ports_;
    std::atomic<std::uint32_t> served_{0};
    std::vector<std::thread> threads_;
};

// One flag, set by the last packet: counting in a shared variable would measure that variable.
class Finish {
public:
    void reached() {
        done_.store(true, std::memory_order_release);
        done_.notify_one();
    }
    void wait() const { done_.wait(false, std::memory_order_acquire); }

private:
    std::atomic<bool> done_{false};
};

template <class Work>
[[nodiscard]] double seconds_of(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace bench
