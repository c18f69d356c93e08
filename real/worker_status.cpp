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

// Bits 0–7 reason, 8–23 lock, 32–63 event.
void WaitCell::write(const WaitingFor& wait) {
    word_.store(std::uint64_t{static_cast<std::uint32_t>(wait.event)} << 32 |
                    std::uint64_t{static_cast<std::uint16_t>(wait.lock)} << 8 |
                    static_cast<std::uint64_t>(wait.reason),
                std::memory_order_release);
}

WaitingFor WaitCell::meaning(std::uint64_t word) {
    const auto reason = static_cast<sim::Reason>(word & 0xFF);
    if (reason == sim::Reason::none) return {};  // also where nothing was ever written
    return {.reason = reason,
            .event = static_cast<sim::EventId>(word >> 32),
            .lock = static_cast<sim::LockId>(word >> 8 & 0xFFFF)};
}

}  // namespace real
