// Sees from outside that the threads of our Linux port block, and tells the port: a worker that
// waits in an ordinary read, mutex or sleep frees its slot without saying so (C-BLOCK-1), and
// counts again when it runs (C-UNBLOCK-1). One thread looks at all; it is no worker, it learns of a
// switch some microseconds late (C-COUNT-2 says that Windows is not late), and it changes the port
// only by the transitions of PortState under the port's lock.
//
// The races, and why none of them pauses a thread that must not be paused:
//
// * A wait in a call of the port is no block: parking on the stack, or the port's own lock. Every
//   watched thread counts its calls (InCall): odd inside. Only a thread with an even count is
//   paused.
// * Released but not yet run. A thread parks, is released, and its old switch-out is read only now.
//   The port says Released, but the thread still sleeps inside the call: the count is odd.
// * Run again already. The switch-out is read late; meanwhile the thread ran, entered the
//   port, even left it with a packet. So under the lock the watcher asks whether the thread is
//   still off the processor: another record (observed) or another count of switches (sampled) says
//   no. What the thread does afterwards in a port comes after the lock.
// * Both at once. The count of calls is read before that question and again after it: equal and
//   even means that the thread made no call in between, and slept at the moment of the question.
// * Back but not counted. Between its return and the record's being read the thread still counts as
//   paused. If it asks for a packet first, the call counts it first (PortState::enter); the record
//   then finds nothing to do.
// * A suspension beats both. The port paused the thread itself, and the thread stands inside a call
//   (LinuxPorts::stand). One that was seen to block is woken by the signal and stands too; its
//   switch-in does not resume it, because only what the watcher paused does the watcher resume, and
//   PortState::stand takes that over.
//
// Only on Linux.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "real/port.hpp"
#include "real/port_linux_thread.hpp"

namespace real {

class BlockWatch {
public:
    virtual ~BlockWatch() = default;

    // By the thread itself, before its first call of a port and after its last. False: the system
    // has no room to watch this one; it has to announce its waits.
    [[nodiscard]] virtual bool attach(ThreadId, PortThread&) = 0;
    virtual void detach(ThreadId) = 0;
    // By the thread itself, while it is still associated: what happened to it so far is reported
    // when this returns, however late the watch is.
    void catch_up(ThreadId);
    // Has its last block been reported, but not the end of it? Nothing: it is not watched.
    [[nodiscard]] std::optional<bool> reported_blocked(ThreadId);

    // Before the first thread. The listener must outlive the threads.
    void report_to(BlockListener& listener) { listener_ = &listener; }

protected:
    struct Watched {
        Watched(ThreadId of, PortThread& watched) : id(of), thread(&watched) {}
        virtual ~Watched() = default;
        Watched(const Watched&) = delete;
        Watched& operator=(const Watched&) = delete;

        ThreadId id;
        PortThread* thread;
        bool blocked = false;  // as it was reported
    };

    // Reports what has happened to the thread since the last time. With mutex_.
    virtual void look(Watched&) = 0;
    // Does the thread still wait, without having run since? May be called under the lock of a port.
    [[nodiscard]] virtual bool still_waits(const Watched&) const = 0;

    // By the thread that watches. The thread has gone to sleep at some instant of [since, now].
    void left(Watched&, Nanos since);
    // It has come back at some instant of [since, now].
    void came_back(Watched&, Nanos since);

    std::mutex mutex_;
    std::map<ThreadId, std::unique_ptr<Watched>> threads_;  // guarded by mutex_

private:
    BlockListener* listener_ = nullptr;
};

// For observed and sampled; null for announced, or when there is no thread to watch with.
[[nodiscard]] std::unique_ptr<BlockWatch> make_block_watch(sim::Blocking);

}  // namespace real
