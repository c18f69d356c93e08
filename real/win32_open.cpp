// How the Win32 handles open things, with a far end of their own.
#include <winsock2.h>
#include <ws2tcpip.h>

#include <charconv>

#include "real/loopback.hpp"
#include "real/win32_io.hpp"

namespace real {
namespace {

// Messages of the largest size fit, so that the far end never has to wait.
constexpr DWORD kRoom = DWORD{1} << 20;

// A name that nobody else has.
std::string own_name(const char* where) {
    static std::atomic<std::uint32_t> last{0};
    return where + ("iocpscope-" + std::to_string(GetCurrentProcessId())) + "-" +
           std::to_string(++last);
}

DWORD error_of(HANDLE handle) {
    return handle == INVALID_HANDLE_VALUE ? GetLastError() : ERROR_SUCCESS;
}

std::string temporary_folder() {
    std::string folder(MAX_PATH + 1, '\0');
    folder.resize(GetTempPathA(static_cast<DWORD>(folder.size()), folder.data()));
    return folder;
}

DWORD flags_of(const Win32File& file) {
    return file.overlapped ? FILE_FLAG_OVERLAPPED : 0;
}

// -- files ----------------------------------------------------------------------------------------

DWORD fill(HANDLE file) {
    LARGE_INTEGER end{};
    end.QuadPart = kFileBytes;
    const bool done = SetFilePointerEx(file, end, nullptr, FILE_BEGIN) && SetEndOfFile(file);
    return done ? ERROR_SUCCESS : GetLastError();
}

DWORD open_disk_file(Win32File& file, const std::string& path, HANDLE& local) {
    constexpr DWORD kShare = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    file.name = path.empty() ? own_name(temporary_folder().c_str()) : path;
    local = path.empty()
                ? CreateFileA(file.name.c_str(), GENERIC_READ | GENERIC_WRITE, kShare, nullptr,
                              CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE | flags_of(file), nullptr)
                : CreateFileA(path.c_str(), GENERIC_READ, kShare, nullptr, OPEN_EXISTING,
                              flags_of(file), nullptr);
    file.far_ready = true;
    if (local == INVALID_HANDLE_VALUE || !path.empty()) return error_of(local);
    const DWORD error = fill(local);
    if (error != ERROR_SUCCESS) CloseHandle(local);
    return error;
}

DWORD open_directory(Win32File& file, const std::string& path, HANDLE& local) {
    file.name = path.empty() ? own_name(temporary_folder().c_str()) : path;
    if (path.empty() && !CreateDirectoryA(file.name.c_str(), nullptr)) return GetLastError();
    local = CreateFileA(file.name.c_str(), FILE_LIST_DIRECTORY,
                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                        OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | flags_of(file), nullptr);
    file.far_ready = true;
    return error_of(local);
}

// -- pipes and what resembles them ----------------------------------------------------------------

// In message mode. Without room for what its server writes, so that a write ends when the far end
// reads.
DWORD open_pipe(Win32File& file, const std::string& address, HANDLE& local) {
    constexpr const char* kPipes = "\\\\.\\pipe\\";
    file.name = address.empty()             ? own_name(kPipes)
                : address.starts_with("\\") ? address
                                            : kPipes + address;
    local = CreateNamedPipeA(file.name.c_str(),
                             PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE | flags_of(file),
                             PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT,
                             PIPE_UNLIMITED_INSTANCES, 0, kRoom, 0, nullptr);
    return error_of(local);
}

DWORD open_mailslot(Win32File& file, const std::string& address, HANDLE& local) {
    if (!file.overlapped) return ERROR_NOT_SUPPORTED;  // CreateMailslot makes no others
    constexpr const char* kSlots = "\\\\.\\mailslot\\";
    file.name = address.empty() ? own_name(kSlots) : kSlots + address;
    local = CreateMailslotA(file.name.c_str(), 0, MAILSLOT_WAIT_FOREVER, nullptr);
    if (local == INVALID_HANDLE_VALUE) return GetLastError();
    file.remote.reset(CreateFileA(file.name.c_str(), GENERIC_WRITE, FILE_SHARE_READ, nullptr,
                                  OPEN_EXISTING, 0, nullptr));
    file.far_ready = true;
    if (file.remote.valid()) return ERROR_SUCCESS;
    const DWORD error = GetLastError();
    CloseHandle(local);
    return error;
}

// The device of all named pipes, which is on every Windows.
DWORD open_device(Win32File& file, const std::string& address, HANDLE& local) {
    local = CreateFileA(address.empty() ? "\\\\.\\pipe\\" : address.c_str(),
                        FILE_READ_ATTRIBUTES | SYNCHRONIZE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                        nullptr, OPEN_EXISTING, flags_of(file), nullptr);
    file.far_ready = true;
    return error_of(local);
}

DWORD open_serial_line(Win32File& file, const std::string& address, HANDLE& local) {
    file.name = "\\\\.\\" + (address.empty() ? std::string("COM1") : address);
    local = CreateFileA(file.name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                        flags_of(file), nullptr);
    file.far_ready = true;
    if (local == INVALID_HANDLE_VALUE) return GetLastError();
    if (SetCommMask(local, EV_TXEMPTY)) return ERROR_SUCCESS;
    const DWORD error = GetLastError();
    CloseHandle(local);
    return error;
}

// -- sockets --------------------------------------------------------------------------------------

OwnedSocket new_socket(int type, DWORD flags) {
    OwnedSocket made(WSASocketW(AF_INET, type, 0, nullptr, 0, flags));
    if (!made.valid()) return made;
    const int room = kRoom;
    const auto* value = reinterpret_cast<const char*>(&room);
    setsockopt(made.get(), SOL_SOCKET, SO_RCVBUF, value, sizeof room);
    setsockopt(made.get(), SOL_SOCKET, SO_SNDBUF, value, sizeof room);
    return made;
}

// The far end never waits for anything.
DWORD wait_for_nothing(const OwnedSocket& socket) {
    u_long yes = 1;
    return ioctlsocket(socket.get(), static_cast<long>(FIONBIO), &yes) == 0
               ? ERROR_SUCCESS
               : static_cast<DWORD>(WSAGetLastError());
}

DWORD wsa_error(bool done) {
    return done ? ERROR_SUCCESS : static_cast<DWORD>(WSAGetLastError());
}

DWORD bind_to_loopback(const OwnedSocket& socket, std::uint16_t port, sockaddr_in& address) {
    address = loopback(port);
    int length = sizeof address;
    return wsa_error(
        socket.valid() && ::bind(socket.get(), generic(address), sizeof address) == 0 &&
        getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
}

DWORD listen_on(OwnedSocket& socket, DWORD flags, std::uint16_t port, sockaddr_in& address) {
    socket = new_socket(SOCK_STREAM, flags);
    const DWORD error = bind_to_loopback(socket, port, address);
    return error != ERROR_SUCCESS ? error : wsa_error(listen(socket.get(), SOMAXCONN) == 0);
}

DWORD connect_to(const OwnedSocket& socket, const sockaddr_in& address) {
    return wsa_error(socket.valid() &&
                     connect(socket.get(), generic(address), sizeof address) == 0);
}

DWORD open_connection(Win32File& file, std::uint16_t port, OwnedSocket& local) {
    if (port != 0) return connect_to(local, loopback(port));
    OwnedSocket listener;
    sockaddr_in address{};
    if (const DWORD error = listen_on(listener, 0, 0, address); error != ERROR_SUCCESS)
        return error;
    if (const DWORD error = connect_to(local, address); error != ERROR_SUCCESS) return error;
    file.far_socket.reset(accept(listener.get(), nullptr, nullptr));
    if (!file.far_socket.valid()) return wsa_error(false);
    return wait_for_nothing(file.far_socket);
}

// For ConnectEx, which wants a socket that is bound.
DWORD open_client(Win32File& file, std::uint16_t port, OwnedSocket& local) {
    sockaddr_in here{};
    if (const DWORD error = bind_to_loopback(local, 0, here); error != ERROR_SUCCESS) return error;
    file.peer = loopback(port);
    if (port != 0) return ERROR_SUCCESS;
    file.far_listens = true;
    const DWORD error = listen_on(file.far_socket, 0, 0, file.peer);
    return error != ERROR_SUCCESS ? error : wait_for_nothing(file.far_socket);
}

DWORD open_udp(Win32File& file, std::uint16_t port, OwnedSocket& local) {
    sockaddr_in here{};
    if (const DWORD error = bind_to_loopback(local, port, here); error != ERROR_SUCCESS)
        return error;
    if (port != 0) return ERROR_SUCCESS;  // anybody may send to it
    file.far_socket = new_socket(SOCK_DGRAM, 0);
    if (const DWORD error = bind_to_loopback(file.far_socket, 0, file.peer); error != ERROR_SUCCESS)
        return error;
    if (const DWORD error = connect_to(file.far_socket, here); error != ERROR_SUCCESS) return error;
    if (const DWORD error = wait_for_nothing(file.far_socket); error != ERROR_SUCCESS) return error;
    return connect_to(local, file.peer);
}

DWORD open_socket(Win32File& file, const std::string& text, HANDLE& local) {
    std::uint16_t port = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
    if (parsed.ec != std::errc() && !text.empty()) return ERROR_INVALID_PARAMETER;
    const DWORD flags = file.overlapped ? WSA_FLAG_OVERLAPPED : 0;
    const int type = file.kind == HandleKind::udp ? SOCK_DGRAM : SOCK_STREAM;
    OwnedSocket made = new_socket(type, flags);
    DWORD error = wsa_error(made.valid());
    if (error != ERROR_SUCCESS) return error;
    file.far_ready = true;
    switch (file.kind) {
        case HandleKind::tcp: error = open_connection(file, port, made); break;
        case HandleKind::tcp_listener: error = listen_on(made, flags, port, file.peer); break;
        case HandleKind::tcp_client: error = open_client(file, port, made); break;
        default: error = open_udp(file, port, made); break;
    }
    if (error == ERROR_SUCCESS) local = reinterpret_cast<HANDLE>(made.release());
    return error;
}

}  // namespace

DWORD open_file(Win32File& file, const Opening& opening, HANDLE& local) {
    file.kind = opening.kind;
    file.overlapped = opening.overlapped;
    file.far_end = opening.far_end;
    switch (opening.kind) {
        case HandleKind::file: return open_disk_file(file, opening.address, local);
        case HandleKind::directory: return open_directory(file, opening.address, local);
        case HandleKind::pipe: return open_pipe(file, opening.address, local);
        case HandleKind::mailslot: return open_mailslot(file, opening.address, local);
        case HandleKind::serial: return open_serial_line(file, opening.address, local);
        case HandleKind::device: return open_device(file, opening.address, local);
        default: return open_socket(file, opening.address, local);
    }
}

void close_native(HandleKind kind, HANDLE local) {
    if (is_socket(kind))
        closesocket(reinterpret_cast<SOCKET>(local));
    else
        CloseHandle(local);
}

}  // namespace real
