// The packet queue is a value: whatever happens to one copy, no other copy notices, and copies of
// a long queue cost nothing.
#include "sim/packet_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "sim/random.hpp"

namespace {

// What this test has allocated and not freed, in bytes. One thread only.
std::size_t bytes_in_use = 0;
std::size_t allocations = 0;

constexpr std::size_t kHeaderBytes = alignof(std::max_align_t);

}  // namespace

// Counting replacements: the size is kept in front of what is handed out.
void* operator new(std::size_t size) {
    void* block = std::malloc(size + kHeaderBytes);
    if (block == nullptr) throw std::bad_alloc();
    *static_cast<std::size_t*>(block) = size;
    bytes_in_use += size;
    ++allocations;
    return static_cast<char*>(block) + kHeaderBytes;
}
void operator delete(void* pointer) noexcept {
    if (pointer == nullptr) return;
    void* block = static_cast<char*>(pointer) - kHeaderBytes;
    bytes_in_use -= *static_cast<std::size_t*>(block);
    std::free(block);
}
void operator delete(void* pointer, std::size_t) noexcept {
    operator delete(pointer);
}

namespace {

using Reference = std::deque<sim::Packet>;

sim::Packet packet(std::uint32_t number) {
    return {.id = sim::PacketId{number}, .key = number * 3ull, .bytes = number ^ 0x55};
}

// The queue holds exactly what the reference holds, in its order.
bool same(const sim::PacketQueue& queue, const Reference& reference) {
    if (queue.size() != reference.size() || queue.empty() != reference.empty()) return false;
    if (!queue.empty() && queue.front() != reference.front()) return false;
    const std::vector<sim::Packet> all = queue.oldest(queue.size());
    return std::equal(all.begin(), all.end(), reference.begin(), reference.end());
}

struct Pair {
    sim::PacketQueue queue;
    Reference reference;
};

bool long_run() {
    return std::getenv("IOCPSCOPE_LONG") != nullptr;
}

}  // namespace

TEST_CASE("packets come out oldest first (Q-FIFO-1)") {
    sim::PacketQueue queue;
    for (std::uint32_t i = 1; i <= 1'000; ++i) queue.push(packet(i));
    for (std::uint32_t i = 1; i <= 1'000; ++i) {
        CHECK(queue.front() == packet(i));
        CHECK(queue.pop() == packet(i));
    }
    CHECK(queue.empty());
}

TEST_CASE("a queue that is emptied and filled again at every length works") {
    sim::PacketQueue queue;
    std::uint32_t next = 1;
    for (std::size_t length = 1; length < 400; ++length) {
        Reference reference;
        for (std::size_t i = 0; i < length; ++i, ++next) {
            queue.push(packet(next));
            reference.push_back(packet(next));
        }
        REQUIRE(same(queue, reference));
        if (length % 7 == 0) {
            queue.clear();
        } else {
            for (std::size_t i = 0; i < length; ++i) queue.pop();
        }
        REQUIRE(queue.empty());
        REQUIRE(queue == sim::PacketQueue());
    }
}

TEST_CASE("oldest() lists at most what is asked for") {
    sim::PacketQueue queue;
    CHECK(queue.oldest(5).empty());
    for (std::uint32_t i = 1; i <= 300; ++i) queue.push(packet(i));
    for (std::uint32_t i = 1; i <= 130; ++i) queue.pop();
    CHECK(queue.oldest(0).empty());
    CHECK(queue.oldest(2) == std::vector<sim::Packet>{packet(131), packet(132)});
    CHECK(queue.oldest(1'000).size() == 170);
}

TEST_CASE("a copy that goes its own way does not disturb the original") {
    sim::PacketQueue original;
    for (std::uint32_t i = 1; i <= 200; ++i) original.push(packet(i));
    sim::PacketQueue what_if = original;
    what_if.push(packet(900));
    original.push(packet(201));
    what_if.push(packet(901));
    original.push(packet(202));
    CHECK(original != what_if);
    for (std::uint32_t i = 1; i <= 202; ++i) CHECK(original.pop() == packet(i));
    for (std::uint32_t i = 1; i <= 200; ++i) CHECK(what_if.pop() == packet(i));
    CHECK(what_if.pop() == packet(900));
    CHECK(what_if.pop() == packet(901));
}

TEST_CASE("a copy that outlives the original keeps its packets") {
    sim::PacketQueue copy;
    {
        sim::PacketQueue original;
        for (std::uint32_t i = 1; i <= 500; ++i) original.push(packet(i));
        copy = original;
        while (!original.empty()) original.pop();
        for (std::uint32_t i = 1; i <= 500; ++i) original.push(packet(7'000 + i));
    }
    for (std::uint32_t i = 1; i <= 500; ++i) CHECK(copy.pop() == packet(i));
}

TEST_CASE("assigning a queue to itself keeps it") {
    sim::PacketQueue queue;
    queue.push(packet(1));
    sim::PacketQueue& alias = queue;
    queue = alias;
    CHECK(queue.size() == 1);
    queue = std::move(alias);
    CHECK(queue.size() == 1);
    CHECK(queue.pop() == packet(1));
}

TEST_CASE("queues are equal when their packets are, wherever these are kept") {
    sim::PacketQueue one, other;
    for (std::uint32_t i = 1; i <= 10; ++i) one.push(packet(i));
    other.push(packet(99));
    other.pop();
    for (std::uint32_t i = 1; i <= 9; ++i) other.push(packet(i));
    CHECK(one != other);
    other.push(packet(10));
    CHECK(one == other);
    other.pop();
    other.push(packet(1));
    CHECK(one != other);
}

TEST_CASE("random operations on many copies equal a deque") {
    const int rounds = long_run() ? 40 : 4;
    for (int seed = 1; seed <= rounds; ++seed) {
        CAPTURE(seed);
        sim::Random random(static_cast<std::uint64_t>(seed));
        std::vector<Pair> pairs(12);
        std::uint32_t next = 1;
        for (int step = 0; step < 20'000; ++step) {
            Pair& pair = pairs[random.below(pairs.size())];
            const std::uint64_t what = random.below(100);
            if (what < 50) {
                // Copies of one queue often push the same packet, as replay does.
                const sim::Packet pushed = packet(random.below(3) == 0 ? next++ : next);
                for (std::uint64_t n = random.below(6) == 0 ? random.below(200) : 1; n > 0; --n) {
                    pair.queue.push(pushed);
                    pair.reference.push_back(pushed);
                }
            } else if (what < 85) {
                for (std::uint64_t n = random.below(6) == 0 ? random.below(200) : 1;
                     n > 0 && !pair.reference.empty(); --n) {
                    REQUIRE(pair.queue.pop() == pair.reference.front());
                    pair.reference.pop_front();
                }
            } else if (what < 97) {
                pairs[random.below(pairs.size())] = Pair(pair);
            } else if (what < 98) {
                pair.queue.clear();
                pair.reference.clear();
            } else {
                Pair moved = std::move(pair);
                pair = std::move(moved);
            }
            if (step % 64 == 0)
                for (const Pair& each : pairs) REQUIRE(same(each.queue, each.reference));
        }
        for (const Pair& a : pairs)
            for (const Pair& b : pairs) CHECK((a.queue == b.queue) == (a.reference == b.reference));
    }
}

TEST_CASE("replaying the same pushes on an old copy adds no memory") {
    sim::PacketQueue queue;
    const sim::PacketQueue start = queue;
    queue.push(packet(1));
    const sim::PacketQueue after_one = queue;
    for (std::uint32_t i = 2; i <= 100'000; ++i) queue.push(packet(i));
    const std::size_t before = allocations;
    sim::PacketQueue replayed = after_one;
    for (std::uint32_t i = 2; i <= 100'000; ++i) replayed.push(packet(i));
    CHECK(allocations == before);
    CHECK(replayed == queue);
    CHECK(start.empty());
}

TEST_CASE("thousands of copies of a million queued packets cost a pointer or two each") {
    constexpr std::uint32_t kPackets = 1'000'000;
    constexpr std::size_t kCopies = 4'000;
    const std::size_t at_start = bytes_in_use;
    sim::PacketQueue queue;
    for (std::uint32_t i = 1; i <= kPackets; ++i) queue.push(packet(i));
    const std::size_t one_queue = bytes_in_use - at_start;
    // The log is about as large as the packets in it.
    CHECK(one_queue < kPackets * sizeof(sim::Packet) * 5 / 4);

    std::vector<sim::PacketQueue> copies;
    copies.reserve(kCopies);
    const std::size_t before = allocations;
    for (std::size_t i = 0; i < kCopies; ++i) {
        copies.push_back(queue);
        for (int n = 0; n < 200; ++n) queue.pop();
    }
    CHECK(allocations == before);
    CHECK(copies.front().size() == kPackets);
    CHECK(copies.back().front() == packet(200 * (kCopies - 1) + 1));
    CHECK(queue.size() == kPackets - 200 * kCopies);

    // Copies that all append the same packet, as replay does, share it too.
    const std::size_t shared = bytes_in_use;
    for (std::size_t i = 0; i < 10; ++i) copies[i].push(packet(kPackets + 1));
    CHECK(bytes_in_use - shared < 16 * 1024);

    copies.clear();
    queue = sim::PacketQueue();
    CHECK(bytes_in_use - at_start < 64 * 1024 + kCopies * sizeof(sim::PacketQueue));
}

TEST_CASE("a queue that is filled and emptied at the same pace allocates nothing more") {
    sim::PacketQueue queue;
    for (std::uint32_t i = 1; i <= 50; ++i) queue.push(packet(i));
    for (std::uint32_t i = 1; i <= 1'000; ++i) {
        queue.push(packet(i));
        queue.pop();
    }
    const std::size_t before = allocations;
    for (std::uint32_t i = 1; i <= 100'000; ++i) {
        queue.push(packet(i));
        queue.pop();
    }
    CHECK(allocations == before);
}

TEST_CASE("a very long queue is freed without deep recursion") {
    sim::PacketQueue queue;
    for (std::uint32_t i = 1; i <= 3'000'000; ++i) queue.push(packet(i));
    const sim::PacketQueue copy = queue;
    queue.clear();
    CHECK(copy.size() == 3'000'000);
}
