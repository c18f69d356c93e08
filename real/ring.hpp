// One io_uring and the thread that submits to it and reaps its completions. Only that thread
// touches the ring, so what the kernel writes there is no secret between threads; and an operation
// does not end with the worker that started it (I-IO-14), nor does its end interrupt a worker. The
// thread is no worker: it is associated with no port.
#pragma once

#include <liburing.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "real/thread_wrapper.hpp"

namespace real {

// Something that can be submitted: an operation carries one. It must stay where it is from submit()
// until RingClient::reaped().
struct RingJob {
    RingJob* next_start = nullptr;
    RingJob* next_cancel = nullptr;
    bool cancel_asked = false;  // guarded by whoever calls cancel()
    bool cancel_taken = false;  // by the ring's thread
};

// Called by the ring's thread only.
class RingClient {
public:
    virtual ~RingClient() = default;
    virtual void prepare(RingJob&, io_uring_sqe&) = 0;
    // The job has ended; result: as its system call would return it, or minus an errno. The job may
    // be gone when this returns.
    virtual void reaped(RingJob&, int result) = 0;
};

class Ring {
public:
    explicit Ring(RingClient& client) : client_(client) {}
    // No job may be left.
    ~Ring();
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;

    // 0, or the errno that the system refuses rings or threads with.
    [[nodiscard]] int start();
    // By any thread; neither waits nor allocates.
    void submit(RingJob&);
    // Asks a submitted job to end early, once at most: it may end by itself all the same (I-IO-6).
    // To be called under the lock that the client takes in reaped() before it ends a job.
    void cancel(RingJob&);
    // By the client in reaped(), with that lock held: `ending` may still wait to be cancelled.
    void forget_cancel(RingJob& ending);

private:
    void run();
    void take_new(const RingJob* ending = nullptr);
    void cancel_all(RingJob* list, const RingJob* except);
    void reap();
    void listen();
    void wake();
    [[nodiscard]] io_uring_sqe& entry();

    RingClient& client_;
    io_uring ring_{};
    int refusal_ = 0;  // the errno that the ring was refused with; valid once `opened_` is set
    ManualEvent opened_;
    int bell_ = -1;  // an eventfd: whoever has work for a sleeping ring rings it
    std::uint64_t rung_ = 0;
    std::atomic<RingJob*> starts_{nullptr};
    std::atomic<RingJob*> cancels_{nullptr};
    std::atomic<bool> sleeps_{false};
    std::atomic<bool> leave_{false};
    Thread thread_;
};

// Why io_uring is refused with that errno, and what to do about it. `disabled` is what
// kernel.io_uring_disabled says; empty where the kernel has no such setting.
[[nodiscard]] std::string io_uring_obstacle(int error, std::string_view disabled);
[[nodiscard]] std::string io_uring_disabled();

}  // namespace real
