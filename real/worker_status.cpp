#include "real/worker_status.hpp"

namespace real {
namespace {

constexpr std::uint32_t kPortMask = 0x7FFFFF;  // 23 bits; all ones: none

}  // namespace

// Bits 0–7 doing, 8 timed, 9–31 port, 32–63 changes.
WorkerStatus StatusCell::read() const {
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    const auto port = static_cast<std::uint32_t>(word >> 9) & kPortMask;
    return {.doing = static_cast<WorkerStatus::Doing>(word & 0xFF),
            .timed = (word >> 8 & 1) != 0,
            .port = port == kPortMask ? PortId::none : sim::make_id<PortId>(port),
            .changes = static_cast<std::uint32_t>(word >> 32)};
}

void StatusCell::write(WorkerStatus::Doing doing, PortId port, bool timed) {
    const std::uint64_t changes = (word_.load(std::memory_order_relaxed) >> 32) + 1;
    const std::uint64_t place = static_cast<std::uint32_t>(port) & kPortMask;
    word_.store(changes << 32 | place << 9 | static_cast<std::uint64_t>(timed) << 8 |
                    static_cast<std::uint64_t>(doing),
                std::memory_order_release);
}

}  // namespace real
