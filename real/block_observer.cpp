#include "real/block_observer.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace real {
namespace {

constexpr std::uint64_t kEnd = ~std::uint64_t{0};

bool wait_for(int epoll, int descriptor, std::uint64_t token) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = token;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

}  // namespace

std::unique_ptr<BlockWatch> BlockObserver::make() {
    std::unique_ptr<BlockObserver> observer(new BlockObserver);
    if (!observer->start()) return nullptr;
    return observer;
}

bool BlockObserver::start() {
    wake_up_ = epoll_create1(EPOLL_CLOEXEC);
    if (wake_up_ < 0 || pipe2(end_, O_CLOEXEC) != 0 || !wait_for(wake_up_, end_[0], kEnd))
        return false;
    return thread_.start("observer", [this] { run(); });
}

BlockObserver::~BlockObserver() {
    if (end_[1] >= 0) close(end_[1]);
    thread_.join();
    if (end_[0] >= 0) close(end_[0]);
    if (wake_up_ >= 0) close(wake_up_);
}

bool BlockObserver::attach(ThreadId id, PortThread& thread) {
    int error = 0;
    auto records = SwitchRecords::of_this_thread(error);
    if (records == nullptr) return false;
    auto recorded = std::make_unique<Recorded>(id, thread);
    const std::scoped_lock hold(mutex_);
    if (!wait_for(wake_up_, records->descriptor(), static_cast<std::uint32_t>(id))) return false;
    recorded->records = std::move(records);
    threads_[id] = std::move(recorded);
    return true;
}

void BlockObserver::detach(ThreadId id) {
    const std::scoped_lock hold(mutex_);
    const auto found = threads_.find(id);
    if (found == threads_.end()) return;
    const auto& records = *static_cast<const Recorded&>(*found->second).records;
    epoll_ctl(wake_up_, EPOLL_CTL_DEL, records.descriptor(), nullptr);
    threads_.erase(found);
}

void BlockObserver::run() {
    std::array<epoll_event, 64> events;
    for (;;) {
        const int count = epoll_wait(wake_up_, events.data(), events.size(), -1);
        const std::scoped_lock hold(mutex_);
        for (int i = 0; i < count; ++i) {
            if (events[i].data.u64 == kEnd) return;
            const auto found = threads_.find(static_cast<ThreadId>(events[i].data.u64));
            if (found != threads_.end()) look(*found->second);
        }
    }
}

// Only the last record tells where the thread is; those before say where it was. Records that were
// lost may have been of a return: better to count a thread that waits than not one that runs.
void BlockObserver::look(Watched& watched) {
    auto& thread = static_cast<Recorded&>(watched);
    SwitchRecord last;
    SwitchRecord record;
    while (thread.records->take(record)) {
        if (record.kind != SwitchRecord::Kind::waits) came_back(thread, record.at);
        last = record;
    }
    if (last.kind == SwitchRecord::Kind::waits) left(thread, last.at);
}

bool BlockObserver::still_waits(const Watched& thread) const {
    return !static_cast<const Recorded&>(thread).records->any();
}

}  // namespace real
