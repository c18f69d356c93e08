// How long a thread may spin before it sleeps in the kernel.
#pragma once

namespace real {

// One turn of a spin loop, polite to the other hyperthread of the core.
inline void spin_pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// `turns`, or 0 where this process has a single processor: there nothing changes while one spins.
[[nodiscard]] int spin_turns(int turns);

}  // namespace real
