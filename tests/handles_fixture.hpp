// A port of this system with handles, and one thread, the caller, that starts operations, plays the
// far end and asks the port for packets.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <span>

#include "real/clock.hpp"
#include "real/handles.hpp"
#include "real/port.hpp"
#include "real/thread_wrapper.hpp"
#ifdef _WIN32
#include "real/port_win32.hpp"
#else
#include "real/port_linux.hpp"
#endif

namespace sim {
inline doctest::String toString(Win32Error error) {  // NOLINT: doctest finds it by this name
    return doctest::toString(static_cast<std::uint32_t>(error));
}
}  // namespace sim

namespace test {

// Turns a hang into a failure; nothing here takes long.
inline constexpr sim::Nanos kLong = 30'000'000'000;

// A program's per-operation data: the system's part comes first.
struct Job {
    real::Overlapped overlapped;
    alignas(8) std::array<std::byte, 4096> buffer{};
    std::uint64_t id = 0;
};

inline std::unique_ptr<real::Ports> ports_of_this_system() {
#ifdef _WIN32
    return real::make_win32_ports();
#else
    return real::make_linux_ports();
#endif
}

struct Desk {
    static constexpr sim::PortId kPort{0};
    static constexpr sim::ThreadId kSelf{0};
    static constexpr sim::HandleId kFirst{0};
    static constexpr sim::HandleId kSecond{1};
    static constexpr sim::Key kKey = 77;

    // In the order of their ends: the operations' memory goes last.
    std::array<Job, 4> jobs;
    std::unique_ptr<real::Ports> ports = ports_of_this_system();
    real::Handles& handles = *ports->handles();
    std::uint64_t ids = 0;

    Desk() {
        REQUIRE(ports->create(1) == sim::Win32Error::success);
        ports->thread_begins(kSelf);
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    ~Desk() { ports->thread_ends(kSelf); }

    // Opened and, unless told otherwise, bound.
    void open(real::HandleKind kind, sim::HandleId handle = kFirst, bool bound = true) {
        CAPTURE(std::string(name(kind)));
        REQUIRE(handles.open(handle, {.kind = kind}) == sim::Win32Error::success);
        if (bound) REQUIRE(bind(handle) == sim::Win32Error::success);
    }
    sim::Win32Error bind(sim::HandleId handle, sim::Key key = kKey) {
        return handles.bind(handle, kPort, key);
    }
    real::IoStart call(Job& job, sim::Operation operation, std::uint32_t bytes,
                       sim::HandleId handle = kFirst) {
        job.id = ++ids;
        return {.handle = handle,
                .operation = operation,
                .by = kSelf,
                .id = job.id,
                .buffer = std::span(job.buffer).first(bytes),
                .plan = {.bytes = bytes}};
    }
    sim::Win32Error start(Job& job, sim::Operation operation, std::uint32_t bytes,
                          sim::HandleId handle = kFirst) {
        return handles.start(call(job, operation, bytes, handle), job.overlapped).error;
    }
    bool satisfy(Job& job) { return handles.satisfy(job.overlapped, job.id); }
    real::GetResult get(sim::Nanos timeout = kLong) { return ports->get(kSelf, kPort, timeout); }
    // The next packet, which must be this one's.
    real::GetResult get(const Job& job) {
        const real::GetResult result = get();
        CHECK(result.has_packet);
        CHECK(result.packet.overlapped == reinterpret_cast<std::uintptr_t>(&job));
        CHECK(result.error == result.packet.error);
        return result;
    }
    // Neither now nor, once nothing is pending any more, later.
    bool no_packet() {
        const sim::Nanos deadline = real::clock_now() + kLong;
        while (handles.pending() > 0 && real::clock_now() < deadline) real::sleep_for(1'000'000);
        return handles.pending() == 0 && !get(0).has_packet;
    }
    void wait_until_ended(Job& job) {
        const sim::Nanos deadline = real::clock_now() + kLong;
        while (!handles.ended_without_packet(job.overlapped) && real::clock_now() < deadline)
            real::sleep_for(1'000'000);
        CHECK(handles.ended_without_packet(job.overlapped));
    }
};

}  // namespace test
