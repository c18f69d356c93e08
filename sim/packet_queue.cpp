#include "sim/packet_queue.hpp"

#include <algorithm>
#include <utility>

namespace sim {

PacketQueue& PacketQueue::operator=(const PacketQueue& other) {
    PacketQueue copy(other);
    return *this = std::move(copy);
}

PacketQueue& PacketQueue::operator=(PacketQueue&& other) noexcept {
    if (this == &other) return *this;
    tail_ = std::move(other.tail_);
    spare_ = std::move(other.spare_);
    release(std::exchange(head_, std::move(other.head_)));
    head_at_ = std::exchange(other.head_at_, 0);
    tail_at_ = std::exchange(other.tail_at_, 0);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

PacketQueue::~PacketQueue() {
    tail_.reset();
    release(std::move(head_));
}

// Frees a chain from its front without recursion: a chain may be longer than the stack is deep.
void PacketQueue::release(std::shared_ptr<Chunk> chunk) {
    while (chunk && chunk.use_count() == 1) {
        std::shared_ptr<Chunk> next = std::move(chunk->next);
        chunk = std::move(next);
    }
}

// Keeps an emptied chunk for reuse if no other copy of the queue needs it.
void PacketQueue::retire(std::shared_ptr<Chunk> chunk) {
    if (chunk.use_count() != 1) return;
    chunk->next.reset();
    spare_ = std::move(chunk);
}

void PacketQueue::next_chunk() {
    std::shared_ptr<Chunk> chunk;
    if (spare_ && spare_.use_count() == 1) {
        chunk = std::move(spare_);  // nobody else refers to it
        chunk->used = 0;
    } else {
        chunk = std::make_shared<Chunk>();
    }
    if (tail_) {
        tail_->next = chunk;
    } else {
        head_ = chunk;
        head_at_ = 0;
    }
    tail_ = std::move(chunk);
    tail_at_ = 0;
}

// Moves this queue to chunks that no other copy can append to.
void PacketQueue::own_log() {
    PacketQueue own;
    std::shared_ptr<Chunk> chunk = head_;
    std::size_t at = head_at_;
    for (std::size_t left = size_; left > 0; --left, ++at) {
        if (at == kChunk) {
            chunk = chunk->next;
            at = 0;
        }
        own.push(chunk->packets[at]);
    }
    *this = std::move(own);
}

void PacketQueue::push_slowly(Packet packet) {
    if (!tail_) next_chunk();
    if (tail_at_ == kChunk) {
        if (tail_->next) {
            tail_ = tail_->next;
            tail_at_ = 0;
        } else {
            next_chunk();
        }
    }
    if (tail_->used > tail_at_) {
        // Another copy has appended here before. The same packet: follow it, as replay does.
        if (tail_->packets[tail_at_] != packet) {
            own_log();
            push(packet);
            return;
        }
    } else {
        tail_->packets[tail_at_] = packet;
        ++tail_->used;
    }
    ++tail_at_;
    ++size_;
    if (size_ == 1) {
        if (head_ != tail_) retire(std::exchange(head_, tail_));
        head_at_ = tail_at_ - 1;
    }
}

// The first chunk is empty: the next one is the first.
void PacketQueue::next_head() {
    std::shared_ptr<Chunk> emptied = std::move(head_);
    head_ = emptied->next;
    head_at_ = 0;
    retire(std::move(emptied));
}

void PacketQueue::clear() {
    PacketQueue empty;
    empty.spare_ = std::move(spare_);
    *this = std::move(empty);
}

std::vector<Packet> PacketQueue::oldest(std::size_t most) const {
    std::vector<Packet> packets;
    packets.reserve(std::min(most, size_));
    const Chunk* chunk = head_.get();
    std::size_t at = head_at_;
    while (packets.size() < std::min(most, size_)) {
        if (at == kChunk) {
            chunk = chunk->next.get();
            at = 0;
        }
        packets.push_back(chunk->packets[at++]);
    }
    return packets;
}

bool PacketQueue::operator==(const PacketQueue& other) const {
    if (size_ != other.size_) return false;
    if (head_ == other.head_ && head_at_ == other.head_at_) {
        // Same log from the same place; only a shared tail can still differ, and a copy that
        // appended something else has left this log.
        return true;
    }
    return oldest(size_) == other.oldest(size_);
}

}  // namespace sim
