// The signal that makes a thread look whether it was suspended. Its handler does nothing: all that
// it is for is that a system call in which the thread sleeps returns with EINTR. So nothing ever
// runs inside a handler, and a signal that comes too often or too late is harmless.
#pragma once

namespace real {

// Once before the first use; doing it again changes nothing. Not with SA_RESTART, which would hide
// the interruption.
void install_stop_signal();

// For send_stop_signal(): the calling thread's number in this system.
[[nodiscard]] int own_system_thread();

// The thread may be gone already.
void send_stop_signal(int system_thread);

}  // namespace real
