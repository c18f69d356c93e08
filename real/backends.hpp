// Where the programs are that a recording runs. backends() itself is declared in real/port.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace real {

inline constexpr std::string_view kLinuxBackend = "linux";
inline constexpr std::string_view kWin32Backend = "win32";
inline constexpr std::string_view kWineBackend = "wine";

// The program `iocpscope` that belongs to the running program: itself, or the one beside it. Empty
// when it is not there.
[[nodiscard]] std::string recorder_program_path();
// The Windows program for Wine: $IOCPSCOPE_EXE, or iocpscope.exe beside the running program, or in
// ../mingw/. Empty when it is not there.
[[nodiscard]] std::string windows_program_path();

// What Wine keeps of the documented rules: measured on Wine 8.0 (behaviours.md §9.1). No rule of
// waking order, throttling, association or closing is among them.
[[nodiscard]] std::vector<std::string_view> wine_promises();

}  // namespace real
