// The table of handles, and what does not concern operations.
#include "real/handles_win32.hpp"

#include <mutex>
#include <new>

#include "real/clock.hpp"
#include "real/port_win32_system.hpp"
#include "real/thread_wrapper.hpp"
#include "real/win32_far_end.hpp"

namespace real {
namespace {

Win32Error as_error(DWORD error) {
    return static_cast<Win32Error>(error);
}

// Which operations there are on which handles.
bool exists(HandleKind kind, Operation operation) {
    const bool stream = kind == HandleKind::tcp || kind == HandleKind::tcp_client;
    switch (operation) {
        case Operation::post: return true;
        case Operation::read:
        case Operation::write:
            return kind == HandleKind::file || kind == HandleKind::pipe || stream ||
                   kind == HandleKind::udp ||
                   (kind == HandleKind::mailslot && operation == Operation::read);
        case Operation::connect_pipe:
        case Operation::transact: return kind == HandleKind::pipe;
        case Operation::watch_directory: return kind == HandleKind::directory;
        case Operation::lock_region: return kind == HandleKind::file;
        case Operation::control: return kind == HandleKind::file || kind == HandleKind::device;
        case Operation::wait_comm: return kind == HandleKind::serial;
        case Operation::accept: return kind == HandleKind::tcp_listener;
        case Operation::connect: return kind == HandleKind::tcp_client;
        case Operation::disconnect: return stream;
        case Operation::recv:
        case Operation::send: return stream || kind == HandleKind::udp;
        case Operation::recv_from:
        case Operation::send_to:
        case Operation::recv_msg:
        case Operation::send_msg: return kind == HandleKind::udp;
    }
    return false;
}

bool serial_line_is_there() {
    char target[MAX_PATH];
    return QueryDosDeviceA("COM1", target, sizeof target) != 0;
}

// Tried out: there are systems whose mailslots are not overlapped.
bool mailslots_can_be_bound() {
    Win32File slot;
    HANDLE local = INVALID_HANDLE_VALUE;
    if (open_file(slot, {.kind = HandleKind::mailslot}, local) != ERROR_SUCCESS) return false;
    const OwnedHandle closed_after(local);
    const OwnedHandle port(CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1));
    return port.valid() && CreateIoCompletionPort(local, port.get(), 0, 0) != nullptr;
}

// Tried out: Wine 8.0 queues a packet for a read of a disk file that fails at once (I-IO-3).
bool failed_reads_queue_packets() {
    Win32File file;
    HANDLE local = INVALID_HANDLE_VALUE;
    if (open_file(file, {.kind = HandleKind::file}, local) != ERROR_SUCCESS) return false;
    const OwnedHandle closed_after(local);
    const OwnedHandle port(CreateIoCompletionPort(local, nullptr, 0, 1));
    char byte = 0;
    OVERLAPPED nowhere{};
    nowhere.OffsetHigh = 0x80000000;
    if (!port.valid() || ReadFile(local, &byte, 1, nullptr, &nowhere) ||
        GetLastError() == ERROR_IO_PENDING)
        return false;
    DWORD bytes = 0;
    ULONG_PTR key = 0;
    LPOVERLAPPED overlapped = nullptr;
    GetQueuedCompletionStatus(port.get(), &bytes, &key, &overlapped, 0);
    return overlapped != nullptr;
}

std::string this_system() {
    const auto wine = wine_version();
    return wine ? "Wine " + *wine : std::string("this Windows");
}

// What the system lacks, found by trying or, where that would take too long, known of Wine and
// watched by tests/win32_handles_test.cpp.
std::string lacks_of_system(HandleKind kind, Operation operation) {
    if (kind == HandleKind::serial && !serial_line_is_there())
        return "this computer has no serial line (COM1), which WaitCommEvent needs";
    if (kind == HandleKind::mailslot && !mailslots_can_be_bound())
        return this_system() +
               " makes no overlapped mailslots, so that none can be bound to a "
               "port and ReadFile on one waits";
    if (!wine_version()) return {};
    if (operation == Operation::lock_region)
        return this_system() + " never ends a LockFileEx that has to wait";
    if (operation == Operation::control && kind == HandleKind::file)
        return this_system() +
               " has no opportunistic locks, which DeviceIoControl on a file asks "
               "for here; on a device it works";
    return {};
}

}  // namespace

Win32Handles::Win32Handles(Win32PortTable& ports)
    : ports_(ports),
      failed_reads_queue_packets_(failed_reads_queue_packets()),
      entries_(std::make_unique<std::atomic<Entry*>[]>(kMost)) {
    WSADATA data;
    if (WSAStartup(MAKEWORD(2, 2), &data) == 0) functions_ = look_up_functions();
}

Win32Handles::~Win32Handles() {
    bool any = false;
    {
        const std::lock_guard hold(lock_);
        for (const auto& entry : all_entries_) {
            any = any || entry->open;
            if (entry->open) close_entry(*entry);
        }
    }
    // The memory of what is still under way must not go before it. Who has closed everything has
    // waited as well, and that memory may be gone by now.
    constexpr Nanos kPatience = 10'000'000'000;
    const Nanos deadline = clock_now() + kPatience;
    while (any && pending() > 0 && clock_now() < deadline) sleep_for(1'000'000);
    outstanding_.close_sockets();
    WSACleanup();
}

const char* Win32Handles::missing_function(Operation operation) const {
    switch (operation) {
        case Operation::accept: return functions_.accept_ex ? nullptr : "AcceptEx";
        case Operation::connect: return functions_.connect_ex ? nullptr : "ConnectEx";
        case Operation::disconnect: return functions_.disconnect_ex ? nullptr : "DisconnectEx";
        case Operation::recv_msg: return functions_.wsa_recv_msg ? nullptr : "WSARecvMsg";
        case Operation::send_msg: return functions_.wsa_send_msg ? nullptr : "WSASendMsg";
        default: return nullptr;
    }
}

bool Win32Handles::can_call(HandleKind kind, Operation operation) const {
    return exists(kind, operation) && missing_function(operation) == nullptr;
}

std::string Win32Handles::refusal(HandleKind kind, Operation operation) const {
    if (!exists(kind, operation))
        return "Windows knows no " + std::string(sim::function_name(operation)) + " on a " +
               std::string(real::name(kind));
    if (const char* missing = missing_function(operation))
        return this_system() + " has no " + missing + ", which this scenario calls";
    return lacks_of_system(kind, operation);
}

// -- the table ------------------------------------------------------------------------------------

// Null: it is not open.
Win32Handles::Entry* Win32Handles::find(HandleId handle) const {
    if (sim::index(handle) >= kMost) return nullptr;
    Entry* const entry = entries_[sim::index(handle)].load(std::memory_order_acquire);
    return entry != nullptr && entry->open.load(std::memory_order_acquire) ? entry : nullptr;
}

// Null: there is no such number, or it is open.
Win32Handles::Entry* Win32Handles::free_entry(HandleId handle) {
    if (sim::index(handle) >= kMost) return nullptr;
    std::atomic<Entry*>& place = entries_[sim::index(handle)];
    if (place == nullptr) {
        all_entries_.push_back(std::make_unique<Entry>());
        place = all_entries_.back().get();
    }
    Entry* const entry = place;
    return entry->open ? nullptr : entry;
}

void Win32Handles::install(Entry& entry, HANDLE local, Win32File* file) {
    entry.local = local;
    entry.file = file;
    entry.open.store(true, std::memory_order_release);
}

Win32Error Win32Handles::open(HandleId handle, const Opening& opening) {
    auto file = std::make_unique<Win32File>();
    const std::lock_guard hold(lock_);
    forget_closed_files();
    Entry* const entry = free_entry(handle);
    if (entry == nullptr) return Win32Error::invalid_handle;
    HANDLE local = INVALID_HANDLE_VALUE;
    const DWORD error = open_file(*file, opening, local);
    if (error != ERROR_SUCCESS) {
        far_end_leave(*file);  // it has read nothing so far
        return as_error(error);
    }
    install(*entry, local, file.get());
    files_.push_back(std::move(file));
    return Win32Error::success;
}

// DuplicateHandle does not know what Winsock keeps beside a socket.
Win32Error Win32Handles::duplicate(HandleId copy, HandleId original) {
    const std::lock_guard hold(lock_);
    const Entry* const entry = find(original);
    Entry* const made = entry == nullptr ? nullptr : free_entry(copy);
    if (made == nullptr) return Win32Error::invalid_handle;
    Win32File* const file = entry->file;
    HANDLE local = nullptr;
    if (is_socket(file->kind)) {
        WSAPROTOCOL_INFOW info;
        SOCKET socket = INVALID_SOCKET;
        if (WSADuplicateSocketW(reinterpret_cast<SOCKET>(entry->local.load()),
                                GetCurrentProcessId(), &info) == 0)
            socket = WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info,
                                0, file->overlapped ? WSA_FLAG_OVERLAPPED : 0);
        if (socket == INVALID_SOCKET) return as_error(static_cast<DWORD>(WSAGetLastError()));
        local = reinterpret_cast<HANDLE>(socket);
    } else if (!DuplicateHandle(GetCurrentProcess(), entry->local, GetCurrentProcess(), &local, 0,
                                FALSE, DUPLICATE_SAME_ACCESS)) {
        return as_error(GetLastError());
    }
    ++file->open_handles;
    install(*made, local, file);
    return Win32Error::success;
}

Win32Error Win32Handles::bind(HandleId handle, PortId port, Key key) {
    const std::lock_guard hold(lock_);
    const HANDLE system = ports_.system_handle(port);
    if (handle == HandleId::none)  // the system says what it thinks of that
        return CreateIoCompletionPort(INVALID_HANDLE_VALUE, system, static_cast<ULONG_PTR>(key), 0)
                   ? Win32Error::success
                   : as_error(GetLastError());
    const Entry* const entry = find(handle);
    if (entry == nullptr || system == nullptr) return Win32Error::invalid_handle;
    Win32File& file = *entry->file.load();
    if (!CreateIoCompletionPort(entry->local, system, static_cast<ULONG_PTR>(key), 0))
        return as_error(GetLastError());
    // What has ended before has queued no packet (H-HANDLE-6).
    outstanding_.for_each([&](Win32Io& io, const Win32File* its, std::uint64_t, std::uint32_t) {
        if (its == &file) end_silently(io);
    });
    file.port = port;
    file.bound.store(true, std::memory_order_release);
    return Win32Error::success;
}

Win32Error Win32Handles::set_modes(HandleId handle, std::uint32_t modes) {
    const InCall in_call(*this);
    const Entry* const entry = find(handle);
    if (entry == nullptr) return Win32Error::invalid_handle;
    if (!functions_.set_notification_modes) return Win32Error::not_supported;
    if (!functions_.set_notification_modes(entry->local, static_cast<UCHAR>(modes)))
        return as_error(GetLastError());
    entry->file.load()->modes.fetch_or(modes);
    return Win32Error::success;
}

Win32Error Win32Handles::close(HandleId handle) {
    const std::lock_guard hold(lock_);
    Entry* const entry = find(handle);
    // Not asked again: the number may be another object's by now.
    if (entry == nullptr) return Win32Error::invalid_handle;
    close_entry(*entry);
    return Win32Error::success;
}

void Win32Handles::close_entry(Entry& entry) {
    Win32File& file = *entry.file.load();
    entry.open.store(false, std::memory_order_release);
    close_native(file.kind, entry.local);
    if (--file.open_handles == 0) far_end_leave(file);
}

// A file that is open; null if it is not.
HANDLE Win32Handles::any_handle_of(const Win32File& file) const {
    for (const auto& entry : all_entries_)
        if (entry->open && entry->file == &file) return entry->local;
    return nullptr;
}

void Win32Handles::forget_closed_files() {
    // Later calls do not find what is closed.
    if (calls_ != 0) return;
    std::erase_if(files_, [](const auto& file) {
        return file->open_handles == 0 && file->operations == 0 && far_end_has_left(*file);
    });
}

std::size_t Win32Handles::files() {
    const std::lock_guard hold(lock_);
    forget_closed_files();
    return files_.size();
}

}  // namespace real
