// Names for the things of a completion port, as types that cannot be mixed up.
//
// A port, a thread and a packet are numbered from 0 in the order in which a run meets them.
// Numbers index vectors; the names people see ("T4", "P") are kept in the trace header.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace sim {

enum class PortId : std::uint32_t { none = 0xFFFFFFFF };
enum class ThreadId : std::uint32_t { none = 0xFFFFFFFF };
enum class EventId : std::uint32_t { none = 0xFFFFFFFF };
enum class LockId : std::uint16_t { none = 0xFFFF };  // small, so that it costs a fact nothing
enum class HandleId : std::uint32_t { none = 0xFFFFFFFF };  // of a file, pipe, socket, device
enum class DeviceId : std::uint32_t { none = 0xFFFFFFFF };

// Packets count from 1, because people do ("packet 1"); 0 is "no packet".
enum class PacketId : std::uint32_t { none = 0 };

// The completion key of a packet (ULONG_PTR on Windows). Opaque; 0 and duplicates are allowed
// (H-HANDLE-4).
using Key = std::uint64_t;

// A duration or an instant in nanoseconds. Instants count from the start of the run.
using Nanos = std::int64_t;

// dwMilliseconds = INFINITE: the call never times out (T-TIMEOUT-3).
inline constexpr Nanos kInfinite = -1;

template <class Id>
[[nodiscard]] constexpr std::size_t index(Id id) noexcept {
    return static_cast<std::size_t>(id);
}
template <class Id>
[[nodiscard]] constexpr Id make_id(std::size_t i) noexcept {
    return static_cast<Id>(static_cast<std::uint32_t>(i));
}

}  // namespace sim
