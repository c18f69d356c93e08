// The bound handles of a port in as many words as there is room for: how the window and pictures
// show them.
#pragma once

#include <cstddef>
#include <string>

#include "sim/stage.hpp"
#include "sim/trace.hpp"

namespace sim {

// "socket (2 pending), pipe", or shorter "socket (2), pipe", or "3 handles, 5 pending"; "none" when
// no handle is bound. The longest of these with at most `most` characters, else the shortest.
[[nodiscard]] std::string bound_words(const StagePort&, const TraceHeader&, std::size_t most);

}  // namespace sim
