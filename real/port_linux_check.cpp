#include "real/port_linux_state.hpp"

#ifdef IOCPSCOPE_CHECK_PORT

#include <cstdio>
#include <cstdlib>

namespace real {
namespace {

[[noreturn]] void broken(const char* invariant, const PortState& port, std::uint32_t active) {
    std::fprintf(stderr, "port %u broke %s: active %u, limit %u, depth %zu\n", port.number(),
                 invariant, active, port.limit(), port.depth());
    std::abort();
}

}  // namespace

// INV-4 and INV-6: the active count rises with a packet only from below the limit.
void PortState::check_slot() const {
    if (active_ >= limit_) broken("INV-4", *this, active_);
}

void PortState::check() const {
    std::uint32_t released = 0;
    std::uint32_t waiting = 0;
    for (const PortThread* thread = associated_; thread != nullptr;
         thread = thread->next_associated) {
        if (thread->port.load(std::memory_order_relaxed) != this) broken("INV-2", *this, active_);
        if (thread->state == ThreadState::outside) broken("INV-2", *this, active_);
        if (thread->state == ThreadState::released) ++released;
        if (thread->state == ThreadState::waiting) ++waiting;
    }
    if (released != active_) broken("INV-1", *this, active_);

    std::uint32_t on_stack = 0;
    for (const PortThread* thread = top_; thread != nullptr; thread = thread->below) {
        if (!waits_here(*thread)) broken("INV-2", *this, active_);
        if (thread->below != nullptr && thread->below->above != thread) {
            broken("INV-2", *this, active_);
        }
        ++on_stack;
    }
    if (on_stack != waiting) broken("INV-2", *this, active_);
    if (!packets_.empty() && top_ != nullptr && active_ < limit_) {
        broken("INV-3", *this, active_);
    }
}

}  // namespace real

#endif
