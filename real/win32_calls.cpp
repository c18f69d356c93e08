// Operations as calls of Windows.
#include <winsock2.h>

#include <cstring>
#include <string_view>

#include "real/loopback.hpp"
#include "real/win32_control.hpp"
#include "real/win32_io.hpp"

namespace real {
namespace {

// What a transaction asks; nobody looks at it.
constexpr std::string_view kQuestion = "iocpscope?";
// Which region of the file an operation locks: each its own, beyond all data.
constexpr std::uint64_t kFirstRegion = std::uint64_t{1} << 32;

void set_offset(Win32Io& io, std::uint64_t offset) {
    io.system.Offset = static_cast<DWORD>(offset);
    io.system.OffsetHigh = static_cast<DWORD>(offset >> 32);
}

// A plan to find the end of a file, to get less than is asked for, or to ask for nonsense, is a
// place in it like any other.
std::uint64_t offset_of(const Win32Io& io) {
    const IoPlan& plan = io.start.plan;
    if (io.start.operation == Operation::lock_region) return kFirstRegion + io.start.id;
    if (plan.error == Win32Error::handle_eof) return std::uint64_t{1} << 40;
    if (plan.error == Win32Error::invalid_parameter) return std::uint64_t{1} << 63;
    const bool part = plan.error == Win32Error::success && plan.bytes < io.start.buffer.size();
    return part && plan.bytes < kFileBytes ? kFileBytes - plan.bytes : 0;
}

void CALLBACK routine_of_file(DWORD, DWORD, LPOVERLAPPED) {}
void CALLBACK routine_of_socket(DWORD, DWORD, LPWSAOVERLAPPED, DWORD) {}

DWORD said(BOOL done) {
    return done ? ERROR_SUCCESS : GetLastError();
}
DWORD said_by_winsock(int result) {
    return result == 0 ? ERROR_SUCCESS : static_cast<DWORD>(WSAGetLastError());
}

DWORD call_for_file(Win32Io& io, HANDLE local, DWORD& bytes) {
    void* const data = io.start.buffer.data();
    const auto size = static_cast<DWORD>(io.start.buffer.size());
    OVERLAPPED* const system = &io.system;
    const bool overlapped = io.file->overlapped;
    switch (io.start.operation) {
        case Operation::read:
            if (io.start.routine)
                return said(ReadFileEx(local, data, size, system, routine_of_file));
            return said(ReadFile(local, data, size, &bytes, system));
        case Operation::write:
            if (io.start.routine)
                return said(WriteFileEx(local, data, size, system, routine_of_file));
            return said(WriteFile(local, data, size, &bytes, system));
        case Operation::connect_pipe: return said(ConnectNamedPipe(local, system));
        case Operation::transact:
            return said(TransactNamedPipe(local, io.request.data(), kQuestion.size(), data, size,
                                          &bytes, system));
        case Operation::watch_directory: {
            // TRUE says no more than that the call is under way.
            const DWORD error =
                said(ReadDirectoryChangesW(local, data, size, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME,
                                           &bytes, overlapped ? system : nullptr, nullptr));
            return error == ERROR_SUCCESS && overlapped ? ERROR_IO_PENDING : error;
        }
        case Operation::lock_region:
            return said(LockFileEx(local, LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, system));
        case Operation::control:
            if (io.file->kind == HandleKind::device)
                return said(DeviceIoControl(local, kPipeWait, io.request.data(),
                                            static_cast<DWORD>(io.request.size()), nullptr, 0,
                                            &bytes, system));
            return said(DeviceIoControl(local, kOplock, nullptr, 0, nullptr, 0, &bytes, system));
        case Operation::wait_comm: return said(WaitCommEvent(local, &io.flags, system));
        default: return ERROR_NOT_SUPPORTED;
    }
}

DWORD call_for_socket(const Win32Functions& functions, Win32Io& io, SOCKET local, DWORD& bytes) {
    OVERLAPPED* const system = &io.system;
    auto* const address = reinterpret_cast<sockaddr*>(&io.address);
    const auto* const peer = generic(io.file->peer);
    const auto routine = io.start.routine ? routine_of_socket : nullptr;
    switch (io.start.operation) {
        case Operation::accept:
            return said(functions.accept_ex(local, io.accepting, io.accepted.data(), 0,
                                            sizeof(sockaddr_in) + 16, sizeof(sockaddr_in) + 16,
                                            &bytes, system));
        case Operation::connect:
            return said(functions.connect_ex(local, peer, sizeof io.file->peer, nullptr, 0, &bytes,
                                             system));
        case Operation::disconnect: return said(functions.disconnect_ex(local, system, 0, 0));
        case Operation::recv:
            return said_by_winsock(
                WSARecv(local, &io.vector, 1, &bytes, &io.flags, system, routine));
        case Operation::send:
            return said_by_winsock(WSASend(local, &io.vector, 1, &bytes, 0, system, routine));
        case Operation::recv_from:
            return said_by_winsock(WSARecvFrom(local, &io.vector, 1, &bytes, &io.flags, address,
                                               &io.address_length, system, routine));
        case Operation::send_to:
            return said_by_winsock(WSASendTo(local, &io.vector, 1, &bytes, 0, peer,
                                             sizeof io.file->peer, system, routine));
        case Operation::recv_msg:
            return said_by_winsock(
                functions.wsa_recv_msg(local, &io.message, &bytes, system, routine));
        case Operation::send_msg:
            return said_by_winsock(
                functions.wsa_send_msg(local, &io.message, 0, &bytes, system, routine));
        default: return call_for_file(io, reinterpret_cast<HANDLE>(local), bytes);
    }
}

}  // namespace

bool make_ready(Win32Io& io) {
    io.await_status();
    io.vector = {static_cast<u_long>(io.start.buffer.size()),
                 reinterpret_cast<char*>(io.start.buffer.data())};
    io.address_length = sizeof io.address;
    switch (io.start.operation) {
        case Operation::accept:
            io.accepting = WSASocketW(AF_INET, SOCK_STREAM, 0, nullptr, 0, WSA_FLAG_OVERLAPPED);
            return io.accepting != INVALID_SOCKET;
        case Operation::recv_msg:
        case Operation::send_msg:
            io.message = {};
            io.message.lpBuffers = &io.vector;
            io.message.dwBufferCount = 1;
            io.message.name = reinterpret_cast<sockaddr*>(
                io.start.operation == Operation::recv_msg ? &io.address : &io.file->peer);
            io.message.namelen = sizeof io.address;
            break;
        case Operation::transact:
            std::memcpy(io.request.data(), kQuestion.data(), kQuestion.size());
            break;
        case Operation::control:
            if (io.file->kind == HandleKind::device) ask_for_pipe(io);
            break;
        default: break;
    }
    if (io.file->kind == HandleKind::file) set_offset(io, offset_of(io));
    return true;
}

DWORD make_call(const Win32Functions& functions, Win32Io& io, HANDLE local, DWORD& bytes) {
    return is_socket(io.file->kind)
               ? call_for_socket(functions, io, reinterpret_cast<SOCKET>(local), bytes)
               : call_for_file(io, local, bytes);
}

}  // namespace real
