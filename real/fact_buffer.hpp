// The notebook of one thread: a ring of facts, allocated before the run. One thread writes, one
// other thread (the drain) reads, nobody locks or allocates. When it is full a fact is lost and
// counted; the writer never waits, because waiting would change what is measured.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/fact.hpp"

namespace real {

class FactBuffer {
public:
    // Holds `capacity` facts, rounded up to a power of two. The memory is touched here, so that no
    // page fault happens in the run (C-PAGE-1).
    explicit FactBuffer(std::size_t capacity);
    FactBuffer(const FactBuffer&) = delete;
    FactBuffer& operator=(const FactBuffer&) = delete;

    // The writer's side. False: the buffer is full, the fact is lost and counted.
    bool push(const sim::Fact&) noexcept;
    // For a writer that may wait (the driver): is there room for `count` more?
    [[nodiscard]] bool has_room(std::size_t count) const noexcept;

    // The reader's side: appends everything that is there to `out`, oldest first.
    std::size_t drain(std::vector<sim::Fact>& out);

    [[nodiscard]] std::uint64_t dropped() const noexcept {
        return dropped_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return facts_.size(); }

private:
    std::vector<sim::Fact> facts_;
    // Both count for ever; the place in the ring is the count modulo the capacity. On cache lines
    // of their own, so that reader and writer do not slow each other down.
    alignas(64) std::atomic<std::uint64_t> written_{0};
    alignas(64) std::atomic<std::uint64_t> read_{0};
    std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace real
