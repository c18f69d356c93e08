// Ports for tests of the recorder: they do the least that a port must.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "real/port.hpp"
#include "real/thread_wrapper.hpp"

namespace test {

using real::Apc;
using real::Completion;
using real::GetManyResult;
using real::GetResult;
using real::ManualEvent;
using real::Nanos;
using real::PortId;
using real::Ports;
using real::ThreadId;
using real::WaitEnd;
using real::Win32Error;

// One queue and one stack of waiting threads per port, under one lock; no limit.
class PlainPorts : public Ports {
public:
    bool tells_parked = true;
    std::function<void(std::uint64_t posts)> on_post;

    Win32Error create(std::uint32_t concurrency) override {
        ports_.emplace_back().limit = concurrency == 0 ? 1 : concurrency;
        return Win32Error::success;
    }
    Win32Error create_as(PortId, std::uint32_t concurrency) override { return create(concurrency); }
    Win32Error duplicate(PortId, PortId) override { return Win32Error::no_system_resources; }
    [[nodiscard]] std::uint32_t limit(PortId id) const override {
        return ports_[sim::index(id)].limit;
    }
    void thread_begins(ThreadId) override {}
    void thread_ends(ThreadId) override {}
    Win32Error post(PortId id, const Completion& packet) override {
        if (on_post) on_post(++posts_);
        const std::lock_guard lock(mutex_);
        Port& port = ports_[sim::index(id)];
        if (port.closed) return Win32Error::invalid_handle;
        if (port.waiting.empty()) {
            port.queue.push_back(packet);
        } else {
            port.given[port.waiting.back()] = packet;
            port.waiting.pop_back();
            changed_.notify_all();
        }
        return Win32Error::success;
    }
    GetResult get(ThreadId thread, PortId id, Nanos timeout) override {
        std::unique_lock lock(mutex_);
        Port& port = ports_[sim::index(id)];
        if (port.closed) return {.error = Win32Error::invalid_handle};
        if (!port.queue.empty()) {
            const Completion packet = port.queue.front();
            port.queue.pop_front();
            return {.has_packet = true, .packet = packet};
        }
        if (timeout == 0) return {.error = Win32Error::wait_timeout};
        port.waiting.push_back(thread);
        const auto decided = [&] { return port.closed || port.given.count(thread) > 0; };
        if (timeout == sim::kInfinite)
            changed_.wait(lock, decided);
        else
            changed_.wait_for(lock, std::chrono::nanoseconds(timeout), decided);
        if (const auto found = port.given.find(thread); found != port.given.end()) {
            const Completion packet = found->second;
            port.given.erase(found);
            return {.has_packet = true, .packet = packet};
        }
        std::erase(port.waiting, thread);
        return {.error = port.closed ? Win32Error::abandoned_wait_0 : Win32Error::wait_timeout};
    }
    Win32Error close(PortId id) override {
        const std::lock_guard lock(mutex_);
        Port& port = ports_[sim::index(id)];
        if (port.closed) return Win32Error::invalid_handle;
        port.closed = true;
        port.waiting.clear();
        changed_.notify_all();
        return Win32Error::success;
    }
    GetManyResult get_many(ThreadId thread, PortId id, std::span<Completion> room, std::uint32_t,
                           Nanos timeout, bool) override {
        const GetResult result = get(thread, id, timeout);
        if (!result.has_packet) return {.error = result.error};
        room.front() = result.packet;
        return {.count = 1};
    }
    void block_begins(ThreadId) override {}
    void block_ends(ThreadId) override {}
    Win32Error queue_apc(ThreadId, Apc&) override { return Win32Error::invalid_handle; }
    bool run_apcs(ThreadId) override { return false; }
    WaitEnd wait_alertably(ThreadId, ManualEvent& event, Nanos timeout) override {
        return event.wait(timeout) ? WaitEnd::satisfied : WaitEnd::timed_out;
    }
    WaitEnd wait_port(PortId, Nanos) override { return WaitEnd::failed; }
    [[nodiscard]] std::optional<bool> parked(ThreadId thread, PortId id) override {
        if (!tells_parked) return std::nullopt;
        const std::lock_guard lock(mutex_);
        const auto& waiting = ports_[sim::index(id)].waiting;
        return std::find(waiting.begin(), waiting.end(), thread) != waiting.end();
    }
    [[nodiscard]] std::optional<std::uint32_t> depth(PortId) override { return std::nullopt; }

private:
    struct Port {
        std::uint32_t limit = 1;
        bool closed = false;
        std::deque<Completion> queue;
        std::vector<ThreadId> waiting;  // the last is on top
        std::map<ThreadId, Completion> given;
    };
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Port> ports_;
    std::atomic<std::uint64_t> posts_{0};
};

}  // namespace test
