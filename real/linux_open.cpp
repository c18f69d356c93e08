// How the Linux handles open things, with a far end of their own.
#include <fcntl.h>
#include <netinet/tcp.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>

#include "real/linux_io.hpp"
#include "real/loopback.hpp"

namespace real {
namespace {

// What an unnamed temporary file holds; reads beyond it find its end.
constexpr std::size_t kFileBytes = std::size_t{64} << 10;
// A message of the largest size fits, so that a send never waits for the far end.
constexpr int kSocketBytes = 1 << 20;

Fd new_socket(int type) {
    Fd fd(socket(AF_INET, type | SOCK_CLOEXEC, 0));
    if (!fd.valid()) return fd;
    setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &kSocketBytes, sizeof kSocketBytes);
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kSocketBytes, sizeof kSocketBytes);
    const int yes = 1;
    if (type == SOCK_STREAM) setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

// Bound to a port of loopback, 0 for any; `address` says which it became. Errno or 0.
int bind_to_loopback(const Fd& fd, std::uint16_t port, sockaddr_in& address) {
    address = loopback(port);
    socklen_t length = sizeof address;
    const int yes = 1;
    if (port != 0) setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(fd.get(), generic(address), sizeof address) != 0 ||
        getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
        return errno;
    return 0;
}

int listen_on(Fd& fd, std::uint16_t port, sockaddr_in& address) {
    fd = new_socket(SOCK_STREAM);
    if (!fd.valid()) return errno;
    if (const int error = bind_to_loopback(fd, port, address); error != 0) return error;
    return listen(fd.get(), SOMAXCONN) == 0 ? 0 : errno;
}

int connect_to(Fd& fd, const sockaddr_in& address) {
    fd = new_socket(SOCK_STREAM);
    if (!fd.valid()) return errno;
    return connect(fd.get(), generic(address), sizeof address) == 0 ? 0 : errno;
}

int open_temporary_file(Fd& fd, const std::string& path) {
    if (!path.empty()) {
        fd.reset(open(path.c_str(), O_RDONLY | O_CLOEXEC));
        return fd.valid() ? 0 : errno;
    }
    const char* folder = std::getenv("TMPDIR");
    // It never has a name, so nothing is left behind, however the run ends.
    fd.reset(open(folder != nullptr ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!fd.valid()) return errno;
    return ftruncate(fd.get(), kFileBytes) == 0 ? 0 : errno;
}

// A pipe in message mode: what one write sends, one read receives, whole or truncated.
int open_pipe(LinuxFile& file) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return errno;
    file.near.reset(ends[0]);
    file.far.reset(ends[1]);
    for (const int end : ends)
        setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kSocketBytes, sizeof kSocketBytes);
    return 0;
}

int open_connection(LinuxFile& file, std::uint16_t port) {
    sockaddr_in address = loopback(port);
    if (port != 0) return connect_to(file.near, address);
    Fd listener;
    if (const int error = listen_on(listener, 0, address); error != 0) return error;
    if (const int error = connect_to(file.near, address); error != 0) return error;
    file.far.reset(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    return file.far.valid() ? 0 : errno;
}

int open_udp(LinuxFile& file, std::uint16_t port) {
    sockaddr_in here{};
    for (Fd* fd : {&file.near, &file.far}) {
        *fd = new_socket(SOCK_DGRAM);
        if (!fd->valid()) return errno;
        sockaddr_in& address = fd == &file.near ? here : file.peer;
        const std::uint16_t wanted = fd == &file.near ? port : 0;
        if (const int error = bind_to_loopback(*fd, wanted, address); error != 0) return error;
    }
    if (connect(file.far.get(), generic(here), sizeof here) != 0) return errno;
    if (port != 0) return 0;  // anybody may send to it
    return connect(file.near.get(), generic(file.peer), sizeof file.peer) == 0 ? 0 : errno;
}

}  // namespace

int open_file(LinuxFile& file, const Opening& opening) {
    file.kind = opening.kind;
    file.overlapped = opening.overlapped;
    file.far_end = opening.far_end;
    if (opening.kind == HandleKind::file) return open_temporary_file(file.near, opening.address);
    std::uint16_t port = 0;
    const std::string& text = opening.address;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
    if (parsed.ec != std::errc() && !text.empty()) return EINVAL;
    switch (opening.kind) {
        case HandleKind::pipe: return open_pipe(file);
        case HandleKind::tcp: return open_connection(file, port);
        case HandleKind::tcp_listener: return listen_on(file.near, port, file.peer);
        case HandleKind::tcp_client:
            file.near = new_socket(SOCK_STREAM);
            if (!file.near.valid()) return errno;
            file.peer = loopback(port);
            return port != 0 ? 0 : listen_on(file.far, 0, file.peer);
        case HandleKind::udp: return open_udp(file, port);
        default: return EOPNOTSUPP;
    }
}

}  // namespace real
