// Which operations are with the system, and which of them the far end has still to end, by the
// address of their OVERLAPPED: what a packet carries. Workers add and remove without a lock or
// memory. A post may carry any value (P-POST-1), so an address is looked up here before anybody
// believes that an operation is behind it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "real/win32_io.hpp"

namespace real {

// What the far end has to do for an operation. What the system carries out by itself may be over,
// and its memory the program's again, at any moment; so nothing is looked up there for it.
enum class FarPart : std::uint8_t {
    none,   // connecting, disconnecting, reads and writes of files
    drain,  // sends: it reads what was sent
    act,    // the operation does not end before
};

class Win32Outstanding {
public:
    // False: there are kMost already.
    [[nodiscard]] bool add(Win32Io&, FarPart);
    // Null: none with this address.
    [[nodiscard]] Win32Io* find(std::uint64_t address) const;
    // Has the operation neither been removed nor let_end()?
    [[nodiscard]] bool is_held(const Win32Io&, std::uint64_t id) const;
    // From now on something makes it end. Nothing if it was removed, or somebody was faster. What
    // its OVERLAPPED tells must not decide: on Windows that may come long after its end (I-IO-13).
    struct Turn {
        Win32File* file = nullptr;
        FarPart part = FarPart::none;
    };
    std::optional<Turn> let_end(const Win32Io&, std::uint64_t id);
    // Of several callers at once only one is told true.
    bool remove(std::uint64_t address);
    [[nodiscard]] std::size_t count() const { return count_.load(std::memory_order_acquire); }

    // At the very end: the sockets that wait to become connections of operations that are left.
    void close_sockets();

    // Calls visit(Win32Io&, file, id, label) for each; some may be added or go meanwhile.
    template <class Visit>
    void for_each(const Visit& visit) const {
        if (count() == 0) return;
        for (const Bucket& bucket : buckets_)
            for (const Slot& slot : bucket.slots) {
                const std::uint64_t address = slot.address.load(std::memory_order_acquire);
                if (address > kBusy)
                    visit(*reinterpret_cast<Win32Io*>(static_cast<std::uintptr_t>(address)),
                          slot.file.load(std::memory_order_relaxed),
                          slot.id.load(std::memory_order_relaxed) & ~kEnding,
                          slot.label.load(std::memory_order_relaxed));
            }
    }

    static constexpr std::size_t kMost = std::size_t{1} << 14;

private:
    static constexpr std::uint64_t kFree = 0;
    static constexpr std::uint64_t kBusy = 1;  // somebody is filling it in
    static constexpr std::uint64_t kEnding = std::uint64_t{1} << 63;
    static constexpr std::size_t kSlots = 8;
    static constexpr std::size_t kBuckets = 2 * kMost / kSlots;

    // For those who must not look into memory that is the program's again by now.
    struct Slot {
        std::atomic<std::uint64_t> address{kFree};
        std::atomic<std::uint64_t> id{0};  // with kEnding once something makes it end
        std::atomic<std::uint32_t> label{0};
        std::atomic<Win32File*> file{nullptr};
        std::atomic<SOCKET> accepting{INVALID_SOCKET};
        std::atomic<FarPart> part{FarPart::none};
    };
    struct Bucket {
        std::array<Slot, kSlots> slots;
        std::atomic<bool> spilled{false};  // some of its addresses are in the next one
    };
    [[nodiscard]] static std::size_t bucket_of(std::uint64_t address);
    [[nodiscard]] const Slot* slot_of(std::uint64_t address) const;

    std::array<Bucket, kBuckets> buckets_;
    std::atomic<std::size_t> count_{0};
};

}  // namespace real
