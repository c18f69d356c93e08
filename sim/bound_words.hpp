// A port's name and its bound handles in words: how the window and pictures show them.
#pragma once

#include <cstddef>
#include <string>

#include "sim/stage.hpp"
#include "sim/trace.hpp"

namespace sim {

// "socket (2 pending), pipe", or shorter "socket (2), pipe", or "3 handles, 5 pending"; "none" when
// no handle is bound. The longest of these with at most `most` characters, else the shortest.
[[nodiscard]] std::string bound_words(const StagePort&, const TraceHeader&, std::size_t most);

// "port P", or "port P, P2" for a port that has two open handles; empty where there is only one
// port with one name, which needs none.
[[nodiscard]] std::string port_words(const StagePort&, const TraceHeader&);

}  // namespace sim
