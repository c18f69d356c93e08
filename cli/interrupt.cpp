#include "cli/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace cli {
namespace {

// Set by Ctrl-C; a signal handler may touch nothing else.
std::atomic<bool> seen{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_interrupt(int) {
    seen = true;
}

}  // namespace

InterruptGuard::InterruptGuard() : before_(std::signal(SIGINT, on_interrupt)) {
    seen = false;
}

InterruptGuard::~InterruptGuard() {
    std::signal(SIGINT, before_);
}

bool InterruptGuard::interrupted() {
    return seen;
}

bool InterruptGuard::take() {
    return seen.exchange(false);
}

void InterruptGuard::let_the_next_one_end() {
    std::signal(SIGINT, SIG_DFL);
}

}  // namespace cli
