#include "real/fact_buffer.hpp"

#include <bit>

namespace real {

FactBuffer::FactBuffer(std::size_t capacity) : facts_(std::bit_ceil(capacity)) {}

bool FactBuffer::push(const sim::Fact& fact) noexcept {
    const std::uint64_t at = written_.load(std::memory_order_relaxed);
    if (at - read_.load(std::memory_order_acquire) >= facts_.size()) {
        dropped_.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    facts_[static_cast<std::size_t>(at) & (facts_.size() - 1)] = fact;
    written_.store(at + 1, std::memory_order_release);
    return true;
}

bool FactBuffer::has_room(std::size_t count) const noexcept {
    const std::uint64_t used =
        written_.load(std::memory_order_relaxed) - read_.load(std::memory_order_acquire);
    return used + count <= facts_.size();
}

std::size_t FactBuffer::drain(std::vector<sim::Fact>& out) {
    const std::uint64_t end = written_.load(std::memory_order_acquire);
    const std::uint64_t begin = read_.load(std::memory_order_relaxed);
    for (std::uint64_t at = begin; at != end; ++at)
        out.push_back(facts_[static_cast<std::size_t>(at) & (facts_.size() - 1)]);
    read_.store(end, std::memory_order_release);
    return static_cast<std::size_t>(end - begin);
}

}  // namespace real
