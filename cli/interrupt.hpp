// Ctrl-C as a flag, for work that ends in good order.
#pragma once

namespace cli {

// Catches Ctrl-C for as long as it lives; there may be one at a time.
class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

    [[nodiscard]] static bool interrupted();
    // The same, and forgets it, so that the next one shows.
    [[nodiscard]] static bool take();
    // The next Ctrl-C ends the program at once.
    static void let_the_next_one_end();

private:
    void (*before_)(int);
};

}  // namespace cli
