// Operations: how they are started, end, and are cancelled.
#include <mutex>
#include <new>

#include "real/handles_win32.hpp"
#include "real/thread_wrapper.hpp"
#include "real/win32_far_end.hpp"
#include "sim/scenario.hpp"

namespace real {
namespace {

std::uint64_t address_of(const Win32Io& io) {
    return reinterpret_cast<std::uintptr_t>(&io);
}
const Win32Io& io_of(const Overlapped& overlapped) {
    return *std::launder(reinterpret_cast<const Win32Io*>(overlapped.system.data()));
}

// hEvent: the low bit says that no packet is wanted, and is no part of the handle.
HANDLE event_of(const IoStart& start, const OwnedHandle& unheard) {
    HANDLE event = start.event != nullptr ? start.event->native() : nullptr;
    if (!start.low_bit) return event;
    if (event == nullptr) event = unheard.get();
    return reinterpret_cast<HANDLE>(reinterpret_cast<ULONG_PTR>(event) | ULONG_PTR{1});
}

bool transfers_of_file(const Win32Io& io) {
    const Operation operation = io.start.operation;
    return io.file->kind == HandleKind::file &&
           (operation == Operation::read || operation == Operation::write);
}

Win32Error as_error(DWORD error) {
    // A datagram that was too long is a warning like a message that was (I-IO-5).
    return error == WSAEMSGSIZE ? Win32Error::more_data : static_cast<Win32Error>(error);
}

}  // namespace

// Will the end of an operation that is pending queue a packet?
bool Win32Handles::expects_packet(const Win32Io& io) const {
    return io.file->bound.load(std::memory_order_acquire) && !io.start.low_bit &&
           !io.start.routine && !ports_.is_gone(io.file->port);
}

// -- beginnings -----------------------------------------------------------------------------------

Handles::Started Win32Handles::start(const IoStart& start, Overlapped& overlapped) {
    const InCall in_call(*this);
    const Entry* const entry = find(start.handle);
    if (entry == nullptr) return {Win32Error::invalid_handle, 0};
    const HANDLE local = entry->local;
    Win32File* const file = entry->file;
    if (!can_call(file->kind, start.operation)) return {Win32Error::not_supported, 0};
    Win32Io& io = *new (overlapped.system.data()) Win32Io;
    outstanding_.remove(address_of(io));  // an earlier use whose end nobody has asked for
    io.file = file;
    io.start = start;
    io.system.hEvent = event_of(start, unheard_);
    if (!make_ready(io) || !outstanding_.add(io, far_end_part(io))) {
        take_results(io, false);
        return {Win32Error::no_system_resources, 0};
    }
    if (far_end_prepares(io)) {
        const std::lock_guard hold(lock_);
        far_end_prepare(io, local);
    }
    // Asked before the call: after it the operation may be somebody else's (I-IO-8).
    const bool packet = file->overlapped && expects_packet(io);
    const bool skipped = !packet || (file->modes & sim::kSkipPortOnSuccess) != 0;
    DWORD bytes = 0;
    const Win32Error error = as_error(make_call(functions_, io, local, bytes));
    if (error == Win32Error::io_pending) return {error, 0};
    const bool success = error == Win32Error::success;
    const bool warning = error == Win32Error::more_data;
    const bool queued = (success && !skipped) || (warning && packet);
    if (!success && !warning && !skipped && failed_reads_queue_packets_ && transfers_of_file(io))
        return {error, 0, true};
    if (!queued) {
        outstanding_.remove(address_of(io));
        take_results(io, success);
        if (success || warning) io.silent.store(true, std::memory_order_release);
    }
    return {error, success || warning ? bytes : 0};
}

// -- ends -----------------------------------------------------------------------------------------

bool Win32Handles::received(const Completion& packet) {
    const InCall in_call(*this);
    Win32Io* const io = outstanding_.find(packet.overlapped);
    if (io == nullptr || !outstanding_.remove(packet.overlapped)) return false;
    take_results(*io, packet.error == Win32Error::success);
    return true;
}

// The system has taken its hands off the operation: what it made is the program's now.
void Win32Handles::take_results(Win32Io& io, bool success) {
    const auto near_of = [&]() -> SOCKET {
        const Entry* const entry = find(io.start.handle);
        return entry != nullptr ? reinterpret_cast<SOCKET>(entry->local.load()) : INVALID_SOCKET;
    };
    if (io.start.operation == Operation::accept) {
        OwnedSocket accepted(std::exchange(io.accepting, INVALID_SOCKET));
        if (success) take_connection(io, near_of(), std::move(accepted));
    } else if (io.start.operation == Operation::connect && success) {
        // Without it, Winsock knows of no connection, and shutdown() and DisconnectEx fail.
        setsockopt(near_of(), SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, nullptr, 0);
    }
}

// An accepted connection is a new file, bound to nothing (H-HANDLE-10).
void Win32Handles::take_connection(const Win32Io& io, SOCKET listener, OwnedSocket accepted) {
    setsockopt(accepted.get(), SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT,
               reinterpret_cast<const char*>(&listener), sizeof listener);
    auto file = std::make_unique<Win32File>();
    const std::lock_guard hold(lock_);
    file->kind = HandleKind::tcp;
    file->far_end = io.file->far_end;
    file->far_ready = true;
    file->far_socket = far_end_of(*io.file, accepted.get());
    Entry* const entry = free_entry(io.start.accepts);
    if (entry == nullptr) return;  // hung up at once
    install(*entry, reinterpret_cast<HANDLE>(accepted.release()), file.get());
    files_.push_back(std::move(file));
}

// True for one caller, and then it is the program's.
bool Win32Handles::end_silently(Win32Io& io) {
    if (!io.has_status() || !outstanding_.remove(address_of(io))) return false;
    take_results(io, static_cast<LONG>(io.system.Internal) >= 0);
    io.silent.store(true, std::memory_order_release);
    return true;
}

bool Win32Handles::ended_without_packet(const Overlapped& overlapped) {
    const InCall in_call(*this);
    Win32Io& io = const_cast<Win32Io&>(io_of(overlapped));
    if (io.silent.load(std::memory_order_acquire)) return true;
    return outstanding_.find(address_of(io)) != nullptr && io.file->overlapped &&
           !expects_packet(io) && end_silently(io);
}

bool Win32Handles::is_pending(const Overlapped& overlapped, std::uint64_t id) {
    const InCall in_call(*this);
    if (!outstanding_.is_held(io_of(overlapped), id)) return false;
    Win32Io& io = const_cast<Win32Io&>(io_of(overlapped));
    return !io.file->overlapped || !io.has_status();
}

std::size_t Win32Handles::pending() const {
    const InCall in_call(*this);
    std::size_t with_packet = 0, pending = 0, waiting = 0;
    outstanding_.for_each([&](Win32Io& io, const Win32File*, std::uint64_t, std::uint32_t) {
        const bool waits = !io.file->overlapped || !io.has_status();
        if (waits) ++waiting;
        if (io.file->overlapped && expects_packet(io))
            ++with_packet;
        else if (waits)
            ++pending;
    });
    // The status of what queues a packet may come late (I-IO-13); the ports know better.
    const auto queued = ports_.queued_operations();
    if (!queued) return waiting;
    return pending + (with_packet > *queued ? with_packet - *queued : 0);
}

// -- the far end and cancelling -------------------------------------------------------------------

bool Win32Handles::satisfy(Overlapped& overlapped, std::uint64_t id) {
    const std::lock_guard hold(lock_);
    const auto turn = outstanding_.let_end(io_of(overlapped), id);
    if (!turn) return false;
    Win32File& file = *turn->file;
    const HANDLE local = any_handle_of(file);
    if (local == nullptr || turn->part == FarPart::none) return true;
    if (turn->part == FarPart::drain) {
        far_end_drain(file);
        return true;
    }
    // It waits for the far end: nothing but this, cancel() and close() makes it end.
    Win32Io& io = io_of(overlapped);
    if (far_end_act(io, local)) return true;
    if (!file.overlapped)
        far_end_leave(file);  // nothing else ends a call that waits
    else if (functions_.cancel_io_ex != nullptr)
        functions_.cancel_io_ex(local, &io.system);
    return true;
}

Handles::Cancelled Win32Handles::cancel(HandleId handle, std::uint32_t label) {
    const std::lock_guard hold(lock_);
    const Entry* const entry = find(handle);
    if (entry == nullptr) return {Win32Error::invalid_handle, 0};
    const Win32File* const file = entry->file;
    const auto code = [](BOOL done) {
        return done ? Win32Error::success : as_error(GetLastError());
    };
    Cancelled cancelled{Win32Error::not_found, 0};
    outstanding_.for_each(
        [&](Win32Io& io, const Win32File* its, std::uint64_t id, std::uint32_t its_label) {
            if (its != file || (label != 0 && its_label != label) || io.has_status()) return;
            if (label != 0 && functions_.cancel_io_ex != nullptr) {
                const Win32Error error = code(functions_.cancel_io_ex(entry->local, &io.system));
                if (error != Win32Error::success) return;
                cancelled.error = error;
            }
            // Without CancelIoEx only some of them end, and the far end has still to see to the
            // others.
            if (functions_.cancel_io_ex != nullptr) outstanding_.let_end(io, id);
            if (cancelled.first == 0 || id < cancelled.first) cancelled.first = id;
        });
    if (label == 0 && functions_.cancel_io_ex != nullptr)
        cancelled.error = code(functions_.cancel_io_ex(entry->local, nullptr));
    // Windows Server 2003: all that this thread has started, and nothing else.
    if (functions_.cancel_io_ex == nullptr) cancelled.error = code(CancelIo(entry->local));
    return cancelled;
}

}  // namespace real
