#include "real/win32_outstanding.hpp"

namespace real {
namespace {

std::uint64_t address_of(const Win32Io& io) {
    return reinterpret_cast<std::uintptr_t>(&io);
}

}  // namespace

std::size_t Win32Outstanding::bucket_of(std::uint64_t address) {
    return static_cast<std::size_t>((address * 0x9E3779B97F4A7C15u) >> 40) % kBuckets;
}

bool Win32Outstanding::add(Win32Io& io, FarPart part) {
    if (count_.fetch_add(1, std::memory_order_acq_rel) >= kMost) {
        count_.fetch_sub(1, std::memory_order_acq_rel);
        return false;
    }
    // Half of the slots are free, so this ends.
    for (std::size_t at = bucket_of(address_of(io));; at = (at + 1) % kBuckets) {
        for (Slot& slot : buckets_[at].slots) {
            std::uint64_t free = kFree;
            if (!slot.address.compare_exchange_strong(free, kBusy, std::memory_order_acq_rel))
                continue;
            slot.id.store(io.start.id, std::memory_order_relaxed);
            slot.label.store(io.start.label, std::memory_order_relaxed);
            slot.file.store(io.file, std::memory_order_relaxed);
            slot.accepting.store(io.accepting, std::memory_order_relaxed);
            slot.part.store(part, std::memory_order_relaxed);
            io.file->operations.fetch_add(1, std::memory_order_relaxed);
            slot.address.store(address_of(io), std::memory_order_release);
            return true;
        }
        buckets_[at].spilled.store(true, std::memory_order_release);
    }
}

const Win32Outstanding::Slot* Win32Outstanding::slot_of(std::uint64_t address) const {
    if (address <= kBusy) return nullptr;
    for (std::size_t at = bucket_of(address), tries = 0; tries < kBuckets; ++tries) {
        const Bucket& bucket = buckets_[at];
        for (const Slot& slot : bucket.slots)
            if (slot.address.load(std::memory_order_acquire) == address) return &slot;
        if (!bucket.spilled.load(std::memory_order_acquire)) return nullptr;
        at = (at + 1) % kBuckets;
    }
    return nullptr;
}

Win32Io* Win32Outstanding::find(std::uint64_t address) const {
    if (slot_of(address) == nullptr) return nullptr;
    return reinterpret_cast<Win32Io*>(static_cast<std::uintptr_t>(address));
}

bool Win32Outstanding::is_held(const Win32Io& io, std::uint64_t id) const {
    const Slot* const slot = slot_of(address_of(io));
    return slot != nullptr && slot->id.load(std::memory_order_acquire) == id;
}

// Ids are used once, so whoever changes this one has met the operation and no later one.
std::optional<Win32Outstanding::Turn> Win32Outstanding::let_end(const Win32Io& io,
                                                                std::uint64_t id) {
    Slot* const slot = const_cast<Slot*>(slot_of(address_of(io)));
    if (slot == nullptr) return std::nullopt;
    const Turn turn{.file = slot->file.load(std::memory_order_acquire),
                    .part = slot->part.load(std::memory_order_acquire)};
    if (!slot->id.compare_exchange_strong(id, id | kEnding, std::memory_order_acq_rel))
        return std::nullopt;
    return turn;
}

bool Win32Outstanding::remove(std::uint64_t address) {
    Slot* const slot = const_cast<Slot*>(slot_of(address));
    if (slot == nullptr) return false;
    if (!slot->address.compare_exchange_strong(address, kBusy, std::memory_order_acq_rel))
        return false;
    slot->id.store(0, std::memory_order_relaxed);
    slot->file.load(std::memory_order_relaxed)->operations.fetch_sub(1, std::memory_order_acq_rel);
    slot->address.store(kFree, std::memory_order_release);
    count_.fetch_sub(1, std::memory_order_acq_rel);
    return true;
}

void Win32Outstanding::close_sockets() {
    for (Bucket& bucket : buckets_)
        for (Slot& slot : bucket.slots)
            if (slot.address.load(std::memory_order_acquire) > kBusy &&
                slot.accepting.load() != INVALID_SOCKET)
                closesocket(slot.accepting.exchange(INVALID_SOCKET));
}

}  // namespace real
