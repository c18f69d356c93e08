// What a recorded run says about waits: how late the port learned of them, and whether there were
// some that nobody announced.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/json.hpp"
#include "sim/spread.hpp"
#include "sim/trace.hpp"

namespace cli {

// From when the kernel switched a thread out, or could have at the earliest, to when our Linux port
// had counted it as paused and released another one. Nothing for a run whose waits were not seen
// from outside.
[[nodiscard]] std::optional<sim::Spread> delay_of_blocks(const sim::Trace&);
// From when the thread ran again to when it counted again.
[[nodiscard]] std::optional<sim::Spread> delay_of_returns(const sim::Trace&);

// A thread that the kernel switched out because it waited, though no call of a port and no step
// that waits explains it.
struct HiddenWaits {
    sim::ThreadId thread = sim::ThreadId::none;
    std::uint64_t waits = 0;  // at least so many
};
[[nodiscard]] std::vector<HiddenWaits> hidden_waits(const sim::Trace&);

// The lines of a summary; empty when there is nothing to say.
[[nodiscard]] std::string blocking_text(const sim::Trace&);
void put_blocking(Json&, const sim::Trace&);

}  // namespace cli
