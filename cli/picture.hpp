// Pictures of one step of a run, from the command line.
#pragma once

#include <cstddef>
#include <string>

#include "sim/trace.hpp"

namespace cli {

// The stage as SVG. A measured trace is shown beside the model at the same dispatch.
[[nodiscard]] std::string svg_picture(sim::Trace trace, std::size_t at);
// The window program draws it. Returns an exit code; the reason for a failure is printed.
[[nodiscard]] int png_picture(const std::string& file, std::size_t at, const std::string& output);

}  // namespace cli
