// Handles of Windows, or of Wine: what a scenario opens is opened, and what its workers call is
// called, with the same packets, errors and times as in any other program. This process plays the
// far end, too (win32_far_end.hpp), and that decides what a scenario can ask for:
//
// * What the system carries out by itself ends when it has done so: reads and writes of files,
//   sends, ConnectEx and DisconnectEx. A time that a scenario gives them does not hold them up.
// * What no far end can bring about (ERROR_ACCESS_DENIED of a read that was started, say) does not
//   happen. The operation is cancelled instead and ends with ERROR_OPERATION_ABORTED.
// * Handles that somebody outside plays the far end of are left alone.
// * A completion routine does nothing when it runs.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "real/handles.hpp"
#include "real/port.hpp"
#include "real/win32_functions.hpp"
#include "real/win32_io.hpp"
#include "real/win32_lock.hpp"
#include "real/win32_outstanding.hpp"

namespace real {

// What the handles ask the ports for.
class Win32PortTable {
public:
    virtual ~Win32PortTable() = default;
    // Null: there is no such port, or this handle of it is closed.
    [[nodiscard]] virtual HANDLE system_handle(PortId) const = 0;
    // Its last handle is closed.
    [[nodiscard]] virtual bool is_gone(PortId) const = 0;
    // How many packets in all the ports tell of operations. Nothing where the system does not say.
    [[nodiscard]] virtual std::optional<std::size_t> queued_operations() const = 0;
};

class Win32Handles final : public Handles {
public:
    explicit Win32Handles(Win32PortTable& ports);
    // Closes what is open, and then waits for the ends of all operations. No other call may be in
    // progress.
    ~Win32Handles() override;

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
    [[nodiscard]] std::size_t pending() const override;

    // A packet has been taken from a port; by whoever took it, before anybody else hears of it.
    // False: it tells of no operation.
    bool received(const Completion&);
    // Files whose record is kept: open, or with packets that nobody has received.
    [[nodiscard]] std::size_t files();

private:
    static constexpr std::size_t kMost = std::size_t{1} << 16;

    struct Entry {
        std::atomic<bool> open{false};
        std::atomic<HANDLE> local{nullptr};
        std::atomic<Win32File*> file{nullptr};
    };

    // A call is in progress that looks at files without lock_.
    class InCall {
    public:
        explicit InCall(const Win32Handles& all) : calls_(all.calls_) { ++calls_; }
        ~InCall() { --calls_; }
        InCall(const InCall&) = delete;
        InCall& operator=(const InCall&) = delete;

    private:
        std::atomic<std::uint32_t>& calls_;
    };

    [[nodiscard]] Entry* find(HandleId) const;
    // With lock_ held.
    [[nodiscard]] Entry* free_entry(HandleId);
    void install(Entry&, HANDLE local, Win32File*);
    void close_entry(Entry&);
    [[nodiscard]] HANDLE any_handle_of(const Win32File&) const;
    void forget_closed_files();

    [[nodiscard]] const char* missing_function(Operation) const;  // null: none
    [[nodiscard]] bool can_call(HandleKind, Operation) const;
    [[nodiscard]] bool expects_packet(const Win32Io&) const;
    void take_results(Win32Io&, bool success);
    void take_connection(const Win32Io&, SOCKET listener, OwnedSocket accepted);
    bool end_silently(Win32Io&);

    Win32PortTable& ports_;
    Win32Functions functions_;
    const bool failed_reads_queue_packets_;  // I-IO-3 is broken here
    const OwnedHandle unheard_{CreateEventW(nullptr, TRUE, FALSE, nullptr)};  // see event_of()
    std::unique_ptr<std::atomic<Entry*>[]> entries_;
    Win32Outstanding outstanding_;
    // For opening and closing, and for the far end; a call that starts an operation takes it only
    // if the far end has something to do before.
    Win32Lock lock_;
    std::vector<std::unique_ptr<Entry>> all_entries_;
    // One that is closed goes when its last packet has been received and no call is in progress:
    // a call may still look at what another thread has closed.
    std::vector<std::unique_ptr<Win32File>> files_;
    mutable std::atomic<std::uint32_t> calls_{0};
};

}  // namespace real
