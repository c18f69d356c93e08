// Handles of the Win32 port, for its tests.
#pragma once

#include <string>

#include "real/handles_win32.hpp"
#include "sim/scenario.hpp"
#include "tests/handles_fixture.hpp"
#include "tests/wine_rules.hpp"

namespace test {

using sim::Operation;
inline constexpr sim::PortId kPort = Desk::kPort;
inline constexpr sim::ThreadId kSelf = Desk::kSelf;
inline constexpr sim::HandleId kFirst = Desk::kFirst;
inline constexpr sim::HandleId kSecond = Desk::kSecond;

inline bool started(sim::Win32Error error) {
    return error == sim::Win32Error::io_pending || error == sim::Win32Error::success;
}

// Starts it, lets it end as planned and takes its packet.
inline real::GetResult carry_out(Desk& desk, Operation operation, std::uint32_t bytes,
                                 sim::HandleId handle = kFirst) {
    INFO(std::string(sim::function_name(operation)));
    Job& job = desk.jobs[0];
    const sim::Win32Error error = desk.start(job, operation, bytes, handle);
    INFO("start says " << static_cast<int>(error));
    REQUIRE(started(error));
    desk.satisfy(job);
    const real::GetResult result = desk.get(job);
    CHECK(result.packet.key == Desk::kKey);
    CHECK(desk.no_packet());
    return result;
}

}  // namespace test
