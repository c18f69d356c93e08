#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "real/clock.hpp"
#include "real/thread_wrapper.hpp"

#ifdef __linux__
#include <linux/futex.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#endif

namespace real {
namespace {

timespec to_timespec(Nanos t) {
    return {static_cast<time_t>(t / 1'000'000'000), static_cast<long>(t % 1'000'000'000)};
}

}  // namespace

#ifdef __linux__

// A futex: setting never takes a lock, waiting is one system call.
struct ManualEvent::Os {
    // Bit 0: is it set? The rest counts every set and alert, so that whoever is about to sleep on
    // an older value does not.
    std::atomic<std::uint32_t> word{0};
    std::atomic<std::uint64_t> sets{0};
    static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

    long futex(int operation, std::uint32_t value, const timespec* timeout) {
        return syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), operation, value,
                       timeout, nullptr, FUTEX_BITSET_MATCH_ANY);
    }
};

void ManualEvent::set() {
    os_->sets.fetch_add(1);
    std::uint32_t word = os_->word.load();
    while (!os_->word.compare_exchange_weak(word, (word + 2) | 1)) {
    }
    // Who finds it set does not sleep.
    if ((word & 1) == 0) os_->futex(FUTEX_WAKE_PRIVATE, INT_MAX, nullptr);
}

void ManualEvent::reset() {
    os_->word.fetch_and(~1u);
}

void ManualEvent::alert() {
    os_->word.fetch_add(2);
    os_->futex(FUTEX_WAKE_PRIVATE, INT_MAX, nullptr);
}

bool ManualEvent::is_set() const {
    return (os_->word.load() & 1) != 0;
}

bool ManualEvent::wait(Nanos timeout, const std::atomic<bool>* alerted) {
    // An absolute deadline on CLOCK_MONOTONIC: a wake-up for nothing does not prolong the wait.
    const timespec deadline = to_timespec(timeout == sim::kInfinite ? 0 : clock_now() + timeout);
    const std::uint64_t sets = os_->sets.load();
    for (bool in_time = true;;) {
        const std::uint32_t word = os_->word.load();
        if ((word & 1) != 0 || os_->sets.load() != sets) return true;
        if (!in_time || (alerted != nullptr && alerted->load(std::memory_order_acquire)))
            return false;
        const long result = os_->futex(FUTEX_WAIT_BITSET_PRIVATE, word,
                                       timeout == sim::kInfinite ? nullptr : &deadline);
        in_time = result == 0 || errno != ETIMEDOUT;
    }
}

#else

struct ManualEvent::Os {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
    bool flag = false;
    std::uint64_t sets = 0;
    ~Os() {
        pthread_cond_destroy(&changed);
        pthread_mutex_destroy(&mutex);
    }
};

void ManualEvent::set() {
    pthread_mutex_lock(&os_->mutex);
    os_->flag = true;
    ++os_->sets;
    pthread_cond_broadcast(&os_->changed);
    pthread_mutex_unlock(&os_->mutex);
}

void ManualEvent::reset() {
    pthread_mutex_lock(&os_->mutex);
    os_->flag = false;
    pthread_mutex_unlock(&os_->mutex);
}

void ManualEvent::alert() {
    pthread_mutex_lock(&os_->mutex);
    pthread_cond_broadcast(&os_->changed);
    pthread_mutex_unlock(&os_->mutex);
}

bool ManualEvent::is_set() const {
    pthread_mutex_lock(&os_->mutex);
    const bool flag = os_->flag;
    pthread_mutex_unlock(&os_->mutex);
    return flag;
}

bool ManualEvent::wait(Nanos timeout, const std::atomic<bool>* alerted) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const timespec deadline = to_timespec(static_cast<Nanos>(now.tv_sec) * 1'000'000'000 +
                                          now.tv_nsec + (timeout == sim::kInfinite ? 0 : timeout));
    pthread_mutex_lock(&os_->mutex);
    const std::uint64_t sets = os_->sets;
    int result = 0;
    while (!os_->flag && os_->sets == sets && result != ETIMEDOUT &&
           (alerted == nullptr || !*alerted))
        result = timeout == sim::kInfinite
                     ? pthread_cond_wait(&os_->changed, &os_->mutex)
                     : pthread_cond_timedwait(&os_->changed, &os_->mutex, &deadline);
    const bool set = os_->flag || os_->sets != sets;
    pthread_mutex_unlock(&os_->mutex);
    return set;
}

#endif

bool ManualEvent::wait(Nanos timeout) {
    return wait(timeout, nullptr);
}

ManualEvent::ManualEvent() : os_(std::make_unique<Os>()) {}
ManualEvent::~ManualEvent() = default;

struct Thread::Os {
    pthread_t handle{};
    bool joined = false;
    std::atomic<int> tid{0};
    ManualEvent done;
    std::string name;
    std::function<void()> body;

    static void* main(void* argument) {
        // Shared with the Thread, which may be destroyed before the thread ends.
        const std::unique_ptr<std::shared_ptr<Os>> self(
            static_cast<std::shared_ptr<Os>*>(argument));
        Os& os = **self;
#ifdef __linux__
        os.tid.store(static_cast<int>(syscall(SYS_gettid)), std::memory_order_release);
        pthread_setname_np(pthread_self(), os.name.substr(0, 15).c_str());
#elif defined(__APPLE__)
        pthread_setname_np(os.name.c_str());
#endif
        os.body();
        os.done.set();
        return nullptr;
    }
};

Thread::~Thread() {
    if (os_ && !os_->joined) pthread_detach(os_->handle);
}

bool Thread::start(std::string name, std::function<void()> body) {
    os_ = std::make_shared<Os>();
    os_->name = std::move(name);
    os_->body = std::move(body);
    auto shared = std::make_unique<std::shared_ptr<Os>>(os_);
    if (pthread_create(&os_->handle, nullptr, &Os::main, shared.get()) != 0) {
        os_.reset();
        return false;
    }
    static_cast<void>(shared.release());  // the thread owns it now
    return true;
}

bool Thread::join(Nanos timeout) {
    if (!os_ || os_->joined) return true;
    if (!os_->done.wait(timeout)) return false;
    pthread_join(os_->handle, nullptr);
    os_->joined = true;
    return true;
}

bool Thread::ended() const {
    return !os_ || os_->done.is_set();
}

std::optional<bool> Thread::asleep() const {
#ifdef __linux__
    const int tid = os_ ? os_->tid.load(std::memory_order_acquire) : 0;
    if (tid == 0) return false;
    const std::string path = "/proc/self/task/" + std::to_string(tid) + "/stat";
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (!file) return std::nullopt;
    char line[256];
    const std::size_t length = std::fread(line, 1, sizeof line - 1, file);
    std::fclose(file);
    line[length] = '\0';
    // "tid (name) S …"; the name may itself hold a parenthesis.
    const char* end = std::strrchr(line, ')');
    if (!end || end[1] == '\0') return std::nullopt;
    return end[2] == 'S' || end[2] == 'D';
#else
    return std::nullopt;
#endif
}

std::optional<SwitchCounts> own_switch_counts() {
#ifdef __linux__
    rusage usage{};
    if (getrusage(RUSAGE_THREAD, &usage) != 0) return std::nullopt;
    return SwitchCounts{static_cast<std::uint64_t>(usage.ru_nvcsw),
                        static_cast<std::uint64_t>(usage.ru_nivcsw)};
#else
    return std::nullopt;
#endif
}

std::uint32_t available_processors() {
#ifdef __linux__
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) > 0)
        return static_cast<std::uint32_t>(CPU_COUNT(&allowed));
#endif
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? static_cast<std::uint32_t>(online) : 1;
}

void yield_processor() {
    sched_yield();
}

void sleep_for(Nanos duration) {
    timespec left = to_timespec(duration < 0 ? 0 : duration);
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

}  // namespace real
