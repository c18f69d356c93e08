// Functions that are looked up at run time: Winsock's extensions, which exist in no library, and
// what is newer than Windows Server 2003. Null where this system has none.
#pragma once

#include <mswsock.h>
#include <winsock2.h>

namespace real {

struct Win32Functions {
    LPFN_ACCEPTEX accept_ex = nullptr;
    LPFN_CONNECTEX connect_ex = nullptr;
    LPFN_DISCONNECTEX disconnect_ex = nullptr;
    LPFN_WSARECVMSG wsa_recv_msg = nullptr;
    LPFN_WSASENDMSG wsa_send_msg = nullptr;
    BOOL(WINAPI* cancel_io_ex)(HANDLE, LPOVERLAPPED) = nullptr;
    BOOL(WINAPI* set_notification_modes)(HANDLE, UCHAR) = nullptr;
};

// Winsock must have been started.
[[nodiscard]] Win32Functions look_up_functions();

}  // namespace real
