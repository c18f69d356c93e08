// The packet queue of a port as a value that is cheap to copy, however long it is.
//
// Packets are kept in a log of fixed-size chunks to which every copy of the queue refers; a queue
// is a range of that log. Copying costs two pointers, so a timeline can keep thousands of copies of
// a port with a million queued packets. A copy that appends at a place where another copy has
// appended something else first moves to a log of its own (a "what if" does that); one that appends
// the same packet again, as replay does, just follows.
//
// Copies share chunks without locks: all copies of one queue belong to one thread at a time.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/packet.hpp"

namespace sim {

class PacketQueue {
public:
    PacketQueue() = default;
    PacketQueue(const PacketQueue&) = default;
    PacketQueue(PacketQueue&&) noexcept = default;
    PacketQueue& operator=(const PacketQueue& other);
    PacketQueue& operator=(PacketQueue&& other) noexcept;
    ~PacketQueue();

    // At the tail. Nearly always there is room in the last chunk, and no other copy has used it.
    void push(const Packet& packet) {
        if (size_ == 0 || tail_at_ == kChunk || tail_->used != tail_at_) return push_slowly(packet);
        tail_->packets[tail_at_] = packet;
        ++tail_->used;
        ++tail_at_;
        ++size_;
    }
    // From the head, the oldest; the queue must not be empty.
    Packet pop() {
        assert(size_ > 0);
        if (head_at_ == kChunk) next_head();
        --size_;
        return head_->packets[head_at_++];
    }
    void clear();

    [[nodiscard]] const Packet& front() const {
        assert(size_ > 0);
        return head_at_ == kChunk ? head_->next->packets[0] : head_->packets[head_at_];
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    // The oldest `most` packets, oldest first.
    [[nodiscard]] std::vector<Packet> oldest(std::size_t most) const;
    [[nodiscard]] bool operator==(const PacketQueue&) const;

private:
    static constexpr std::size_t kChunk = 128;
    struct Chunk {
        std::array<Packet, kChunk> packets;
        std::size_t used = 0;
        std::shared_ptr<Chunk> next;
    };
    static void release(std::shared_ptr<Chunk> chunk);
    void retire(std::shared_ptr<Chunk> chunk);
    void own_log();
    void push_slowly(Packet);
    void next_chunk();
    void next_head();

    std::shared_ptr<Chunk> head_;   // holds the oldest packet at head_at_
    std::shared_ptr<Chunk> tail_;   // the next packet goes to tail_at_
    std::shared_ptr<Chunk> spare_;  // an emptied chunk kept for reuse: no allocation when steady
    std::size_t head_at_ = 0;
    std::size_t tail_at_ = 0;
    std::size_t size_ = 0;
};

}  // namespace sim
