#include "real/io_operation.hpp"

#include <new>

namespace real {

IoOperationPool::IoOperationPool(Handles& handles, std::size_t buffer_size)
    : handles_(handles), buffer_size_(buffer_size) {
    static_cast<void>(add_block());
}

IoOperationPool::~IoOperationPool() {
    for (auto& block : blocks_) delete block.load(std::memory_order_relaxed);
}

IoOperationPool::Taken IoOperationPool::take() {
    do {
        if (const Taken free = take_free(); free.operation != nullptr) return free;
        if (const Taken ended = take_ended(); ended.operation != nullptr) return ended;
    } while (add_block());
    return {};
}

IoOperationPool::Taken IoOperationPool::take_free() {
    for (const auto& slot : blocks_) {
        Block* const block = slot.load(std::memory_order_acquire);
        if (block == nullptr) break;
        for (IoOperation& each : block->operations) {
            if (each.use.load(std::memory_order_relaxed) != 0 ||
                each.to_far_end.load(std::memory_order_acquire))
                continue;
            std::uint64_t nobodys = 0;
            const std::uint64_t use = 2 * (uses_.fetch_add(1, std::memory_order_relaxed) + 1);
            if (each.use.compare_exchange_strong(nobodys, use, std::memory_order_acq_rel))
                return {&each, use};
        }
    }
    return {};
}

// Those that ended without a packet were given back by nobody, because nobody was told (I-IO-13).
// As uses are numbered, one that is given back and taken again meanwhile is not mistaken for them.
IoOperationPool::Taken IoOperationPool::take_ended() {
    for (const auto& slot : blocks_) {
        Block* const block = slot.load(std::memory_order_acquire);
        if (block == nullptr) break;
        for (IoOperation& each : block->operations) {
            std::uint64_t seen = each.use.load(std::memory_order_acquire);
            if (seen % 2 == 0 || each.to_far_end.load(std::memory_order_acquire) ||
                !handles_.ended_without_packet(each.overlapped))
                continue;
            const std::uint64_t use = 2 * (uses_.fetch_add(1, std::memory_order_relaxed) + 1);
            if (each.use.compare_exchange_strong(seen, use, std::memory_order_acq_rel))
                return {&each, use};
        }
    }
    return {};
}

void IoOperationPool::give_back(IoOperation& operation) {
    operation.use.store(0, std::memory_order_release);
}

void IoOperationPool::may_end_silently(const Taken& taken) {
    std::uint64_t mine = taken.use;
    taken.operation->use.compare_exchange_strong(mine, mine + 1, std::memory_order_acq_rel);
}

IoOperation* IoOperationPool::find(std::uint64_t overlapped) const {
    for (const auto& slot : blocks_) {
        const Block* const block = slot.load(std::memory_order_acquire);
        if (block == nullptr) return nullptr;
        const auto first = reinterpret_cast<std::uintptr_t>(block->operations.data());
        if (overlapped >= first && overlapped < first + sizeof block->operations)
            return reinterpret_cast<IoOperation*>(static_cast<std::uintptr_t>(overlapped));
    }
    return nullptr;
}

// False: there are kMost, or no memory. Two threads may add one each.
bool IoOperationPool::add_block() {
    try {
        auto made = std::make_unique<Block>();
        made->buffers.resize(kPerBlock * buffer_size_);
        for (std::size_t i = 0; i < kPerBlock; ++i)
            made->operations[i].buffer =
                std::span(made->buffers).subspan(i * buffer_size_, buffer_size_);
        for (auto& slot : blocks_) {
            Block* nothing = nullptr;
            if (!slot.compare_exchange_strong(nothing, made.get(), std::memory_order_acq_rel))
                continue;
            static_cast<void>(made.release());
            return true;
        }
    } catch (const std::bad_alloc&) {
    }
    return false;
}

}  // namespace real
