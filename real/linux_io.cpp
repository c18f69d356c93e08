// Operations as system calls, made here and now or by the ring.
#include "real/linux_io.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "real/errno_win32.hpp"
#include "real/loopback.hpp"

namespace real {
namespace {

bool receives(const LinuxIo& io) {
    switch (io.start.operation) {
        case Operation::read:
        case Operation::recv:
        case Operation::recv_from:
        case Operation::recv_msg: return true;
        default: return false;
    }
}

// Where in the file. A plan to find its end, or to ask for nonsense, is a place like any other.
off_t offset_of(const LinuxIo& io) {
    if (io.start.plan.error == Win32Error::handle_eof)
        return lseek(io.file->near.get(), 0, SEEK_END);
    return io.start.plan.error == Win32Error::invalid_parameter ? -2 : 0;
}

int result_or_errno(ssize_t result) {
    return result < 0 ? -errno : static_cast<int>(result);
}

bool is_file(const LinuxIo& io) {
    return io.file->kind == HandleKind::file;
}

bool is_stream(const LinuxIo& io) {
    return io.file->kind == HandleKind::tcp;
}

// A send on a stream ends when all of it was taken, as an overlapped one does; what this call could
// not place is left to the ring.
int send_now(LinuxIo& io, int fd) {
    const ssize_t count = sendmsg(fd, &io.message, MSG_DONTWAIT | MSG_NOSIGNAL);
    const auto size = static_cast<ssize_t>(io.vector.iov_len);
    if (count < 0 || count == size || !is_stream(io)) return result_or_errno(count);
    io.sent += static_cast<std::uint32_t>(count);
    io.vector.iov_base = static_cast<std::byte*>(io.vector.iov_base) + count;
    io.vector.iov_len -= static_cast<std::size_t>(count);
    return -EAGAIN;
}

LinuxEnd end_of_read(const LinuxIo& io, std::uint32_t bytes) {
    const bool nothing = bytes == 0 && !io.start.buffer.empty();
    if (is_file(io)) {
        if (nothing) return {Win32Error::handle_eof, 0};
        // No file system of Linux gives warnings; the far end adds the one that is planned.
        if (io.start.plan.error == Win32Error::more_data) return {Win32Error::more_data, bytes};
        return {Win32Error::success, bytes};
    }
    if ((io.message.msg_flags & MSG_TRUNC) != 0) return {Win32Error::more_data, bytes};
    // A message of no bytes and the end of the pipe look the same; the far end knows.
    if (bytes == 0 && io.file->kind == HandleKind::pipe && !io.file->far.valid())
        return {Win32Error::broken_pipe, 0};
    return {Win32Error::success, bytes};  // a closed connection gives 0 bytes and no error
}

}  // namespace

// -- files ----------------------------------------------------------------------------------------

void LinuxFile::append(LinuxIo& io) {
    io.older = newest;
    io.newer = nullptr;
    (newest != nullptr ? newest->newer : oldest) = &io;
    newest = &io;
}

void LinuxFile::remove(LinuxIo& io) {
    (io.older != nullptr ? io.older->newer : oldest) = io.newer;
    (io.newer != nullptr ? io.newer->older : newest) = io.older;
    io.older = io.newer = nullptr;
}

bool stands_in_line(const LinuxIo& io) {
    return (receives(io) && !is_file(io)) || io.start.operation == Operation::accept;
}

LinuxIo* first_in_line(const LinuxFile& file) {
    for (LinuxIo* io = file.oldest; io != nullptr; io = io->newer)
        if (stands_in_line(*io)) return io;
    return nullptr;
}

// -- system calls ---------------------------------------------------------------------------------

void make_ready(LinuxIo& io) {
    io.vector = {.iov_base = io.start.buffer.data(), .iov_len = io.start.buffer.size()};
    io.message = {};
    io.message.msg_iov = &io.vector;
    io.message.msg_iovlen = 1;
    const bool says_where =
        io.start.operation == Operation::recv_from || io.start.operation == Operation::recv_msg;
    if (!says_where) return;
    io.message.msg_name = &io.address;
    io.message.msg_namelen = sizeof io.address;
}

void prepare(LinuxIo& io, io_uring_sqe& place) {
    const int fd = io.file->near.get();
    const auto size = static_cast<unsigned>(io.start.buffer.size());
    const auto offset = static_cast<std::uint64_t>(is_file(io) ? offset_of(io) : 0);
    switch (io.start.operation) {
        case Operation::accept:
            return io_uring_prep_accept(&place, fd, nullptr, nullptr, SOCK_CLOEXEC);
        case Operation::connect:
            return io_uring_prep_connect(&place, fd, generic(io.file->peer), sizeof io.file->peer);
        case Operation::disconnect: return io_uring_prep_shutdown(&place, fd, SHUT_RDWR);
        default: break;
    }
    if (is_file(io))
        return receives(io) ? io_uring_prep_read(&place, fd, io.vector.iov_base, size, offset)
                            : io_uring_prep_write(&place, fd, io.vector.iov_base, size, offset);
    return receives(io) ? io_uring_prep_recvmsg(&place, fd, &io.message, 0)
                        : io_uring_prep_sendmsg(&place, fd, &io.message,
                                                MSG_NOSIGNAL | (is_stream(io) ? MSG_WAITALL : 0));
}

int perform_now(LinuxIo& io) {
    const int fd = io.file->near.get();
    const std::size_t size = io.start.buffer.size();
    switch (io.start.operation) {
        case Operation::accept: {
            // The listener itself may wait, for the ring's sake; so first look.
            pollfd look{.fd = fd, .events = POLLIN, .revents = 0};
            if (poll(&look, 1, 0) != 1) return -EAGAIN;
            return result_or_errno(accept4(fd, nullptr, nullptr, SOCK_CLOEXEC));
        }
        case Operation::connect:
            return result_or_errno(connect(fd, generic(io.file->peer), sizeof io.file->peer));
        case Operation::disconnect: return result_or_errno(shutdown(fd, SHUT_RDWR));
        default: break;
    }
    if (is_file(io))
        return result_or_errno(receives(io) ? pread(fd, io.vector.iov_base, size, offset_of(io))
                                            : pwrite(fd, io.vector.iov_base, size, offset_of(io)));
    return receives(io) ? result_or_errno(recvmsg(fd, &io.message, MSG_DONTWAIT))
                        : send_now(io, fd);
}

LinuxEnd end_of(LinuxIo& io, int result, Fd& accepted) {
    if (result == -ECANCELED) return {io.answer, 0};
    if (result < 0) return {win32_error_of(-result), 0};
    if (io.start.operation == Operation::accept) {
        accepted.reset(result);
        return {};
    }
    if (receives(io)) return end_of_read(io, static_cast<std::uint32_t>(result));
    // A connection that this process plays both ends of is complete when both are.
    if (io.start.operation == Operation::connect && io.file->far.valid())
        io.file->far = Fd(accept4(io.file->far.get(), nullptr, nullptr, SOCK_CLOEXEC));
    return {Win32Error::success, io.sent + static_cast<std::uint32_t>(result)};
}

}  // namespace real
