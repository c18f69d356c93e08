// Handles on Linux: files, message pipes, TCP and UDP sockets, with io_uring behind what does not
// end at once. What differs from Windows, and what the far end does:
//
// * A file is a temporary one without a name. Its operations begin when the far end takes them up,
//   as by a disk that is busy, and then take the time that the file takes.
// * A pipe is a pair of sockets that keep messages apart. The rest of a message that was too long
//   for a read (ERROR_MORE_DATA) is lost; on Windows the next read gets it.
// * Receives on one socket or pipe end in the order of their calls, whatever times the scenario
//   gives them, because the bytes come in an order.
// * A result that no system call brings about (ERROR_ACCESS_DENIED of a read, say) is the far end's
//   answer; the system call that waited is cancelled for it.
// * Completion routines do not run: a call with one fails on a handle that is not bound.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "real/futex_lock.hpp"
#include "real/handles.hpp"
#include "real/linux_io.hpp"
#include "real/ring.hpp"
#include "real/stable_table.hpp"

namespace real {

class LinuxPorts;

// Does such an operation exist on such a handle?
[[nodiscard]] bool supported(HandleKind, Operation);

// Operations that have ended and whose programs have not been told yet, in order.
class EndedList {
public:
    void add(LinuxIo&);
    [[nodiscard]] LinuxIo* take();  // null: no more

private:
    LinuxIo* first_ = nullptr;
    LinuxIo* last_ = nullptr;
};

class LinuxHandles final : public Handles, private RingClient {
public:
    explicit LinuxHandles(LinuxPorts& ports) : ports_(ports), ring_(*this) {}
    // Aborts what is pending and waits for its end. No other call may be in progress.
    ~LinuxHandles() override;

    // 0, or the errno that the system refuses io_uring or a thread with. Before any other call.
    [[nodiscard]] int start_ring() { return ring_.start(); }

    [[nodiscard]] std::string refusal(HandleKind, Operation) const override;
    Win32Error open(HandleId, const Opening&) override;
    Win32Error duplicate(HandleId copy, HandleId original) override;
    Win32Error bind(HandleId, PortId, Key) override;
    Win32Error set_modes(HandleId, std::uint32_t modes) override;
    Win32Error close(HandleId) override;
    Started start(const IoStart&, Overlapped&) override;
    Cancelled cancel(HandleId, std::uint32_t label) override;
    bool satisfy(Overlapped&, std::uint64_t id) override;
    [[nodiscard]] bool ended_without_packet(const Overlapped&) override;
    [[nodiscard]] bool is_pending(const Overlapped&, std::uint64_t id) override;
    [[nodiscard]] std::uint16_t tcp_port(HandleId) override;
    [[nodiscard]] std::size_t pending() const override { return pending_; }

    // I-IO-14: aborts the operations that end with the thread that started them.
    void thread_ends(sim::ThreadId);

private:
    struct Entry {
        LinuxFile* file = nullptr;  // null: not open
    };

    // Called by the ring's thread.
    void prepare(RingJob&, io_uring_sqe&) override;
    void reaped(RingJob&, int result) override;

    // With lock_ held.
    [[nodiscard]] LinuxFile* find(HandleId) const;
    [[nodiscard]] Entry* free_entry(HandleId);
    [[nodiscard]] LinuxFile* new_file();
    void let_go(LinuxFile&);
    [[nodiscard]] Win32Error begin(LinuxIo&, EndedList&);
    [[nodiscard]] Win32Error begin_at_once(LinuxIo&, EndedList&);
    [[nodiscard]] Win32Error begun(LinuxIo&, int result, EndedList&);
    void to_kernel(LinuxIo&);
    void act(LinuxIo&, EndedList&);
    void next_in_line(LinuxFile&, EndedList&);
    void finish(LinuxIo&, const LinuxEnd&, bool at_once, EndedList&);
    static void finish_one(LinuxIo&, const LinuxEnd&, bool at_once, EndedList&);
    void abort(LinuxIo&, Win32Error, EndedList&);
    void take_connection(LinuxIo&, Fd accepted);

    // Without it: sets events, queues packets.
    void tell(EndedList&);

    LinuxPorts& ports_;
    FutexLock lock_;
    StableTable<Entry> entries_;
    std::vector<std::unique_ptr<LinuxFile>> files_;
    LinuxFile* spare_ = nullptr;
    std::atomic<std::size_t> pending_{0};
    Ring ring_;  // last: its thread uses the others
};

}  // namespace real
