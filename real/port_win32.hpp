// The completion port of the system itself: Windows', or Wine's.
#pragma once

#include <memory>

#include "real/port.hpp"

namespace real {

// Behaviours.md §7.1 and §7.4 say what its calls return; nothing here adds to what the system does.
[[nodiscard]] std::unique_ptr<Ports> make_win32_ports();

// "wine" under Wine, else "win32".
[[nodiscard]] Backend win32_backend();

}  // namespace real
