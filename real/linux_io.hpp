// What the Linux handles know of one file and of one operation on it, and the system calls that
// carry operations out. Everything here is guarded by the lock of LinuxHandles, save what says
// otherwise.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdint>

#include "real/futex.hpp"
#include "real/handles.hpp"
#include "real/linux_fd.hpp"
#include "real/ring.hpp"

namespace real {

struct LinuxFile;

// How the end of an operation looks to its program.
struct LinuxEnd {
    Win32Error error = Win32Error::success;
    std::uint32_t bytes = 0;
};

// Lives in the Overlapped of its operation.
struct LinuxIo : RingJob {
    enum class State : std::uint8_t {
        none,
        held,       // the far end has not taken it up yet
        in_line,    // behind others that receive from the same file
        in_kernel,  // the ring has it
        ended,
    };
    State state = State::none;
    bool due = false;      // in line: the far end is to act as soon as it is first
    bool aborted = false;  // in line: it is to end as soon as it is first
    bool packet = false;   // ended: one is queued
    Win32Error answer{};   // what it ends with when its cancellation succeeds
    LinuxEnd end{};        // ended: how
    Key key = 0;           // ended: what its packet carries, and where to
    PortId port = PortId::none;
    LinuxFile* file = nullptr;
    LinuxIo* older = nullptr;  // neighbours among the file's operations
    LinuxIo* newer = nullptr;  // ended: among those that are still to be told
    IoStart start{};
    msghdr message{};
    iovec vector{};
    sockaddr_in address{};
    std::uint32_t sent = 0;  // bytes that a stream took before the rest was left to the ring
    int far_client = -1;     // accept: who connects
    // Read by anybody: 1 when it has ended without a packet and will not be touched again. A call
    // on a file that is not overlapped waits for that.
    FutexWord over{0};
};
static_assert(sizeof(LinuxIo) <= Overlapped::kSize);

struct LinuxFile {
    Fd near;  // what the handle stands for
    Fd far;   // its other end, if this process plays it
    HandleKind kind = HandleKind::file;
    bool overlapped = true;
    bool far_end = true;
    bool bound = false;
    PortId port = PortId::none;
    Key key = 0;
    std::uint32_t modes = 0;
    std::uint32_t open_handles = 0;
    LinuxIo* oldest = nullptr;  // operations that have not ended, in the order of their calls
    LinuxIo* newest = nullptr;
    sockaddr_in peer{};  // where the far end listens; of a listener: where it listens itself
    LinuxFile* next_spare = nullptr;

    void append(LinuxIo&);
    void remove(LinuxIo&);
};

// Receives end in the order of their calls, as they do on a stream or a queue of messages; only the
// first one is given to the kernel.
[[nodiscard]] bool stands_in_line(const LinuxIo&);
[[nodiscard]] LinuxIo* first_in_line(const LinuxFile&);

// Opens what an Opening describes: a temporary file without a name, a pair of sockets, a listener
// on loopback. `file` is fresh. Returns 0 or an errno.
[[nodiscard]] int open_file(LinuxFile& file, const Opening&);

// Fills in what the system call needs; before perform_now() and prepare().
void make_ready(LinuxIo&);
// For the ring.
void prepare(LinuxIo&, io_uring_sqe&);
// Tries it here and now, without waiting: its result, or minus an errno (EAGAIN: it would wait).
[[nodiscard]] int perform_now(LinuxIo&);

// What a result of perform_now() or of the ring means. Takes up an accepted connection: `accepted`.
[[nodiscard]] LinuxEnd end_of(LinuxIo&, int result, Fd& accepted);

// The far end does its part for the plan of an operation that is first in line, or was held. False:
// no system call brings this result about: the far end answers with it (`answer`).
[[nodiscard]] bool far_end_acts(LinuxIo&);

}  // namespace real
