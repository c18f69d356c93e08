// A completion packet: what PostQueuedCompletionStatus or a finished operation gives to a port.
#pragma once

#include <cstdint>

#include "sim/ids.hpp"
#include "sim/operation.hpp"
#include "sim/win32_error.hpp"

namespace sim {

struct Packet {
    PacketId id = PacketId::none;
    Key key = 0;
    std::uint32_t bytes = 0;
    Win32Error error = Win32Error::success;  // a posted packet is always a success (P-POST-2)
    HandleId handle = HandleId::none;        // whose operation it tells the end of; none: posted
    Operation operation = Operation::post;

    bool operator==(const Packet&) const = default;
};

}  // namespace sim
