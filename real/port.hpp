// The seam: a completion port as the worker pool and the recorder see it, whatever system carries
// it out. One implementation per file: port_linux.cpp (our own port), port_win32.cpp (the kernel's
// or Wine's). Nothing under real/ includes or links the model: the comparison would prove nothing.
//
// Return values follow the Win32 functions (behaviours.md §7); errors are Win32 codes on every
// system. Times are nanoseconds of the back end's clock, `now()`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/ids.hpp"
#include "sim/trace.hpp"
#include "sim/win32_error.hpp"

namespace real {

class ManualEvent;

using sim::Key;
using sim::Nanos;
using sim::PortId;
using sim::ThreadId;
using sim::Win32Error;
class Handles;  // real/handles.hpp

// What a packet carries: PostQueuedCompletionStatus's three values, delivered unchanged and
// unvalidated (P-POST-1), and how the operation ended whose end it tells. A post has no say in
// that: its packets are successes (P-POST-2).
struct Completion {
    Key key = 0;
    std::uint32_t bytes = 0;
    Win32Error error = Win32Error::success;
    std::uint64_t overlapped = 0;

    bool operator==(const Completion&) const = default;
};

// Four ways to end (behaviours.md §7.1). An error together with a packet is that of the operation:
// FALSE with an overlapped pointer (I-IO-4). Without one the call itself failed.
struct GetResult {
    Win32Error error = Win32Error::success;
    bool has_packet = false;
    Completion packet{};
};

// What SuspendThread and ResumeThread return: the suspend count before the call, or an error.
// Suspending: access_denied, the thread has ended; signal_refused, the count is at its maximum;
// invalid_handle, it has not begun; wait_timeout, it has not come to rest yet but will at its next
// safe point. Resuming a thread that is not suspended is no error: 0.
struct SuspendResult {
    Win32Error error = Win32Error::success;
    std::uint32_t before = 0;
};
inline constexpr std::uint32_t kMaximumSuspendCount = 127;

// Hears of the waits of threads that do not announce them. Called by one thread only, which is no
// worker; times are of clock_now(). Every block_began is followed by a block_ended of the same
// thread unless it waits to the end.
class BlockListener {
public:
    virtual ~BlockListener() = default;
    // What the thread says of itself at this instant. While it still sleeps that is why it sleeps;
    // then block_began() gets the word back.
    virtual std::uint64_t says(ThreadId) = 0;
    // The thread went to sleep at some instant after t0, and at t1 the port counted it as paused;
    // `counts` is false for a thread that is associated with no port, which never counts.
    virtual void block_began(ThreadId, Nanos t0, Nanos t1, bool counts, std::uint64_t said) = 0;
    // It ran again at some instant after t0, and counted again at t1.
    virtual void block_ended(ThreadId, Nanos t0, Nanos t1) = 0;
};

// How a call for several packets ended. Anything but success: `count` is 0 and the room untouched.
struct GetManyResult {
    Win32Error error = Win32Error::success;
    std::uint32_t count = 0;
};

// How a wait for something other than packets ended.
enum class WaitEnd : std::uint8_t {
    satisfied,
    timed_out,
    user_apc,  // alertable waits only: APCs of this thread have run (T-APC-1)
    failed,    // there is nothing to wait for: the handle is closed
};

// A user APC. Belongs to whoever queues it, must live until it has run or its thread has left, and
// may be queued again before it has run.
class Apc {
public:
    virtual ~Apc() = default;
    virtual void run() = 0;  // on the thread that it was queued to
};

// All ports of one run, and what the run's threads do with them. Every function may be called from
// any thread unless it says otherwise. Thread numbers are the scenario's ThreadIds.
class Ports {
public:
    virtual ~Ports() = default;

    // The first port is PortId 0. `concurrency` 0 means the number of processors (C-VALUE-0).
    virtual Win32Error create(std::uint32_t concurrency) = 0;
    // The same for a number that nothing has yet: invalid_parameter when it has something.
    virtual Win32Error create_as(PortId, std::uint32_t concurrency) = 0;
    // `handle` becomes another handle of the port that the open handle `of` means (X-CLOSE-2). It
    // must have been none so far, or a closed one of that port.
    virtual Win32Error duplicate(PortId handle, PortId of) = 0;
    // What the value resolved to; an assumption where no call reads it back (C-VALUE-0).
    [[nodiscard]] virtual std::uint32_t limit(PortId) const = 0;

    // Called once by each thread before its first call below, and once after its last.
    virtual void thread_begins(ThreadId) = 0;
    virtual void thread_ends(ThreadId) = 0;

    virtual Win32Error post(PortId, const Completion&) = 0;
    // Timeout in nanoseconds, rounded up to milliseconds; 0 polls; sim::kInfinite never ends.
    virtual GetResult get(ThreadId, PortId, Nanos timeout) = 0;
    // GetQueuedCompletionStatusEx: at most `most` packets, of which 4096 are certain to be taken.
    // None is an error (G-EX-4), but there must be room for one all the same: Wine 8 gives one
    // then. Alertable: APCs that are queued run in the call and may end it with wait_io_completion
    // (T-APC-1, T-APC-2).
    virtual GetManyResult get_many(ThreadId, PortId, std::span<Completion> room, std::uint32_t most,
                                   Nanos timeout, bool alertable) = 0;
    // Closes this handle; the last one closes the port.
    virtual Win32Error close(PortId) = 0;

    // Files, pipes and sockets whose packets go to these ports; null where there are none. They go
    // with the ports.
    [[nodiscard]] virtual Handles* handles() { return nullptr; }
    // Why there are none, and what to do about it.
    [[nodiscard]] virtual std::string handles_refusal() {
        return "this scenario cannot be recorded yet: it needs I/O on handles, which only the "
               "model plays";
    }

    // The calling thread is about to wait for something other than a port / has finished waiting.
    // Does nothing where the kernel sees it by itself.
    virtual void block_begins(ThreadId) = 0;
    virtual void block_ends(ThreadId) = 0;
    // Must the thread write down its waits itself? No where the ports see them from outside and
    // tell the listener. Known once the thread has begun.
    [[nodiscard]] virtual bool announces(ThreadId) { return true; }
    // Before the first thread begins. The listener must outlive the threads.
    virtual void report_blocks_to(BlockListener&) {}
    // Of a thread that sleeps, and not in a call of a port: does no port count it any longer, and
    // is that written down?
    [[nodiscard]] virtual bool noticed_block(ThreadId) { return true; }
    // Of a thread that has waited and runs: does its port count it again, and is that written down?
    [[nodiscard]] virtual bool noticed_return(ThreadId) { return true; }

    // TR8. Suspends the thread, which counts; `by` is the calling thread, or none. Returns when the
    // thread has come to rest, at the latest after `patience` nanoseconds. A thread that suspends
    // itself comes to rest at its next safe point, or at once where the kernel does it.
    virtual SuspendResult suspend(ThreadId thread, ThreadId by, Nanos patience) = 0;
    // Takes one suspension back; what TR8 says about the port has happened on return.
    virtual SuspendResult resume(ThreadId thread) = 0;
    // The calling thread stays here while it is suspended. To be called often by threads that
    // compute, and when a signal interrupts a wait. Does nothing where the kernel does it.
    virtual void safe_point(ThreadId) = 0;
    // Is the thread suspended and at rest? Nothing where this system cannot tell.
    [[nodiscard]] virtual std::optional<bool> stopped(ThreadId) = 0;
    // Queues an APC to a thread, which runs it in its next alertable call or wait; ends one that it
    // is in. An error: the thread has not begun or has ended.
    virtual Win32Error queue_apc(ThreadId to, Apc&) = 0;
    // Runs the APCs of the calling thread that are queued, without waiting. True: there were some.
    virtual bool run_apcs(ThreadId) = 0;
    // An alertable wait for the event. The timeout is that of ManualEvent::wait.
    virtual WaitEnd wait_alertably(ThreadId, ManualEvent&, Nanos timeout) = 0;
    // Waits until the port's handle is signaled: packets are queued, or the port is closed. Takes
    // no packet (W-WAITABLE-1). Timeout 0 looks. `interrupted` is that of ManualEvent::wait.
    virtual WaitEnd wait_port(PortId, Nanos timeout,
                              const std::function<void()>& interrupted = {}) = 0;

    // Is the thread, at this instant, on the port's stack of waiting threads? Nothing where this
    // system cannot tell.
    [[nodiscard]] virtual std::optional<bool> parked(ThreadId, PortId) = 0;
    [[nodiscard]] virtual std::optional<std::uint32_t> depth(PortId) = 0;
    // How many threads count as running for the port. Nothing where this system does not tell.
    [[nodiscard]] virtual std::optional<std::uint32_t> active(PortId) { return std::nullopt; }
};

// What Backend::lacks calls the function for several packets.
inline constexpr const char* kGetManyName = "GetQueuedCompletionStatusEx";

// What a back end is, what it promises, and whether it can run here.
struct Backend {
    std::string_view name;          // "linux", "win32", "wine": --backend
    std::string lane;               // "Our Linux port, not Windows", with build or version
    bool windows_evidence = false;  // true only on a Windows kernel
    sim::Blocking blocking = sim::Blocking::announced;
    std::string blocking_why;  // why not a better way, and what to type; empty: it is the best
    // The rules (by id) that this system is expected to keep. CI fails when one is broken, and
    // when another one that a lesson would break is kept.
    std::vector<std::string_view> promises;
    // Functions that scenarios may need and this system has not, by name.
    std::vector<std::string_view> lacks;
    std::string unavailable;  // why not here and what to install; empty: it can run
    std::vector<std::pair<std::string, std::string>> host;  // facts for the trace header
};

// Every back end that iocpscope knows, on this computer; the unavailable ones say why.
[[nodiscard]] std::vector<Backend> backends();

// The ports of this process: the Linux port on Linux, Win32's on Windows and Wine. `blocking` is
// how our Linux port is to learn that a thread blocks; elsewhere it means nothing.
[[nodiscard]] std::unique_ptr<Ports> make_ports(sim::Blocking blocking);

}  // namespace real
