#include "real/client_connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "real/errno_win32.hpp"

namespace real {
namespace {

using sim::ClientSpec;
using sim::StreamOf;
using sim::Win32Error;

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

ClientConnection::ClientConnection(const ClientSpec& spec, std::uint32_t number, std::uint64_t seed)
    : spec_(spec),
      number_(number),
      seed_(seed),
      out_(seed * 0x10001 + number),
      back_(seed * 0x10001 + number) {}

ClientConnection::~ClientConnection() {
    leave();
}

int ClientConnection::connect(std::uint16_t port) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return errno;
    const int yes = 1;  // small messages go out at once
    (void)setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    phase_ = Phase::connecting;
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return 0;
    if (errno == EINPROGRESS || errno == EINTR) return 0;
    const int error = errno;
    over(win32_error_of(error));
    return error;
}

bool ClientConnection::wants_to_write() const {
    return phase_ == Phase::connecting || (phase_ == Phase::talking && unsent_ > 0);
}

bool ClientConnection::whole() const {
    return messages_ == spec_.messages && unsent_ == 0 && echoed_ == sent_ && wrong_ == 0;
}

void ClientConnection::ready(bool readable, bool writable, Nanos now) {
    if (phase_ == Phase::connecting) {
        if (writable || readable) connected(now);
        return;
    }
    if (phase_ == Phase::talking && readable) read_some(now);
    if (phase_ == Phase::talking && writable && unsent_ > 0) write_some(now);
}

void ClientConnection::connected(Nanos now) {
    int error = 0;
    socklen_t size = sizeof error;
    (void)getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return over(win32_error_of(error));
    phase_ = Phase::talking;
    next_message(now);
}

// -- sending --------------------------------------------------------------------------------------

void ClientConnection::next_message(Nanos now) {
    unsent_ = sim::draw(spec_.size, seed_, StreamOf::sizes, number_, ++messages_);
    chunk_.clear();
    chunk_at_ = 0;
    write_some(now);
}

void ClientConnection::write_some(Nanos now) {
    while (unsent_ > 0) {
        if (chunk_at_ == chunk_.size()) {
            chunk_.resize(std::min<std::size_t>(unsent_, incoming_.size()));
            std::generate(chunk_.begin(), chunk_.end(), [this] { return out_.next(); });
            chunk_at_ = 0;
        }
        const ssize_t count = send(fd_, chunk_.data() + chunk_at_, chunk_.size() - chunk_at_,
                                   MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && would_block(errno)) return;
        if (count < 0) return over(Win32Error::netname_deleted);
        chunk_at_ += static_cast<std::size_t>(count);
        unsent_ -= static_cast<std::uint32_t>(count);
        sent_ += static_cast<std::uint64_t>(count);
    }
    message_sent(now);
}

void ClientConnection::message_sent(Nanos now) {
    if (messages_ == spec_.messages && spec_.ends == ClientSpec::Ending::half_close)
        (void)shutdown(fd_, SHUT_WR);
    if (messages_ != spec_.half()) return;
    if (spec_.ends == ClientSpec::Ending::stall) phase_ = Phase::stalled;
    if (spec_.ends == ClientSpec::Ending::reset) think(now);
}

void ClientConnection::think(Nanos now) {
    wakes_at_ = now + sim::draw(spec_.think, seed_, StreamOf::thinks, number_, messages_);
    tick(now);
}

void ClientConnection::tick(Nanos now) {
    if (phase_ != Phase::talking || !wakes_at_ || *wakes_at_ > now) return;
    wakes_at_.reset();
    if (spec_.ends == ClientSpec::Ending::reset && messages_ == spec_.half()) {
        const linger at_once{.l_onoff = 1, .l_linger = 0};  // close() sends RST
        (void)setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        return over(Win32Error::success);
    }
    next_message(now);
}

// -- reading --------------------------------------------------------------------------------------

void ClientConnection::read_some(Nanos now) {
    while (phase_ == Phase::talking) {
        const ssize_t count = recv(fd_, incoming_.data(), incoming_.size(), MSG_DONTWAIT);
        if (count < 0 && would_block(errno)) return;
        if (count <= 0) {
            const bool planned =
                count == 0 && whole() && spec_.ends == ClientSpec::Ending::half_close;
            return over(planned ? Win32Error::success : Win32Error::netname_deleted);
        }
        compare(static_cast<std::size_t>(count));
        if (unsent_ > 0 || echoed_ != sent_ || wakes_at_) continue;
        if (messages_ < spec_.messages) {
            think(now);
        } else if (spec_.ends == ClientSpec::Ending::close) {
            return over(Win32Error::success);
        }
    }
}

// More than was sent is wrong, too.
void ClientConnection::compare(std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        const bool right = (incoming_[i] == back_.next()) & (++echoed_ <= sent_);
        if (!right && wrong_ < std::numeric_limits<std::uint32_t>::max()) ++wrong_;
    }
}

// -- the end --------------------------------------------------------------------------------------

void ClientConnection::over(Win32Error error) {
    error_ = error;
    phase_ = Phase::gone;
    leave();
}

void ClientConnection::leave() {
    if (fd_ >= 0) (void)close(fd_);
    fd_ = -1;
    wakes_at_.reset();
}

}  // namespace real
