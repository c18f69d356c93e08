// The control codes that a DeviceIoControl of a scenario sends, chosen because they end when
// somebody does something, on devices that every Windows has.
#pragma once

#include "real/win32_io.hpp"

namespace real {

// FSCTL_PIPE_WAIT, to the device of all named pipes: ends when the pipe can be connected to. It is
// what WaitNamedPipe sends.
inline constexpr DWORD kPipeWait = 0x110018;
// FSCTL_REQUEST_OPLOCK_LEVEL_2, to a file: ends when somebody writes to the file.
inline constexpr DWORD kOplock = 0x90004;

// Makes the request of kPipeWait, for a pipe of the operation's own, for as long as it takes. With
// a plan of ERROR_SEM_TIMEOUT: for a millisecond.
void ask_for_pipe(Win32Io&);
// The name of that pipe.
[[nodiscard]] std::string pipe_waited_for(const Win32Io&);

}  // namespace real
