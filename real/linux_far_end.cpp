// What the far end does when an operation is to end: it sends, reads, connects, closes or resets.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "real/linux_io.hpp"
#include "real/loopback.hpp"

namespace real {
namespace {

// What a far end sends; nobody looks at it.
constexpr std::array<std::byte, std::size_t{64} << 10 | 1> kNothingInParticular{};

bool send_bytes(const LinuxFile& file, std::size_t count) {
    const ssize_t sent =
        send(file.far.get(), kNothingInParticular.data(),
             std::min(count, kNothingInParticular.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(count);
}

// What was sent before must not be in the way of what is sent now.
void read_everything(const LinuxFile& file) {
    std::array<std::byte, 4096> scratch;
    if (!file.far.valid()) return;
    ssize_t count = 0;
    do count = recv(file.far.get(), scratch.data(), scratch.size(), MSG_DONTWAIT | MSG_TRUNC);
    while (count > 0);
}

bool supply_success(const LinuxFile& file, std::uint32_t bytes) {
    if (bytes > 0 || file.kind != HandleKind::tcp) return send_bytes(file, bytes);
    // No bytes and no error: the other side sends no more.
    return shutdown(file.far.get(), SHUT_WR) == 0 || errno == ENOTCONN;
}

bool reset_connection(LinuxFile& file) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(file.far.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    file.far.reset();
    return true;
}

// Lets the oldest receive of the file end.
bool supply(LinuxFile& file, const IoPlan& plan) {
    const bool stream = file.kind == HandleKind::tcp;
    const bool gone = !file.far.valid();
    switch (plan.error) {
        case Win32Error::success: return !gone && supply_success(file, plan.bytes);
        case Win32Error::more_data: return !gone && !stream && send_bytes(file, plan.bytes + 1);
        case Win32Error::broken_pipe:
            if (file.kind != HandleKind::pipe) return false;
            file.far.reset();
            return true;
        case Win32Error::netname_deleted: return stream && !gone && reset_connection(file);
        default: return false;
    }
}

// Somebody connects to the listener.
bool connect_client(LinuxIo& io) {
    if (io.start.plan.error != Win32Error::success) return false;
    Fd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in& listener = io.file->peer;
    if (!client.valid() || connect(client.get(), generic(listener), sizeof listener) != 0)
        return false;
    io.far_client = client.release();
    return true;
}

bool real_error_of_a_file(const LinuxIo& io) {
    const Win32Error error = io.start.plan.error;
    const bool reads = io.start.operation == Operation::read;
    return error == Win32Error::invalid_parameter ||
           (reads && (error == Win32Error::handle_eof || error == Win32Error::more_data));
}

}  // namespace

bool far_end_acts(LinuxIo& io) {
    LinuxFile& file = *io.file;
    const IoPlan& plan = io.start.plan;
    if (io.start.operation == Operation::accept) return connect_client(io);
    if (stands_in_line(io)) return supply(file, plan);
    if (file.kind == HandleKind::file)
        return plan.error == Win32Error::success || real_error_of_a_file(io);
    if (io.start.operation == Operation::connect) {
        if (plan.error == Win32Error::connection_refused) file.far.reset();
        return plan.error == Win32Error::success || plan.error == Win32Error::connection_refused;
    }
    read_everything(file);
    return plan.error == Win32Error::success;
}

}  // namespace real
