#include "real/ring.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace real {
namespace {

constexpr unsigned kEntries = 256;
constexpr unsigned kCompletions = 4096;

// What completes besides jobs: recognised by addresses that no job has.
constexpr std::uint64_t kBell = 1;
constexpr std::uint64_t kCancel = 2;

int open_ring_with(io_uring& ring, unsigned flags) {
    io_uring_params parameters{};
    parameters.flags = IORING_SETUP_CQSIZE | flags;
    parameters.cq_entries = kCompletions;
    return -io_uring_queue_init_params(kEntries, &ring, &parameters);
}

// By the thread that will use it. Linux 6.1 and later then leave the ends of operations to that
// thread's own calls instead of interrupting it for each (bench/README.md, linux_echo_bench).
int open_ring(io_uring& ring) {
    const int refusal =
        open_ring_with(ring, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
    return refusal == EINVAL ? open_ring_with(ring, 0) : refusal;
}

// The newest is first, as each found the one before it.
RingJob* oldest_first(RingJob* list, RingJob* RingJob::*next) {
    RingJob* turned = nullptr;
    while (list != nullptr) {
        RingJob* const rest = list->*next;
        list->*next = turned;
        turned = list;
        list = rest;
    }
    return turned;
}

void push(std::atomic<RingJob*>& list, RingJob& job, RingJob* RingJob::*next) {
    RingJob* seen = list.load(std::memory_order_relaxed);
    do job.*next = seen;
    while (!list.compare_exchange_weak(seen, &job, std::memory_order_seq_cst));
}

}  // namespace

std::string io_uring_obstacle(int error, std::string_view disabled) {
    const std::string why =
        "files and sockets of our Linux port need io_uring, which this system refuses (" +
        std::generic_category().message(error) + ")";
    switch (error) {
        case EPERM:
        case EACCES:
            if (disabled == "1" || disabled == "2")
                return why + ": kernel.io_uring_disabled is " + std::string(disabled) +
                       "; type: sudo sysctl kernel.io_uring_disabled=0 (until the next start)";
            return why +
                   ": run iocpscope outside of the container or sandbox that forbids "
                   "io_uring_setup, or allow it in the seccomp profile";
        case ENOSYS:
            return why +
                   ": this kernel was built without it, or the sandbox that iocpscope runs in "
                   "hides it";
        case ENOMEM: return why + "; type: ulimit -l unlimited";
        case EMFILE:
        case ENFILE: return why + "; type: ulimit -n 65536";
        default: return why;
    }
}

std::string io_uring_disabled() {
    std::ifstream file("/proc/sys/kernel/io_uring_disabled");
    std::string value;
    std::getline(file, value);
    return value;
}

int Ring::start() {
    bell_ = eventfd(0, EFD_CLOEXEC);
    if (bell_ < 0) return errno;
    const bool started = thread_.start("io ring", [this] {
        refusal_ = open_ring(ring_);
        opened_.set();
        if (refusal_ == 0) run();
    });
    if (started) opened_.wait();
    if (started && refusal_ == 0) return 0;
    thread_.join();
    close(bell_);
    bell_ = -1;
    return started ? refusal_ : EAGAIN;
}

Ring::~Ring() {
    if (bell_ < 0) return;
    leave_.store(true, std::memory_order_seq_cst);
    wake();
    thread_.join();
    io_uring_queue_exit(&ring_);
    close(bell_);
}

void Ring::submit(RingJob& job) {
    push(starts_, job, &RingJob::next_start);
    wake();
}

void Ring::cancel(RingJob& job) {
    if (job.cancel_asked) return;
    job.cancel_asked = true;
    push(cancels_, job, &RingJob::next_cancel);
    wake();
}

// Only a thread that sleeps has to be woken. It says so before it looks for work a last time.
void Ring::wake() {
    if (!sleeps_.exchange(false, std::memory_order_seq_cst)) return;
    const std::uint64_t one = 1;
    while (write(bell_, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

// -- the ring's thread ----------------------------------------------------------------------------

void Ring::run() {
    listen();
    while (!leave_.load(std::memory_order_seq_cst)) {
        take_new();
        sleeps_.store(true, std::memory_order_seq_cst);
        const bool work = starts_.load(std::memory_order_seq_cst) != nullptr ||
                          cancels_.load(std::memory_order_seq_cst) != nullptr ||
                          leave_.load(std::memory_order_seq_cst);
        work ? io_uring_submit_and_get_events(&ring_) : io_uring_submit_and_wait(&ring_, 1);
        sleeps_.store(false, std::memory_order_seq_cst);
        reap();
    }
}

// Cancels are fetched first: whoever is to be cancelled was pushed among the starts before, so it
// is among those that are fetched now, if not earlier. A job must be submitted before it is
// cancelled.
void Ring::take_new(const RingJob* ending) {
    RingJob* cancels = cancels_.exchange(nullptr, std::memory_order_seq_cst);
    RingJob* job =
        oldest_first(starts_.exchange(nullptr, std::memory_order_seq_cst), &RingJob::next_start);
    while (job != nullptr) {
        RingJob* const next = job->next_start;
        io_uring_sqe& place = entry();
        client_.prepare(*job, place);
        io_uring_sqe_set_data(&place, job);
        job = next;
    }
    cancel_all(cancels, ending);
}

void Ring::cancel_all(RingJob* list, const RingJob* except) {
    RingJob* job = oldest_first(list, &RingJob::next_cancel);
    while (job != nullptr) {
        RingJob* const next = job->next_cancel;
        job->cancel_taken = true;
        if (job != except) {
            io_uring_sqe& place = entry();
            io_uring_prep_cancel(&place, job, 0);
            io_uring_sqe_set_data64(&place, kCancel);
        }
        job = next;
    }
}

// Others in the list are cancelled as they would have been a moment later. Those that have not been
// submitted yet are so first.
void Ring::forget_cancel(RingJob& ending) {
    if (!ending.cancel_asked || ending.cancel_taken) return;
    take_new(&ending);
}

io_uring_sqe& Ring::entry() {
    for (;;) {
        if (io_uring_sqe* place = io_uring_get_sqe(&ring_)) return *place;
        const int result = io_uring_submit(&ring_);
        if (result < 0 && result != -EBUSY && result != -EAGAIN && result != -EINTR) std::abort();
    }
}

void Ring::listen() {
    io_uring_sqe& place = entry();
    io_uring_prep_read(&place, bell_, &rung_, sizeof rung_, 0);
    io_uring_sqe_set_data64(&place, kBell);
}

void Ring::reap() {
    io_uring_cqe* completion = nullptr;
    while (io_uring_peek_cqe(&ring_, &completion) == 0 && completion != nullptr) {
        const std::uint64_t data = io_uring_cqe_get_data64(completion);
        const int result = completion->res;
        io_uring_cqe_seen(&ring_, completion);
        if (data == kBell) {
            listen();
        } else if (data != kCancel) {
            client_.reaped(*reinterpret_cast<RingJob*>(data), result);
        }
    }
}

}  // namespace real
