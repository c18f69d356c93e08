// Per-operation data of the worker pool, and where they are kept.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "real/handles.hpp"
#include "sim/scenario.hpp"

namespace real {

struct IoOperation {
    Overlapped overlapped;  // first: the pointer in a packet is the address of this, too
    sim::PacketId id = sim::PacketId::none;
    HandleId handle = HandleId::none;
    HandleId accepted = HandleId::none;  // what its connection becomes
    const sim::Step* step = nullptr;     // that started it
    bool waited_for = false;             // its call returns when it has ended
    sim::Nanos begun = 0;
    std::span<std::byte> buffer;
    std::uint32_t bytes = 0;              // of the buffer: asked for, or sent
    IoOperation* next = nullptr;          // on its way to the far end
    std::atomic<bool> to_far_end{false};  // and must not be used for another call
    // The id of the last operation whose call has waited for it and returned.
    std::atomic<std::uint64_t> over_for{0};
    // 0: free. Else twice the number of its use, plus 1 once it may end without a packet.
    std::atomic<std::uint64_t> use{0};
};

// Operations are taken and given back by any thread, without a lock. Memory is allocated for as
// many as are in use at the same time, and kept; so in the steady state nothing is allocated.
class IoOperationPool {
public:
    IoOperationPool(Handles&, std::size_t buffer_size);
    ~IoOperationPool();
    IoOperationPool(const IoOperationPool&) = delete;
    IoOperationPool& operator=(const IoOperationPool&) = delete;

    struct Taken {
        IoOperation* operation = nullptr;  // null: there are kMost already, or no memory
        std::uint64_t use = 0;             // for may_end_silently()
    };
    // Its buffer is of the size asked for.
    [[nodiscard]] Taken take();
    // By who received its packet, or whose call failed.
    static void give_back(IoOperation& operation);
    // After the call that started it: if it ends without a packet, its memory is used again. Does
    // nothing if it was given back meanwhile.
    static void may_end_silently(const Taken&);
    // The operation whose packet carries this value; null for a post.
    [[nodiscard]] IoOperation* find(std::uint64_t overlapped) const;

    static constexpr std::size_t kPerBlock = 64;
    static constexpr std::size_t kBlocks = 256;
    static constexpr std::size_t kMost = kPerBlock * kBlocks;

private:
    struct Block {
        std::array<IoOperation, kPerBlock> operations;
        std::vector<std::byte> buffers;
    };
    [[nodiscard]] Taken take_free();
    [[nodiscard]] Taken take_ended();
    [[nodiscard]] bool add_block();

    Handles& handles_;
    std::size_t buffer_size_;
    std::atomic<std::uint64_t> uses_{0};
    std::array<std::atomic<Block*>, kBlocks> blocks_{};
};

}  // namespace real
