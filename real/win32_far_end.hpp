// The far end of a Win32 handle: the process at the other end of a pipe, the computer at the other
// end of a connection, who else uses a file. It never waits: what it does is done when these
// functions return. Guarded by the lock of Win32Handles.
//
// What the system carries out by itself cannot be held up: reads and writes of files, sends,
// connecting and disconnecting end when the system has done them, whatever time a scenario gives.
#pragma once

#include "real/win32_io.hpp"
#include "real/win32_outstanding.hpp"

namespace real {

// Before the call: what it must find, and for a plan of `at_once` all that the far end has to do.
[[nodiscard]] bool far_end_prepares(const Win32Io&);
void far_end_prepare(Win32Io&, HANDLE local);
// What it has to do for this operation after the call.
[[nodiscard]] FarPart far_end_part(const Win32Io&);
// Takes what was sent.
void far_end_drain(Win32File&);
// Lets a pending operation whose part is `act` end as planned. False: no far end can bring that
// about.
[[nodiscard]] bool far_end_act(Win32Io&, HANDLE local);
// The other side of a connection that the listener's AcceptEx has made; none if it was not ours.
[[nodiscard]] OwnedSocket far_end_of(Win32File& listener, SOCKET accepted);
// The last handle is closed.
void far_end_leave(Win32File&);
// After that: has the system no more to do with its memory?
[[nodiscard]] bool far_end_has_left(const Win32File&);

}  // namespace real
