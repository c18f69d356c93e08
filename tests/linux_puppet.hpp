// Real threads that do one thing at a time, when told, on a real Linux port: so that a test can
// walk through a schedule. Between commands a puppet is "running" for the port; what the port did
// with a puppet shows at once in parked(), because every transition is over when the call that
// caused it returns.
#pragma once

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "real/port_linux_ports.hpp"

namespace sim {
inline doctest::String toString(Win32Error error) {  // NOLINT: doctest finds it by this name
    return doctest::toString(static_cast<std::uint32_t>(error));
}
}  // namespace sim

namespace test {

// Nothing here takes long; this only turns a hang into a failure.
inline constexpr std::chrono::seconds kHang{30};

class Puppet {
public:
    Puppet(real::LinuxPorts& ports, sim::ThreadId id)
        : ports_(ports), id_(id), thread_([this] { live(); }) {
        finish();
    }
    Puppet(const Puppet&) = delete;
    Puppet& operator=(const Puppet&) = delete;
    ~Puppet() {
        if (thread_.joinable()) exits();
    }

    [[nodiscard]] sim::ThreadId id() const { return id_; }

    // Starts the call and returns; parked or returned, it settles by itself.
    void gets(sim::PortId port, sim::Nanos timeout = sim::kInfinite) {
        start([this, port, timeout] {
            const long before = voluntary_switches();
            result_ = ports_.get(id_, port, timeout);
            switches_ = voluntary_switches() - before;
        });
    }
    // The same for several packets, with APCs or without.
    void gets_many(sim::PortId port, std::uint32_t most, bool alertable = false,
                   sim::Nanos timeout = sim::kInfinite) {
        start([this, port, most, alertable, timeout] {
            room_.assign(std::max(most, 1U), {});
            const auto result = ports_.get_many(id_, port, room_, most, timeout, alertable);
            result_ = {.error = result.error, .has_packet = result.count > 0, .packet = room_[0]};
            room_.resize(result.count);
        });
    }
    // The packets of the last gets_many(), by number.
    std::vector<std::uint32_t> received_many() {
        finish();
        std::vector<std::uint32_t> numbers;
        for (const real::Completion& each : room_) numbers.push_back(each.bytes);
        return numbers;
    }
    // Anything else that its thread does.
    void does(std::function<void()> command) { start(std::move(command)); }
    void has_done() { finish(); }
    // Waits for the end of the call.
    real::GetResult returned() {
        finish();
        return result_;
    }
    // True: the call has returned. False: the thread is parked on the port.
    [[nodiscard]] bool settles(sim::PortId port) {
        const auto hang = std::chrono::steady_clock::now() + kHang;
        while (std::chrono::steady_clock::now() < hang) {
            if (idle()) return true;
            if (*ports_.parked(id_, port)) return false;
            std::this_thread::sleep_for(std::chrono::microseconds(20));
        }
        throw std::runtime_error("a puppet neither returned nor parked");
    }

    void blocks() {
        perform([this] { ports_.block_begins(id_); });
    }
    void unblocks() {
        perform([this] { ports_.block_ends(id_); });
    }
    sim::Win32Error posts(sim::PortId port, const real::Completion& packet) {
        sim::Win32Error error{};
        perform([&] { error = ports_.post(port, packet); });
        return error;
    }
    // The thread ends.
    void exits() {
        start([this] { leaving_ = true; });
        thread_.join();
    }
    // How often the last get() slept in the kernel.
    [[nodiscard]] long switches() const { return switches_; }

private:
    static long voluntary_switches() {
        rusage usage{};
        getrusage(RUSAGE_THREAD, &usage);
        return usage.ru_nvcsw;
    }
    void perform(std::function<void()> command) {
        start(std::move(command));
        finish();
    }
    void start(std::function<void()> command) {
        finish();
        const std::scoped_lock hold(mutex_);
        command_ = std::move(command);
        busy_ = true;
        changed_.notify_all();
    }
    void finish() {
        std::unique_lock hold(mutex_);
        if (!changed_.wait_for(hold, kHang, [this] { return !busy_; })) {
            throw std::runtime_error("a puppet did not return from its call");
        }
    }
    [[nodiscard]] bool idle() {
        const std::scoped_lock hold(mutex_);
        return !busy_;
    }
    void live() {
        ports_.thread_begins(id_);
        std::unique_lock hold(mutex_);
        for (;;) {
            busy_ = false;
            changed_.notify_all();
            changed_.wait(hold, [this] { return busy_; });
            hold.unlock();
            command_();
            if (leaving_) break;
            hold.lock();
        }
        ports_.thread_ends(id_);
    }

    real::LinuxPorts& ports_;
    sim::ThreadId id_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::function<void()> command_;
    bool busy_ = true;  // until the thread has begun
    bool leaving_ = false;
    real::GetResult result_;
    std::vector<real::Completion> room_;
    long switches_ = 0;
    std::thread thread_;  // last: it uses the others
};

// Packet n, recognisable in each of its three values.
inline real::Completion packet(std::uint32_t n) {
    return {.key = 100 + n, .bytes = n, .overlapped = 1000 + n};
}

// Ports, and puppets that go before them.
class Theatre {
public:
    static constexpr sim::PortId kPort{0};
    static constexpr sim::PortId kOther{1};

    // Port 0 with this concurrency value, and port 1 with `other` if that is not 0.
    explicit Theatre(std::uint32_t concurrency, std::uint32_t other = 0) {
        ports.create(concurrency);
        if (other != 0) ports.create(other);
    }
    Theatre(const Theatre&) = delete;
    Theatre& operator=(const Theatre&) = delete;
    ~Theatre() {
        ports.close(kPort);
        ports.close(kOther);
    }

    Puppet& puppet() {
        return puppets_.emplace_back(ports, sim::make_id<sim::ThreadId>(puppets_.size()));
    }
    // A puppet that waits.
    Puppet& waiter(sim::PortId port = kPort) {
        Puppet& thread = puppet();
        if (!waits(thread, port)) throw std::runtime_error("the thread should wait");
        return thread;
    }
    // A puppet that holds a slot, because it polled (C-POLL-1).
    Puppet& runner(sim::PortId port = kPort) {
        Puppet& thread = puppet();
        thread.gets(port, 0);
        if (thread.returned().has_packet) throw std::runtime_error("the queue should be empty");
        return thread;
    }
    // Calls get() and tells whether the thread is parked now.
    bool waits(Puppet& thread, sim::PortId port = kPort) {
        thread.gets(port);
        return !thread.settles(port);
    }
    [[nodiscard]] bool parked(const Puppet& thread, sim::PortId port = kPort) {
        return *ports.parked(thread.id(), port);
    }
    [[nodiscard]] std::uint32_t depth(sim::PortId port = kPort) { return *ports.depth(port); }
    void post(std::uint32_t n, sim::PortId port = kPort) {
        if (ports.post(port, packet(n)) != sim::Win32Error::success) {
            throw std::runtime_error("the post failed");
        }
    }

    real::LinuxPorts ports;

private:
    std::deque<Puppet> puppets_;
};

// The number of the packet that ended the call; 0 when none did.
inline std::uint32_t received(Puppet& thread) {
    const real::GetResult result = thread.returned();
    if (result.error != sim::Win32Error::success || !result.has_packet) return 0;
    return result.packet == packet(result.packet.bytes) ? result.packet.bytes : 0;
}
inline sim::Win32Error error_of(Puppet& thread) {
    const real::GetResult result = thread.returned();
    return result.has_packet ? sim::Win32Error::success : result.error;
}

}  // namespace test
