// A gated run: real threads that do one thing at a time, each when told. Who decides goes by what a
// trace says of it here: its header, and the words for pictures.
#pragma once

#include <string_view>

#include "sim/trace.hpp"

namespace sim {

// The name of the entry of TraceHeader::host that says how the run was gated.
inline constexpr std::string_view kGatedEntry = "gated";
// What a picture of such a run says.
inline constexpr std::string_view kGatedWords = "gated: one step at a time, times mean nothing";

// Says in the header, and in the name of its lane, that the run is gated.
void name_gate(TraceHeader&, std::string_view how);
[[nodiscard]] bool is_gated(const TraceHeader&);

}  // namespace sim
