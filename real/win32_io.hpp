// What the Win32 handles know of one file and of one operation on it, and the calls that carry
// operations out.
#pragma once

#include <mswsock.h>
#include <winsock2.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "real/handles.hpp"
#include "real/win32_functions.hpp"
#include "real/win32_owned.hpp"

namespace real {

// What all handles of one file share: Windows' file object, and its far end.
struct Win32File {
    HandleKind kind = HandleKind::file;
    bool overlapped = true;
    bool far_end = true;
    std::string name;  // of a file, pipe, mailslot or directory
    std::atomic<bool> bound{false};
    std::atomic<PortId> port{PortId::none};
    std::atomic<std::uint32_t> modes{0};
    std::atomic<std::uint32_t> open_handles{1};
    std::atomic<std::uint32_t> operations{0};  // with the system, or their packet not received
    // The far end is there. The client of a pipe comes with the first operation that needs it.
    std::atomic<bool> far_ready{false};

    // The rest is the far end's, guarded by the lock of Win32Handles.
    OwnedHandle remote;
    OwnedSocket far_socket;  // of a tcp_client that has not connected: the listener
    bool far_listens = false;
    sockaddr_in peer{};                // where the far end is; of a listener: where it is itself
    std::vector<OwnedSocket> clients;  // of a listener: not accepted yet
    std::vector<OwnedHandle> extras;   // instances of the pipes that somebody waits for
    OVERLAPPED far_read{};             // one read, or another operation, at a time
    OwnedHandle far_event;             // what far_read waits with
    std::uint32_t changes = 0;         // made to the directory so far
};

[[nodiscard]] inline bool is_socket(HandleKind kind) {
    return kind == HandleKind::tcp || kind == HandleKind::tcp_listener ||
           kind == HandleKind::tcp_client || kind == HandleKind::udp;
}

// Lives in the Overlapped of its operation: a pointer to its first member is one to all of it.
struct Win32Io {
    OVERLAPPED system{};
    Win32File* file = nullptr;
    IoStart start{};
    std::atomic<bool> silent{false};  // it has ended, no packet comes
    WSABUF vector{};
    DWORD flags = 0;  // of a receive; of a serial line: which event
    INT address_length = 0;
    sockaddr_in address{};
    SOCKET accepting = INVALID_SOCKET;  // AcceptEx: what becomes the connection
    union {
        WSAMSG message;
        // AcceptEx wants both addresses to have 16 bytes more than they need.
        std::array<std::byte, 2 * (sizeof(sockaddr_in) + 16)> accepted;
        // What a control code or a transaction sends.
        alignas(8) std::array<std::byte, 88> request;
    };

    Win32Io() : request{} {}

    // Has the system said how it ended? That may be late (I-IO-13).
    [[nodiscard]] bool has_status() {
        constexpr ULONG_PTR kStatusPending = 0x103;
        return std::atomic_ref(system.Internal).load(std::memory_order_acquire) != kStatusPending;
    }
    void await_status() { system.Internal = 0x103; }
};
static_assert(sizeof(Win32Io) <= Overlapped::kSize);

[[nodiscard]] inline Win32Io& io_of(Overlapped& overlapped) {
    return *std::launder(reinterpret_cast<Win32Io*>(overlapped.system.data()));
}

inline constexpr std::uint32_t kFileBytes = std::uint32_t{64} << 10;  // of a temporary file

// Opens what an Opening describes; `local` is a HANDLE, or a SOCKET as one. `file` is fresh.
// Returns a Win32 error.
[[nodiscard]] DWORD open_file(Win32File& file, const Opening&, HANDLE& local);
void close_native(HandleKind, HANDLE local);

// The call that the operation is named after, with its OVERLAPPED. The operation may be over and
// somebody else's when it returns (I-IO-8). Returns ERROR_SUCCESS, ERROR_IO_PENDING or what the
// call says; `bytes`, once it has ended.
[[nodiscard]] DWORD make_call(const Win32Functions&, Win32Io&, HANDLE local, DWORD& bytes);
// What that call needs. False: there is no such thing to be had.
[[nodiscard]] bool make_ready(Win32Io&);

}  // namespace real
