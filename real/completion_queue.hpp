// The packets of a port, oldest first (Q-FIFO-1). Segments of a few hundred packets, of which one
// emptied segment is kept: no allocation per packet, and a queue that grows to a million packets
// never copies them while the port is locked. No bound (Q-UNBOUND-1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "real/port.hpp"

namespace real {

class CompletionQueue {
public:
    CompletionQueue() = default;
    CompletionQueue(const CompletionQueue&) = delete;
    CompletionQueue& operator=(const CompletionQueue&) = delete;
    ~CompletionQueue() { clear(); }

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }

    // False, and nothing changed, when there is no memory.
    [[nodiscard]] bool push(const Completion& packet) {
        if (tail_ == nullptr || tail_used_ == kPerSegment) {
            if (!append_segment()) return false;
        }
        tail_->packets[tail_used_++] = packet;
        ++size_;
        return true;
    }

    // The queue must not be empty.
    Completion pop() {
        const Completion packet = head_->packets[head_used_++];
        --size_;
        if (head_used_ == kPerSegment || size_ == 0) drop_segment();
        return packet;
    }

    void clear();

private:
    static constexpr std::uint32_t kPerSegment = 340;  // 8 KiB a segment

    struct Segment {
        std::array<Completion, kPerSegment> packets;
        std::unique_ptr<Segment> next;
    };

    bool append_segment();
    void drop_segment();

    std::unique_ptr<Segment> head_;
    Segment* tail_ = nullptr;
    std::uint32_t head_used_ = 0;  // packets taken from the head segment
    std::uint32_t tail_used_ = 0;  // packets put into the tail segment
    std::size_t size_ = 0;
    std::unique_ptr<Segment> spare_;
};

}  // namespace real
