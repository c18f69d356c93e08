#include "real/win32_functions.hpp"

#include "real/port_win32_system.hpp"
#include "real/win32_owned.hpp"

namespace real {
namespace {

template <class Function>
void look_up(const OwnedSocket& socket, GUID name, Function& function) {
    DWORD bytes = 0;
    if (WSAIoctl(socket.get(), SIO_GET_EXTENSION_FUNCTION_POINTER, &name, sizeof name, &function,
                 sizeof function, &bytes, nullptr, nullptr) != 0)
        function = nullptr;
}

}  // namespace

Win32Functions look_up_functions() {
    Win32Functions found;
    const OwnedSocket tcp(WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, 0));
    const OwnedSocket udp(WSASocketW(AF_INET, SOCK_DGRAM, IPPROTO_UDP, nullptr, 0, 0));
    look_up(tcp, WSAID_ACCEPTEX, found.accept_ex);
    look_up(tcp, WSAID_CONNECTEX, found.connect_ex);
    look_up(tcp, WSAID_DISCONNECTEX, found.disconnect_ex);
    look_up(udp, WSAID_WSARECVMSG, found.wsa_recv_msg);
    look_up(udp, WSAID_WSASENDMSG, found.wsa_send_msg);
    // Since Vista it is also an ordinary function, and under Wine only that.
    if (found.wsa_send_msg == nullptr)
        found.wsa_send_msg = system_function<LPFN_WSASENDMSG>("ws2_32.dll", "WSASendMsg");
    found.cancel_io_ex =
        system_function<decltype(found.cancel_io_ex)>("kernel32.dll", "CancelIoEx");
    found.set_notification_modes = system_function<decltype(found.set_notification_modes)>(
        "kernel32.dll", "SetFileCompletionNotificationModes");
    return found;
}

}  // namespace real
