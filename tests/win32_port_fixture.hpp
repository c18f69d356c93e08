// A Win32 port and the words of its tests. See win32_port_test.cpp for what Wine is here.
#pragma once

#include <doctest/doctest.h>
#include <windows.h>

#include <memory>

#include "real/clock.hpp"
#include "real/port_win32.hpp"
#include "tests/wine_rules.hpp"

namespace test {

inline constexpr sim::Nanos kMillisecond = 1'000'000;
inline constexpr sim::Nanos kSecond = 1'000'000'000;
// Ends a hang, decides nothing: long enough for any computer.
inline constexpr sim::Nanos kLongEnough = 60 * kSecond;
inline constexpr sim::PortId kPort{0};
inline constexpr sim::PortId kOther{1};
inline constexpr sim::ThreadId kSelf{0};

inline std::unique_ptr<real::Ports> one_port(std::uint32_t concurrency = 1) {
    auto ports = real::make_win32_ports();
    REQUIRE(ports->create(concurrency) == sim::Win32Error::success);
    ports->thread_begins(kSelf);
    return ports;
}

// Its three values tell its number.
inline real::Completion packet(std::uint64_t number) {
    return {.key = 100 + number, .bytes = static_cast<std::uint32_t>(number), .overlapped = number};
}

}  // namespace test
