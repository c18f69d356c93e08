// Threads and waiting, as thin as possible. The Windows programs are built with compilers that have
// no std::thread, so real/ has its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/ids.hpp"

namespace real {

using sim::Nanos;

// A flag that threads can sleep on. Once set it stays set until it is reset; whoever waits when it
// is set goes on, even if it is reset right after.
class ManualEvent {
public:
    ManualEvent();
    ~ManualEvent();
    ManualEvent(const ManualEvent&) = delete;
    ManualEvent& operator=(const ManualEvent&) = delete;

    void set();
    void reset();
    [[nodiscard]] bool is_set() const;
    // A real kernel wait unless the event is already set. False: `timeout` nanoseconds passed.
    bool wait(Nanos timeout = sim::kInfinite);
#ifdef _WIN32
    // For alertable waits: the HANDLE of the kernel's event.
    [[nodiscard]] void* native() const;
#else
    // The same, but false also when `alerted` is true; whoever makes it so calls alert() then.
    bool wait(Nanos timeout, const std::atomic<bool>* alerted);
    void alert();
#endif

private:
    struct Os;
    std::unique_ptr<Os> os_;
};

// One thread of the operating system. Destroying a Thread that has not ended lets it go on alone.
class Thread {
public:
    Thread() = default;
    Thread(Thread&&) noexcept = default;
    Thread& operator=(Thread&&) noexcept = default;
    ~Thread();

    // `name` is what debuggers, ps and top show. False: the system cannot give another thread.
    [[nodiscard]] bool start(std::string name, std::function<void()> body);
    // Waits until the thread has left the system. False: it has not, after `timeout` nanoseconds.
    bool join(Nanos timeout = sim::kInfinite);
    // Has it left its body? On Windows: has it left the system, so that its slot is free?
    [[nodiscard]] bool ended() const;
    // Does it sleep in the kernel at this instant? Nothing where this process cannot see it (Wine:
    // the observer outside looks instead, recorder_protocol.hpp).
    [[nodiscard]] std::optional<bool> asleep() const;

private:
    struct Os;
    std::shared_ptr<Os> os_;
};

// How often the calling thread was switched out so far. Nothing where the system does not say.
struct SwitchCounts {
    std::uint64_t voluntary = 0;
    std::uint64_t involuntary = 0;
};
[[nodiscard]] std::optional<SwitchCounts> own_switch_counts();

// The processors that this process may run on, at least 1.
[[nodiscard]] std::uint32_t available_processors();

// Lets another thread have the processor; not a wait (C-SPIN-1).
void yield_processor();
void sleep_for(Nanos duration);

// Names that the kernel keeps whole (15 bytes) and that are all different, so that an observer
// outside can tell the threads apart: a name that does not fit or comes twice gets its number.
[[nodiscard]] std::vector<std::string> kernel_thread_names(const std::vector<std::string>& names);

}  // namespace real
