#include "real/handles.hpp"

namespace real {

std::string_view name(HandleKind kind) {
    switch (kind) {
        case HandleKind::file: return "file";
        case HandleKind::pipe: return "pipe";
        case HandleKind::tcp: return "TCP connection";
        case HandleKind::tcp_listener: return "listening TCP socket";
        case HandleKind::tcp_client: return "unconnected TCP socket";
        case HandleKind::udp: return "UDP socket";
        case HandleKind::mailslot: return "mailslot";
        case HandleKind::directory: return "directory";
        case HandleKind::serial: return "serial line";
        case HandleKind::device: return "device";
    }
    return "handle";
}

}  // namespace real
