// Operations: how they begin, wait for their turn, end, and are cancelled.
#include <cerrno>
#include <mutex>
#include <new>
#include <utility>

#include "real/handles_linux.hpp"
#include "real/port_linux_ports.hpp"
#include "sim/scenario.hpp"

namespace real {
namespace {

using State = LinuxIo::State;

LinuxIo& io_of(Overlapped& overlapped) {
    return *std::launder(reinterpret_cast<LinuxIo*>(overlapped.system.data()));
}
const LinuxIo& io_of(const Overlapped& overlapped) {
    return *std::launder(reinterpret_cast<const LinuxIo*>(overlapped.system.data()));
}

// A warning is a completion like a success (I-IO-5).
bool is_failure(Win32Error error) {
    return error != Win32Error::success && error != Win32Error::more_data;
}

bool is_winsock(Operation operation) {
    return sim::function_name(operation).starts_with("WSA");
}

// What the far end says when no system call can bring about what is planned.
LinuxEnd answer_of(const LinuxIo& io) {
    const IoPlan& plan = io.start.plan;
    if (plan.error == Win32Error::success) return {Win32Error::no_system_resources, 0};
    return {plan.error, plan.bytes};
}

}  // namespace

void EndedList::add(LinuxIo& io) {
    io.newer = nullptr;
    (last_ != nullptr ? last_->newer : first_) = &io;
    last_ = &io;
}

LinuxIo* EndedList::take() {
    LinuxIo* const io = first_;
    if (io != nullptr) first_ = io->newer;
    if (first_ == nullptr) last_ = nullptr;
    return io;
}

// -- beginnings -----------------------------------------------------------------------------------

Handles::Started LinuxHandles::start(const IoStart& start, Overlapped& overlapped) {
    EndedList ended;
    Started started;
    LinuxIo* io = nullptr;
    bool waits = false;
    {
        const std::scoped_lock hold(lock_);
        LinuxFile* const file = find(start.handle);
        if (file == nullptr) return {Win32Error::invalid_handle, 0};
        if (start.routine)
            return {is_winsock(start.operation) ? Win32Error::wsa_einval
                                                : Win32Error::invalid_parameter,
                    0};
        if (!supported(file->kind, start.operation)) return {Win32Error::not_supported, 0};
        io = new (overlapped.system.data()) LinuxIo{};
        io->file = file;
        io->start = start;
        if (start.event != nullptr) start.event->reset();
        make_ready(*io);
        started.error = begin(*io, ended);
        if (is_failure(started.error) && started.error != Win32Error::io_pending)
            io->state = State::none;
        else if (started.error != Win32Error::io_pending)
            started.transferred = io->end.bytes;
        waits = started.error == Win32Error::io_pending && !file->overlapped;
    }
    tell(ended);
    if (!waits) return started;
    while (io->over.load(std::memory_order_acquire) == 0) futex_wait(io->over, 0, kNoDeadline);
    return {io->end.error, io->end.bytes};
}

// io_pending, or how it has ended (success and more_data), or why nothing was started.
Win32Error LinuxHandles::begin(LinuxIo& io, EndedList& ended) {
    LinuxFile& file = *io.file;
    const bool in_line = stands_in_line(io) && first_in_line(file) != nullptr;
    if (io.start.plan.at_once && !in_line) return begin_at_once(io, ended);
    if (!file.far_end && !in_line) {
        const int result = perform_now(io);
        if (result != -EAGAIN) return begun(io, result, ended);
    }
    pending_.fetch_add(1, std::memory_order_relaxed);
    file.append(io);
    if (in_line) {
        io.state = State::in_line;
        io.due = io.start.plan.at_once;
    } else if (stands_in_line(io) || !file.far_end) {
        to_kernel(io);
    } else {
        io.state = State::held;
    }
    return Win32Error::io_pending;
}

// The far end has done its part before the call.
Win32Error LinuxHandles::begin_at_once(LinuxIo& io, EndedList& ended) {
    if (io.file->far_end && !far_end_acts(io)) {
        const LinuxEnd answer = answer_of(io);
        if (is_failure(answer.error)) return answer.error;
        pending_.fetch_add(1, std::memory_order_relaxed);
        finish(io, answer, true, ended);
        return answer.error;
    }
    const int result = perform_now(io);
    if (result != -EAGAIN) return begun(io, result, ended);
    pending_.fetch_add(1, std::memory_order_relaxed);
    io.file->append(io);
    to_kernel(io);  // what was sent is still on its way (N-NOTIFY-7)
    return Win32Error::io_pending;
}

// The system call has been made, and did not have to wait.
Win32Error LinuxHandles::begun(LinuxIo& io, int result, EndedList& ended) {
    Fd accepted;
    const LinuxEnd end = end_of(io, result, accepted);
    if (is_failure(end.error)) return end.error;  // nothing will come (I-IO-3)
    if (accepted.valid()) take_connection(io, std::move(accepted));
    pending_.fetch_add(1, std::memory_order_relaxed);
    finish(io, end, true, ended);
    return end.error;
}

void LinuxHandles::to_kernel(LinuxIo& io) {
    io.state = State::in_kernel;
    ring_.submit(io);
}

// -- the far end ----------------------------------------------------------------------------------

bool LinuxHandles::satisfy(Overlapped& overlapped, std::uint64_t id) {
    EndedList ended;
    {
        const std::scoped_lock hold(lock_);
        LinuxIo& io = io_of(overlapped);
        if (io.start.id != id || io.state == State::none || io.state == State::ended) return false;
        if (!io.file->far_end) return true;  // somebody outside lets it end, when he likes
        if (io.state == State::in_line)
            io.due = true;
        else if (io.state == State::held || stands_in_line(io))
            act(io, ended);  // what was held before is the kernel's by now
    }
    tell(ended);
    return true;
}

// Of an operation that is held, or first in line and with the kernel.
void LinuxHandles::act(LinuxIo& io, EndedList& ended) {
    const bool held = io.state == State::held;
    if (far_end_acts(io)) {
        if (held) to_kernel(io);
        return;
    }
    if (held) return finish(io, answer_of(io), false, ended);
    if (io.cancel_asked) return;
    io.answer = answer_of(io).error;
    ring_.cancel(io);
}

// Somebody has left the line.
void LinuxHandles::next_in_line(LinuxFile& file, EndedList& ended) {
    LinuxIo* io = first_in_line(file);
    while (io != nullptr && io->state == State::in_line && io->aborted) {
        finish_one(*io, {io->answer, 0}, false, ended);
        io = first_in_line(file);
    }
    if (io == nullptr || io->state != State::in_line) return;
    to_kernel(*io);
    if (io->due) act(*io, ended);
}

// -- ends -----------------------------------------------------------------------------------------

void LinuxHandles::finish(LinuxIo& io, const LinuxEnd& end, bool at_once, EndedList& ended) {
    LinuxFile& file = *io.file;
    const bool in_line = stands_in_line(io);
    finish_one(io, end, at_once, ended);
    if (in_line) next_in_line(file, ended);
    let_go(file);
}

void LinuxHandles::finish_one(LinuxIo& io, const LinuxEnd& end, bool at_once, EndedList& ended) {
    const LinuxFile& file = *io.file;
    if (io.state != State::none) io.file->remove(io);
    io.state = State::ended;
    io.end = end;
    const bool skipped = at_once && (file.modes & sim::kSkipPortOnSuccess) != 0;  // N-NOTIFY-1
    io.packet = file.bound && !io.start.low_bit && !skipped;
    io.port = file.port;
    io.key = file.key;
    const Fd not_taken(std::exchange(io.far_client, -1));
    ended.add(io);
}

// From here on the operation may belong to its program: its packet is the last that happens to it,
// or the word that says that there is none.
void LinuxHandles::tell(EndedList& ended) {
    while (LinuxIo* const io = ended.take()) {
        if (io->start.event != nullptr) io->start.event->set();
        const Completion completion{.key = io->key,
                                    .bytes = io->end.bytes,
                                    .error = io->end.error,
                                    .overlapped = reinterpret_cast<std::uintptr_t>(io)};
        const bool queued =
            io->packet && ports_.insert(io->port, completion) == Win32Error::success;
        if (!queued) {  // also when the port is closed (X-CLOSE-5)
            io->over.store(1, std::memory_order_release);
            futex_wake_one(io->over);
        }
        pending_.fetch_sub(1, std::memory_order_release);
    }
}

void LinuxHandles::prepare(RingJob& job, io_uring_sqe& place) {
    real::prepare(static_cast<LinuxIo&>(job), place);
}

void LinuxHandles::reaped(RingJob& job, int result) {
    LinuxIo& io = static_cast<LinuxIo&>(job);
    EndedList ended;
    {
        const std::scoped_lock hold(lock_);
        ring_.forget_cancel(job);
        Fd accepted;
        const LinuxEnd end = end_of(io, result, accepted);
        if (accepted.valid()) take_connection(io, std::move(accepted));
        finish(io, end, false, ended);
    }
    tell(ended);
}

// An accepted connection is a new file, bound to nothing (H-HANDLE-10).
void LinuxHandles::take_connection(LinuxIo& io, Fd accepted) {
    Entry* const entry = free_entry(io.start.accepts);
    if (entry == nullptr) return;  // hung up at once
    entry->file = new_file();
    LinuxFile& file = *entry->file;
    file.kind = HandleKind::tcp;
    file.near = std::move(accepted);
    file.far = Fd(std::exchange(io.far_client, -1));
    file.far_end = io.file->far_end;
    file.open_handles = 1;
}

// -- cancelling -----------------------------------------------------------------------------------

Handles::Cancelled LinuxHandles::cancel(HandleId handle, std::uint32_t label) {
    EndedList ended;
    Cancelled cancelled{Win32Error::not_found, 0};
    {
        const std::scoped_lock hold(lock_);
        LinuxFile* const file = find(handle);
        if (file == nullptr) return {Win32Error::invalid_handle, 0};
        for (LinuxIo* io = file->oldest; io != nullptr;) {
            LinuxIo* const next = io->newer;
            if (label == 0 || io->start.label == label) {
                if (cancelled.first == 0) cancelled = {Win32Error::success, io->start.id};
                abort(*io, Win32Error::operation_aborted, ended);
            }
            io = next;
        }
    }
    tell(ended);
    return cancelled;
}

// Those in line behind one that the kernel is asked to cancel end after it, so that operations that
// are aborted together end in the order of their calls.
void LinuxHandles::abort(LinuxIo& io, Win32Error error, EndedList& ended) {
    io.answer = error;
    if (io.state == State::in_kernel) return ring_.cancel(io);
    const LinuxIo* const first = first_in_line(*io.file);
    if (io.state == State::in_line && first->state == State::in_kernel && first->cancel_asked) {
        io.aborted = true;
        return;
    }
    finish_one(io, {error, 0}, false, ended);
}

bool LinuxHandles::ended_without_packet(const Overlapped& overlapped) {
    const std::scoped_lock hold(lock_);
    return io_of(overlapped).over.load(std::memory_order_acquire) != 0;
}

bool LinuxHandles::is_pending(const Overlapped& overlapped, std::uint64_t id) {
    const std::scoped_lock hold(lock_);
    const LinuxIo& io = io_of(overlapped);
    return io.start.id == id && io.state != State::none && io.state != State::ended;
}

}  // namespace real
