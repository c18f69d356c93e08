// The peer: threads that run an io_context of standalone Asio (libasio-dev).
#pragma once

#define ASIO_STANDALONE
#include <asio.hpp>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace bench {

class AsioPool {
public:
    explicit AsioPool(std::uint32_t count) : context(static_cast<int>(count)) {
        for (std::uint32_t i = 0; i < count; ++i) threads_.emplace_back([this] { context.run(); });
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

}  // namespace bench
