// The seam for I/O: handles of files, pipes and sockets as the worker pool sees them, whatever
// system carries them out, with packets that go to the ports of real/port.hpp. Every function may
// be called from any thread. Return values follow the Win32 functions (behaviours.md §7.3, §7.4);
// errors are Win32 codes on every system.
//
// A scenario says how each operation is to end and when; so a back end plays the far end of what it
// opens, too: the process at the other end of a pipe, the computer at the other end of a
// connection, the disk. Its part is in IoPlan and satisfy().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/ids.hpp"
#include "sim/operation.hpp"
#include "sim/win32_error.hpp"

namespace real {

using sim::HandleId;
using sim::Key;
using sim::Operation;
using sim::PortId;
using sim::Win32Error;
class ManualEvent;

enum class HandleKind : std::uint8_t {
    file,
    pipe,
    tcp,           // a connection
    tcp_listener,  // for accept
    tcp_client,    // not connected yet: for connect
    udp,
    mailslot,
    directory,
    serial,
    device,
};
[[nodiscard]] std::string_view name(HandleKind);

struct Opening {
    HandleKind kind = HandleKind::file;
    bool overlapped = true;    // false: calls return when the operation has ended (H-HANDLE-1)
    std::string address = {};  // a path, a TCP or UDP port of loopback; empty: one of its own
    bool far_end = true;       // false: somebody outside plays it
};

// The system's part of an operation, OVERLAPPED on Windows. A program's per-operation data begins
// with it, so that the `overlapped` of a packet, the address of this, leads to them. It must stay
// where it is, and belongs to the system, from start() until its packet was received, or until
// ended_without_packet() (I-IO-18).
struct Overlapped {
    static constexpr std::size_t kSize = 320;
    alignas(16) std::array<std::byte, kSize> system{};
};

// How the far end is to let an operation end.
struct IoPlan {
    bool at_once = false;                    // before the call returns (I-IO-2, I-IO-3)
    Win32Error error = Win32Error::success;  // what the operation ends with ...
    std::uint32_t bytes = 0;                 // ... and transfers
};

// A call that starts an operation: ReadFile, WSARecv, AcceptEx …
struct IoStart {
    HandleId handle = HandleId::none;
    Operation operation = Operation::read;
    sim::ThreadId by = sim::ThreadId::none;  // who calls (I-IO-14)
    std::uint64_t id = 0;     // tells uses of one Overlapped apart; not 0, not used before
    std::uint32_t label = 0;  // for cancel(); 0: none
    // As much as is asked for or sent. The system's until the operation has ended (I-IO-18).
    std::span<std::byte> buffer = {};
    ManualEvent* event = nullptr;       // hEvent: reset by the call, set by the end (I-IO-10)
    bool low_bit = false;               // its low bit: no packet (I-IO-9)
    bool routine = false;               // with a completion routine (H-HANDLE-7)
    HandleId accepts = HandleId::none;  // accept: which handle the connection becomes
    IoPlan plan = {};
};

class Handles {
public:
    virtual ~Handles() = default;

    // What no handle of this kind, or no handle at all, can do here and why; empty: it can.
    [[nodiscard]] virtual std::string refusal(HandleKind, Operation) const = 0;

    // The number must be free: never opened, or closed, with no operation left.
    virtual Win32Error open(HandleId, const Opening&) = 0;
    // `copy` is another handle of the same file (H-HANDLE-8).
    virtual Win32Error duplicate(HandleId copy, HandleId original) = 0;
    // CreateIoCompletionPort(handle, port, key): H-HANDLE-1, -2, -5.
    virtual Win32Error bind(HandleId, PortId, Key) = 0;
    // SetFileCompletionNotificationModes: sim::kSkip… bits, added to those there are (N-NOTIFY-4).
    virtual Win32Error set_modes(HandleId, std::uint32_t modes) = 0;
    // CloseHandle, closesocket. The last handle of a file aborts its operations; each of them still
    // delivers its packet (I-IO-7).
    virtual Win32Error close(HandleId) = 0;

    // io_pending: it will end later. success or more_data: it has ended, and its packet was queued
    // unless the handle skips that (I-IO-2, I-IO-5, N-NOTIFY-1). Anything else: nothing was
    // started, nothing will come (I-IO-3). On a handle that is not overlapped the call returns only
    // when the operation has ended. `transferred`: bytes, once it has ended.
    struct Started {
        Win32Error error = Win32Error::success;
        std::uint32_t transferred = 0;
        // It failed, but this system, which breaks I-IO-3, queues a packet all the same: until that
        // is received the Overlapped is not the program's.
        bool packet_comes = false;
    };
    virtual Started start(const IoStart&, Overlapped&) = 0;

    // CancelIoEx: asks the pending operations with this label to end, all of the file for label 0;
    // not_found when there is none (I-IO-6). `first`: the id of the oldest of them.
    struct Cancelled {
        Win32Error error = Win32Error::success;
        std::uint64_t first = 0;
    };
    virtual Cancelled cancel(HandleId, std::uint32_t label) = 0;

    // The far end lets a pending operation end as planned. False, and nothing happens, if it has
    // ended before or has not begun, or its Overlapped serves another operation by now.
    virtual bool satisfy(Overlapped&, std::uint64_t id) = 0;

    // It has ended and queues no packet, so that its Overlapped is the program's again (I-IO-13).
    [[nodiscard]] virtual bool ended_without_packet(const Overlapped&) = 0;
    // Has the operation that this Overlapped served under that id not ended yet, and has nothing
    // been done so far that makes it end?
    [[nodiscard]] virtual bool is_pending(const Overlapped&, std::uint64_t id) = 0;
    // The TCP port of loopback that a listening handle has; 0: it has none.
    [[nodiscard]] virtual std::uint16_t tcp_port(HandleId) { return 0; }
    // Operations that have not ended, or whose packet is still on its way to the port.
    [[nodiscard]] virtual std::size_t pending() const = 0;
};

}  // namespace real
