// The table of handles, and what does not concern operations.
#include "real/handles_linux.hpp"

#include <cerrno>
#include <mutex>
#include <new>
#include <utility>

#include "real/errno_win32.hpp"
#include "real/port_linux_ports.hpp"

namespace real {
namespace {

bool moves_data_of(HandleKind kind, Operation operation) {
    switch (operation) {
        case Operation::read:
        case Operation::write: return kind != HandleKind::tcp_listener;
        case Operation::recv:
        case Operation::send:
            return kind == HandleKind::tcp || kind == HandleKind::tcp_client ||
                   kind == HandleKind::udp;
        case Operation::recv_from:
        case Operation::send_to:
        case Operation::recv_msg:
        case Operation::send_msg: return kind == HandleKind::udp;
        default: return false;
    }
}

}  // namespace

bool supported(HandleKind kind, Operation operation) {
    const bool connects = kind == HandleKind::tcp || kind == HandleKind::tcp_client;
    switch (operation) {
        case Operation::accept: return kind == HandleKind::tcp_listener;
        case Operation::connect: return kind == HandleKind::tcp_client;
        case Operation::disconnect: return connects;
        default: return moves_data_of(kind, operation);
    }
}

LinuxHandles::~LinuxHandles() {
    EndedList ended;
    {
        const std::scoped_lock hold(lock_);
        for (const auto& file : files_)
            for (LinuxIo* io = file->oldest; io != nullptr;) {
                LinuxIo* const next = io->newer;
                abort(*io, Win32Error::operation_aborted, ended);
                io = next;
            }
    }
    tell(ended);
    while (pending_.load(std::memory_order_acquire) > 0) yield_processor();
}

std::string LinuxHandles::refusal(HandleKind kind, Operation operation) const {
    const std::string what(real::name(kind));
    if (kind >= HandleKind::mailslot) return "our Linux port has no handles of kind " + what;
    if (operation == Operation::post || supported(kind, operation)) return {};
    return "our Linux port knows no " + std::string(sim::function_name(operation)) + " on a " +
           what;
}

LinuxFile* LinuxHandles::find(HandleId handle) const {
    const Entry* const entry = entries_.find(sim::index(handle));
    return entry == nullptr ? nullptr : entry->file;
}

// Null: there is no such number, or it is open.
LinuxHandles::Entry* LinuxHandles::free_entry(HandleId handle) {
    if (sim::index(handle) >= StableTable<Entry>::kCapacity) return nullptr;
    if (entries_.find(sim::index(handle)) == nullptr)
        entries_.put(sim::index(handle), std::make_unique<Entry>());
    Entry* const entry = entries_.find(sim::index(handle));
    return entry->file == nullptr ? entry : nullptr;
}

LinuxFile* LinuxHandles::new_file() {
    if (spare_ == nullptr) {
        files_.push_back(std::make_unique<LinuxFile>());
        return files_.back().get();
    }
    LinuxFile* const file = spare_;
    spare_ = file->next_spare;
    *file = LinuxFile{};
    return file;
}

// TR11. The binding of a closed file lasts until its last operation has ended.
void LinuxHandles::let_go(LinuxFile& file) {
    if (file.open_handles > 0 || file.oldest != nullptr) return;
    file = LinuxFile{};
    file.next_spare = spare_;
    spare_ = &file;
}

Win32Error LinuxHandles::open(HandleId handle, const Opening& opening) {
    LinuxFile opened;
    if (const int error = open_file(opened, opening); error != 0) return win32_error_of(error);
    const std::scoped_lock hold(lock_);
    try {
        Entry* const entry = free_entry(handle);
        if (entry == nullptr) return Win32Error::invalid_handle;
        entry->file = new_file();
        *entry->file = std::move(opened);
        entry->file->open_handles = 1;
    } catch (const std::bad_alloc&) {
        return Win32Error::no_system_resources;
    }
    return Win32Error::success;
}

std::uint16_t LinuxHandles::tcp_port(HandleId handle) {
    const std::scoped_lock hold(lock_);
    const LinuxFile* const file = find(handle);
    if (file == nullptr || file->kind != HandleKind::tcp_listener) return 0;
    return ntohs(file->peer.sin_port);
}

Win32Error LinuxHandles::duplicate(HandleId copy, HandleId original) {
    const std::scoped_lock hold(lock_);
    LinuxFile* const file = find(original);
    Entry* const entry = file == nullptr ? nullptr : free_entry(copy);
    if (entry == nullptr) return Win32Error::invalid_handle;
    entry->file = file;
    ++file->open_handles;
    return Win32Error::success;
}

Win32Error LinuxHandles::bind(HandleId handle, PortId port, Key key) {
    if (handle == HandleId::none) return Win32Error::invalid_parameter;  // H-HANDLE-5
    const std::scoped_lock hold(lock_);
    LinuxFile* const file = find(handle);
    if (file == nullptr || !ports_.is_open(port)) return Win32Error::invalid_handle;
    if (!file->overlapped || file->bound) return Win32Error::invalid_parameter;
    file->bound = true;
    file->port = port;
    file->key = key;
    return Win32Error::success;
}

Win32Error LinuxHandles::set_modes(HandleId handle, std::uint32_t modes) {
    const std::scoped_lock hold(lock_);
    LinuxFile* const file = find(handle);
    if (file == nullptr) return Win32Error::invalid_handle;
    if (!file->overlapped) return Win32Error::invalid_parameter;
    file->modes |= modes;
    return Win32Error::success;
}

Win32Error LinuxHandles::close(HandleId handle) {
    EndedList ended;
    {
        const std::scoped_lock hold(lock_);
        LinuxFile* const file = find(handle);
        if (file == nullptr) return Win32Error::invalid_handle;
        entries_.find(sim::index(handle))->file = nullptr;
        if (--file->open_handles == 0) {
            // What a program sees of it: a pipe breaks, everything else aborts (I-IO-7).
            const Win32Error error = file->kind == HandleKind::pipe ? Win32Error::broken_pipe
                                                                    : Win32Error::operation_aborted;
            for (LinuxIo* io = file->oldest; io != nullptr;) {
                LinuxIo* const next = io->newer;
                abort(*io, error, ended);
                io = next;
            }
            let_go(*file);
        }
    }
    tell(ended);
    return Win32Error::success;
}

void LinuxHandles::thread_ends(sim::ThreadId thread) {
    EndedList ended;
    {
        const std::scoped_lock hold(lock_);
        for (const auto& file : files_)
            for (LinuxIo* io = file->oldest; io != nullptr;) {
                LinuxIo* const next = io->newer;
                const bool survives = file->bound && !io->start.low_bit && !io->start.event;
                if (io->start.by == thread && !survives)
                    abort(*io, Win32Error::operation_aborted, ended);
                io = next;
            }
    }
    tell(ended);
}

}  // namespace real
