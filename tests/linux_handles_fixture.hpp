// A Linux port with handles, and one thread, the caller, that starts operations, plays the far end
// and asks the port for packets.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <vector>

#include "real/handles_linux.hpp"
#include "real/port_linux_ports.hpp"
#include "real/thread_wrapper.hpp"

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
    std::array<std::byte, 4096> buffer{};
    std::uint64_t id = 0;
};

struct Desk {
    static constexpr sim::PortId kPort{0};
    static constexpr sim::ThreadId kSelf{0};
    static constexpr sim::HandleId kFirst{0};
    static constexpr sim::HandleId kSecond{1};

    real::LinuxPorts ports;
    real::Handles& handles;
    std::uint64_t ids = 0;

    Desk() : handles(*ports.handles()) {
        ports.create(1);
        ports.thread_begins(kSelf);
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    ~Desk() { ports.thread_ends(kSelf); }

    // Opened and, with a key, bound.
    void open(real::HandleKind kind, sim::HandleId handle = kFirst, bool bound = true) {
        REQUIRE(handles.open(handle, {.kind = kind}) == sim::Win32Error::success);
        if (bound) REQUIRE(bind(handle) == sim::Win32Error::success);
    }
    sim::Win32Error bind(sim::HandleId handle, sim::Key key = 77) {
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
    void satisfy(Job& job) { handles.satisfy(job.overlapped, job.id); }
    real::GetResult get(sim::Nanos timeout = kLong) { return ports.get(kSelf, kPort, timeout); }
    // The next packet, which must be this one.
    real::GetResult get(const Job& job) {
        const real::GetResult result = get();
        CHECK(result.has_packet);
        CHECK(result.packet.overlapped == reinterpret_cast<std::uintptr_t>(&job));
        CHECK(result.error == result.packet.error);
        return result;
    }
    // Neither now nor, once nothing is pending any more, later.
    bool no_packet() {
        while (handles.pending() > 0) real::sleep_for(100'000);
        return !get(0).has_packet;
    }
};

}  // namespace test
