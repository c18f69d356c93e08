// The far end of a run's handles: a thread that lets each operation end when the scenario says so,
// after the time of its device or its own, drawn as the model draws it. It is no worker and never
// asks a port. What it does to an operation is the back end's business (Handles::satisfy).
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <vector>

#include "real/io_operation.hpp"
#include "real/run_context.hpp"
#include "real/thread_wrapper.hpp"
#include "sim/scenario.hpp"

namespace real {

class FarEnd {
public:
    // Both must outlive it. Times are the run's, whose origin may still change until it begins.
    FarEnd(const RunContext&, Handles&);
    ~FarEnd();
    FarEnd(const FarEnd&) = delete;
    FarEnd& operator=(const FarEnd&) = delete;

    // False: the system gives no further thread.
    [[nodiscard]] bool start();
    // An operation has begun, or is about to if its call waits for it. By any thread, without a
    // lock or memory. Its to_far_end is set, and cleared when this class has seen enough of it.
    void begun(IoOperation&);
    // Operations may have been cancelled: their devices are free for others.
    void look_again();
    // Has it nothing to do at this instant?
    [[nodiscard]] bool idle() const;

private:
    // An operation that its device serves, or that waits for that.
    struct Served {
        IoOperation* operation = nullptr;
        std::uint64_t id = 0;
        Nanos service = 0;
        Nanos due = 0;
        std::size_t device = 0;
        bool waited_for = false;
    };
    struct Device {
        std::uint32_t servers = 0;  // 0: any number
        std::uint32_t busy = 0;
        std::deque<Served> queue;
    };

    void run();
    void take_new();
    void serve(Device&, Nanos now);
    void forget_cancelled();
    // When the next one is due, after those that are due now.
    [[nodiscard]] Nanos satisfy_due(Nanos now);
    [[nodiscard]] Nanos service_of(const IoOperation&) const;
    [[nodiscard]] bool alive(const Served&);

    const RunContext& run_;
    const sim::Scenario& scenario_;
    Handles& handles_;
    std::vector<Device> devices_;  // the scenario's, and one for handles without
    std::vector<Served> served_;   // in the order in which their service began
    std::atomic<IoOperation*> inbox_{nullptr};
    std::atomic<std::uint32_t> unseen_{0};  // in the inbox
    std::atomic<Nanos> next_due_{kNever};
    std::atomic<bool> look_{false};
    std::atomic<bool> leave_{false};
    bool started_ = false;
    ManualEvent bell_;
    Thread thread_;
};

}  // namespace real
