// Things numbered from 0 that are added now and then, looked up all the time from any thread
// without a lock, and stay where they are until the table goes.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>

namespace real {

template <class T>
class StableTable {
public:
    static constexpr std::size_t kPerBlock = 256;
    static constexpr std::size_t kBlocks = 256;
    static constexpr std::size_t kCapacity = kPerBlock * kBlocks;

    StableTable() = default;
    StableTable(const StableTable&) = delete;
    StableTable& operator=(const StableTable&) = delete;

    ~StableTable() {
        for (auto& slot : blocks_) {
            const std::unique_ptr<Block> block(slot.load(std::memory_order_relaxed));
            if (block == nullptr) continue;
            for (auto& entry : *block) delete entry.load(std::memory_order_relaxed);
        }
    }

    // Null when there is nothing with this number.
    [[nodiscard]] T* find(std::size_t number) const {
        if (number >= kCapacity) return nullptr;
        const Block* block = blocks_[number / kPerBlock].load(std::memory_order_acquire);
        if (block == nullptr) return nullptr;
        return (*block)[number % kPerBlock].load(std::memory_order_acquire);
    }

    // The number must be below kCapacity and have nothing yet.
    void put(std::size_t number, std::unique_ptr<T> thing) {
        const std::scoped_lock hold(adding_);
        std::atomic<Block*>& slot = blocks_[number / kPerBlock];
        if (slot.load(std::memory_order_relaxed) == nullptr) {
            slot.store(new Block{}, std::memory_order_release);
        }
        Block& block = *slot.load(std::memory_order_relaxed);
        block[number % kPerBlock].store(thing.release(), std::memory_order_release);
    }

private:
    using Block = std::array<std::atomic<T*>, kPerBlock>;

    std::array<std::atomic<Block*>, kBlocks> blocks_{};
    std::mutex adding_;
};

}  // namespace real
