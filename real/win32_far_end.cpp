#include "real/win32_far_end.hpp"

#include <algorithm>
#include <array>

#include "real/loopback.hpp"
#include "real/win32_control.hpp"

namespace real {
namespace {

// What a far end sends; nobody looks at it.
constexpr std::array<char, std::size_t{64} << 10 | 1> kNothingInParticular{};

std::uint32_t at_most_all(std::uint64_t count) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, kNothingInParticular.size()));
}

bool succeeds(const Win32Io& io) {
    return io.start.plan.error == Win32Error::success;
}

// -- pipes and mailslots --------------------------------------------------------------------------

bool connect_client(Win32File& file) {
    file.remote.reset(CreateFileA(file.name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                  OPEN_EXISTING, FILE_FLAG_OVERLAPPED, nullptr));
    DWORD messages = PIPE_READMODE_MESSAGE;
    const bool done = file.remote.valid() &&
                      SetNamedPipeHandleState(file.remote.get(), &messages, nullptr, nullptr);
    file.far_ready = done;
    return done;
}

// Where reads of the far end put what they read. Nobody looks at it, so all may use it.
std::array<char, std::size_t{64} << 10 | 1>& scratch() {
    static std::array<char, std::size_t{64} << 10 | 1> bytes;
    return bytes;
}

// Reads one message, now or as soon as it comes.
bool read_message(Win32File& file) {
    if (!file.remote.valid()) return false;
    if (!file.far_event.valid()) file.far_event.reset(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    DWORD error = ERROR_MORE_DATA;
    while (error == ERROR_MORE_DATA) {
        if (!far_end_has_left(file)) return true;  // one waits already
        file.far_read = {};
        file.far_read.hEvent = file.far_event.get();
        const bool done = ReadFile(file.remote.get(), scratch().data(),
                                   static_cast<DWORD>(scratch().size()), nullptr, &file.far_read);
        error = done ? ERROR_SUCCESS : GetLastError();
    }
    return error == ERROR_SUCCESS || error == ERROR_IO_PENDING;
}

bool write_message(Win32File& file, std::uint64_t count) {
    if (!file.remote.valid()) return false;
    OVERLAPPED overlapped{};
    const OwnedHandle event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    overlapped.hEvent = event.get();
    DWORD written = 0;
    if (WriteFile(file.remote.get(), kNothingInParticular.data(), at_most_all(count), nullptr,
                  &overlapped))
        return true;
    // There is room for it, so this does not wait for anybody.
    return GetLastError() == ERROR_IO_PENDING &&
           GetOverlappedResult(file.remote.get(), &overlapped, &written, TRUE);
}

bool supply_message(Win32Io& io) {
    Win32File& file = *io.file;
    switch (io.start.plan.error) {
        case Win32Error::success: return write_message(file, io.start.plan.bytes);
        // The rest is what the next read finds.
        case Win32Error::more_data:
            return file.kind == HandleKind::pipe &&
                   write_message(file, io.start.buffer.size() + std::uint64_t{1});
        case Win32Error::broken_pipe:
            if (file.kind != HandleKind::pipe) return false;
            file.remote.reset();
            return true;
        default: return false;
    }
}

// -- sockets --------------------------------------------------------------------------------------

// A tcp_client has connected to the far end's listener: takes up the connection.
void take_up_connection(Win32File& file) {
    if (!file.far_listens) return;
    const SOCKET accepted = accept(file.far_socket.get(), nullptr, nullptr);
    if (accepted == INVALID_SOCKET) return;
    file.far_socket.reset(accepted);
    file.far_listens = false;
}

bool send_bytes(const Win32File& file, std::uint64_t count) {
    const auto size = static_cast<int>(at_most_all(count));
    return send(file.far_socket.get(), kNothingInParticular.data(), size, 0) == size;
}

// So that there is always room for what is sent.
void read_everything(const Win32File& file) {
    int count = 0;
    do count = recv(file.far_socket.get(), scratch().data(), static_cast<int>(scratch().size()), 0);
    while (count > 0);
}

bool reset_connection(Win32File& file) {
    const linger at_once{1, 0};
    setsockopt(file.far_socket.get(), SOL_SOCKET, SO_LINGER,
               reinterpret_cast<const char*>(&at_once), sizeof at_once);
    file.far_socket.reset();
    return true;
}

bool supply_socket(Win32Io& io) {
    Win32File& file = *io.file;
    take_up_connection(file);
    const bool stream = file.kind != HandleKind::udp;
    if (!file.far_socket.valid() || file.far_listens) return false;
    switch (io.start.plan.error) {
        case Win32Error::success:
            // No bytes and no error: the other side sends no more.
            if (stream && io.start.plan.bytes == 0)
                return shutdown(file.far_socket.get(), SD_SEND) == 0;
            return send_bytes(file, io.start.plan.bytes);
        case Win32Error::more_data:
            return !stream && send_bytes(file, io.start.buffer.size() + std::uint64_t{1});
        case Win32Error::netname_deleted: return stream && reset_connection(file);
        default: return false;
    }
}

bool connect_to_listener(Win32File& file) {
    OwnedSocket client(WSASocketW(AF_INET, SOCK_STREAM, 0, nullptr, 0, 0));
    u_long yes = 1;
    if (!client.valid() || connect(client.get(), generic(file.peer), sizeof file.peer) != 0 ||
        ioctlsocket(client.get(), static_cast<long>(FIONBIO), &yes) != 0)
        return false;
    file.clients.push_back(std::move(client));
    return true;
}

// -- files and directories ------------------------------------------------------------------------

// Somebody else who has the file open.
bool open_far_file(Win32File& file) {
    constexpr DWORD kShare = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    if (!file.remote.valid())
        file.remote.reset(CreateFileA(file.name.c_str(), GENERIC_READ | GENERIC_WRITE, kShare,
                                      nullptr, OPEN_EXISTING, 0, nullptr));
    return file.remote.valid();
}

void lock_before(const Win32Io& io) {
    if (open_far_file(*io.file))
        LockFile(io.file->remote.get(), io.system.Offset, io.system.OffsetHigh, 1, 0);
}

bool unlock(const Win32Io& io) {
    return UnlockFile(io.file->remote.get(), io.system.Offset, io.system.OffsetHigh, 1, 0);
}

// Ends an opportunistic lock.
bool write_file(Win32File& file) {
    DWORD written = 0;
    return open_far_file(file) &&
           WriteFile(file.remote.get(), kNothingInParticular.data(), 1, &written, nullptr);
}

// One change, and no second one that the next call would find.
bool change_directory(Win32File& file) {
    const std::string path = file.name + "\\" + std::to_string(++file.changes);
    const OwnedHandle made(CreateFileA(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                       FILE_ATTRIBUTE_NORMAL, nullptr));
    return made.valid();
}

// -- devices --------------------------------------------------------------------------------------

OwnedHandle instance_of(const std::string& name) {
    return OwnedHandle(CreateNamedPipeA(name.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, 0,
                                        PIPE_UNLIMITED_INSTANCES, 0, 0, 0, nullptr));
}

// The pipe that will be waited for is there, and busy.
void make_busy_pipe(const Win32Io& io) {
    const std::string name = pipe_waited_for(io);
    io.file->extras.push_back(instance_of(name));
    io.file->extras.emplace_back(CreateFileA(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                             OPEN_EXISTING, 0, nullptr));
}

// Now it has an instance that nobody is connected to.
bool make_free_pipe(Win32File& file, const std::string& name) {
    if (!file.far_event.valid()) file.far_event.reset(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    file.extras.push_back(instance_of(name));
    const HANDLE instance = file.extras.back().get();
    file.far_read = {};
    file.far_read.hEvent = file.far_event.get();
    return file.extras.back().valid() && !ConnectNamedPipe(instance, &file.far_read) &&
           GetLastError() == ERROR_IO_PENDING;
}

bool control(Win32Io& io) {
    if (io.file->kind == HandleKind::file) return succeeds(io) && write_file(*io.file);
    return succeeds(io) && make_free_pipe(*io.file, pipe_waited_for(io));
}

// The event that is waited for is that everything has been sent; so something is. The low bit says
// that this write concerns no port (I-IO-9).
bool empty_buffer(Win32File& file, HANDLE local) {
    if (!file.far_event.valid()) file.far_event.reset(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    if (!far_end_has_left(file)) return true;  // one is under way already
    file.far_read = {};
    file.far_read.hEvent =
        reinterpret_cast<HANDLE>(reinterpret_cast<ULONG_PTR>(file.far_event.get()) | ULONG_PTR{1});
    return WriteFile(local, kNothingInParticular.data(), 1, nullptr, &file.far_read) ||
           GetLastError() == ERROR_IO_PENDING;
}

// -- preparations ---------------------------------------------------------------------------------

void prepare_pipe(Win32Io& io, HANDLE local) {
    Win32File& file = *io.file;
    if (io.start.operation != Operation::connect_pipe) {
        if (!file.far_ready) connect_client(file);
        return;
    }
    if (!file.far_ready || file.remote.valid()) return;
    DisconnectNamedPipe(local);  // the client has gone
    file.far_ready = false;
}

void prepare_at_once(Win32Io& io, HANDLE local) {
    switch (io.start.operation) {
        case Operation::write:
            if (io.file->kind == HandleKind::pipe) static_cast<void>(read_message(*io.file));
            return;
        // A question cannot be answered before it is asked, nor a change be seen before somebody
        // looks.
        case Operation::transact:
        case Operation::watch_directory:
        case Operation::wait_comm:
        case Operation::lock_region: return;
        case Operation::control:
            if (io.file->kind == HandleKind::file) return;
            break;
        default: break;
    }
    static_cast<void>(far_end_act(io, local));
}

}  // namespace

bool far_end_prepares(const Win32Io& io) {
    if (!io.file->far_end) return false;
    switch (io.start.operation) {
        case Operation::connect:
        case Operation::lock_region:
        case Operation::control:
        case Operation::connect_pipe: return true;
        default: return io.start.plan.at_once || !io.file->far_ready;
    }
}

void far_end_prepare(Win32Io& io, HANDLE local) {
    Win32File& file = *io.file;
    const IoPlan& plan = io.start.plan;
    if (file.kind == HandleKind::pipe) prepare_pipe(io, local);
    if (io.start.operation == Operation::connect && plan.error == Win32Error::connection_refused)
        file.far_socket.reset();  // nobody listens there any more
    if (io.start.operation == Operation::lock_region && !plan.at_once) lock_before(io);
    if (io.start.operation == Operation::control && file.kind == HandleKind::device)
        make_busy_pipe(io);
    if (plan.at_once) prepare_at_once(io, local);
}

FarPart far_end_part(const Win32Io& io) {
    const HandleKind kind = io.file->kind;
    switch (io.start.operation) {
        case Operation::connect:
        case Operation::disconnect: return FarPart::none;
        case Operation::read: return kind == HandleKind::file ? FarPart::none : FarPart::act;
        case Operation::write:
            if (kind == HandleKind::file) return FarPart::none;
            break;
        case Operation::send:
        case Operation::send_to:
        case Operation::send_msg: break;
        default: return FarPart::act;
    }
    const bool resets = io.start.plan.error == Win32Error::netname_deleted;
    return is_socket(kind) && !resets ? FarPart::drain : FarPart::act;
}

void far_end_drain(Win32File& file) {
    take_up_connection(file);
    if (file.far_socket.valid() && !file.far_listens) read_everything(file);
}

bool far_end_act(Win32Io& io, HANDLE local) {
    Win32File& file = *io.file;
    switch (io.start.operation) {
        case Operation::connect_pipe: return succeeds(io) && connect_client(file);
        case Operation::transact: return read_message(file) && supply_message(io);
        case Operation::watch_directory: return succeeds(io) && change_directory(file);
        case Operation::lock_region: return succeeds(io) && unlock(io);
        case Operation::control: return control(io);
        case Operation::accept: return succeeds(io) && connect_to_listener(file);
        case Operation::connect:
        case Operation::disconnect: return true;  // the system's business
        case Operation::wait_comm: return succeeds(io) && empty_buffer(file, local);
        default: break;
    }
    const bool receives =
        io.start.operation == Operation::read || io.start.operation == Operation::recv ||
        io.start.operation == Operation::recv_from || io.start.operation == Operation::recv_msg;
    if (is_socket(file.kind)) {
        if (receives) return supply_socket(io);
        far_end_drain(file);
        return io.start.plan.error != Win32Error::netname_deleted || file.kind == HandleKind::udp ||
               reset_connection(file);
    }
    if (file.kind == HandleKind::file) return true;
    if (receives || !succeeds(io)) return supply_message(io);
    return read_message(file);
}

OwnedSocket far_end_of(Win32File& listener, SOCKET accepted) {
    sockaddr_in theirs{};
    int length = sizeof theirs;
    if (getpeername(accepted, reinterpret_cast<sockaddr*>(&theirs), &length) != 0) return {};
    for (OwnedSocket& client : listener.clients) {
        sockaddr_in own{};
        length = sizeof own;
        if (getsockname(client.get(), reinterpret_cast<sockaddr*>(&own), &length) != 0 ||
            own.sin_port != theirs.sin_port)
            continue;
        OwnedSocket found = std::move(client);
        std::swap(client, listener.clients.back());
        listener.clients.pop_back();
        return found;
    }
    return {};
}

void far_end_leave(Win32File& file) {
    file.remote.reset();
    file.far_socket.reset();
    file.clients.clear();
    file.extras.clear();
    if (file.kind != HandleKind::directory || !file.far_end) return;
    for (; file.changes > 0; --file.changes)
        DeleteFileA((file.name + "\\" + std::to_string(file.changes)).c_str());
    RemoveDirectoryA(file.name.c_str());
}

bool far_end_has_left(const Win32File& file) {
    return file.far_read.hEvent == nullptr ||
           WaitForSingleObject(file.far_event.get(), 0) == WAIT_OBJECT_0;
}

}  // namespace real
