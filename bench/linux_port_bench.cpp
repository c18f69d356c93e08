// How many packets a second go through our Linux port, beside standalone Asio on the same machine.
// It says nothing about Windows.
//
//   one poster   a thread that is not associated posts, the workers take: every packet crosses from
//                one thread to another
//   chains       every worker's handler posts the next packet: as in a busy event loop
//
// Usage: linux_port_bench [packets], 2,000,000 by default.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "real/port_linux.hpp"

#if __has_include(<asio.hpp>)
#define ASIO_STANDALONE
#include <asio.hpp>
#endif

namespace {

using sim::PortId;
using sim::ThreadId;

constexpr PortId kPort{0};
constexpr std::uint32_t kLimit = 2;
constexpr std::uint32_t kChains = 64;  // packets under way
constexpr int kRepeats = 5;

double seconds_of(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Workers that take packets until the port is closed, and call `handle` with each.
class Pool {
public:
    Pool(real::Ports& ports, std::uint32_t count, const std::function<void(std::uint64_t)>& handle)
        : ports_(ports) {
        for (std::uint32_t i = 0; i < count; ++i) {
            threads_.emplace_back([this, i, handle] {
                const ThreadId self{i};
                ports_.thread_begins(self);
                for (;;) {
                    const real::GetResult result = ports_.get(self, kPort, sim::kInfinite);
                    if (!result.has_packet) break;
                    handle(result.packet.overlapped);
                }
                ports_.thread_ends(self);
            });
        }
        for (std::uint32_t i = 0; i < count; ++i) {
            while (!*ports_.parked(ThreadId{i}, kPort)) std::this_thread::yield();
        }
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool() {
        ports_.close(kPort);
        for (std::thread& thread : threads_) thread.join();
    }

private:
    real::Ports& ports_;
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

double port_one_poster(std::uint32_t workers, std::uint64_t packets) {
    const auto ports = real::make_linux_ports();
    ports->create(kLimit);
    Finish finish;
    const Pool pool(*ports, workers, [&](std::uint64_t number) {
        if (number == packets) finish.reached();
    });
    return seconds_of([&] {
        for (std::uint64_t n = 1; n <= packets; ++n) {
            ports->post(kPort, {.key = 0, .bytes = 0, .overlapped = n});
        }
        finish.wait();
    });
}

double port_chains(std::uint32_t workers, std::uint64_t packets) {
    const auto ports = real::make_linux_ports();
    ports->create(kLimit);
    Finish finish;
    std::atomic<std::uint32_t> ended{0};
    const std::uint64_t length = packets / kChains;
    const Pool pool(*ports, workers, [&](std::uint64_t left) {
        if (left > 0) {
            ports->post(kPort, {.key = 0, .bytes = 0, .overlapped = left - 1});
        } else if (++ended == kChains) {
            finish.reached();
        }
    });
    return seconds_of([&] {
        for (std::uint32_t i = 0; i < kChains; ++i) {
            ports->post(kPort, {.key = 0, .bytes = 0, .overlapped = length});
        }
        finish.wait();
    });
}

#ifdef ASIO_STANDALONE

class AsioPool {
public:
    explicit AsioPool(std::uint32_t count) : context(static_cast<int>(count)) {
        for (std::uint32_t i = 0; i < count; ++i) {
            threads_.emplace_back([this] { context.run(); });
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    AsioPool(const AsioPool&) = delete;
    AsioPool& operator=(const AsioPool&) = delete;
    ~AsioPool() {
        work_.reset();
        context.stop();
        for (std::thread& thread : threads_) thread.join();
    }

    asio::io_context context;

private:
    asio::executor_work_guard<asio::io_context::executor_type> work_ =
        asio::make_work_guard(context);
    std::vector<std::thread> threads_;
};

double asio_one_poster(std::uint32_t workers, std::uint64_t packets) {
    Finish finish;
    AsioPool pool(workers);
    return seconds_of([&] {
        for (std::uint64_t n = 1; n <= packets; ++n) {
            asio::post(pool.context, [&, n] {
                if (n == packets) finish.reached();
            });
        }
        finish.wait();
    });
}

struct AsioChain {
    asio::io_context& context;
    std::atomic<std::uint32_t>& ended;
    Finish& finish;
    std::uint64_t left;

    void operator()() const {
        if (left > 0) {
            asio::post(context, AsioChain{context, ended, finish, left - 1});
        } else if (++ended == kChains) {
            finish.reached();
        }
    }
};

double asio_chains(std::uint32_t workers, std::uint64_t packets) {
    Finish finish;
    std::atomic<std::uint32_t> ended{0};
    AsioPool pool(workers);
    return seconds_of([&] {
        for (std::uint32_t i = 0; i < kChains; ++i) {
            asio::post(pool.context, AsioChain{pool.context, ended, finish, packets / kChains});
        }
        finish.wait();
    });
}

#endif

using Run = double (*)(std::uint32_t workers, std::uint64_t packets);

// Millions of packets a second: the middle one of the runs.
double rate(Run run, std::uint32_t workers, std::uint64_t packets) {
    std::vector<double> seconds;
    for (int i = 0; i < kRepeats; ++i) seconds.push_back(run(workers, packets));
    std::sort(seconds.begin(), seconds.end());
    return static_cast<double>(packets) / seconds[kRepeats / 2] / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t packets = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2'000'000;
    std::printf("million packets a second, median of %d; limit %u, %u processors\n", kRepeats,
                kLimit, real::linux_processors());
    std::printf("%8s %18s %18s %18s %18s\n", "workers", "port, one poster", "port, chains",
                "asio, one poster", "asio, chains");
    for (const std::uint32_t workers : {1U, 2U, 8U, 16U, 64U}) {
        std::printf("%8u %18.2f %18.2f", workers, rate(port_one_poster, workers, packets),
                    rate(port_chains, workers, packets));
#ifdef ASIO_STANDALONE
        std::printf(" %18.2f %18.2f", rate(asio_one_poster, workers, packets),
                    rate(asio_chains, workers, packets));
#endif
        std::printf("\n");
        std::fflush(stdout);
    }
}
