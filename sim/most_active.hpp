// How many threads of a port were active at once, and by how much that exceeds its limit.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/trace.hpp"

namespace sim {

// In a run with hidden facts the number is exact. A measured run has none: there it is the largest
// number of threads that were active at one instant for certain, so a lower bound. A thread counts
// from when its call brought it a packet, or a wait of its handler was over, until it asks again,
// waits, starts an operation, is suspended or exits. Waits that nobody saw can not be left out; how
// waits are seen is in the header of the trace (`blocking`).
struct MostActive {
    PortId port = PortId::none;
    std::uint32_t most = 0;
    std::uint32_t limit = 0;  // the resolved concurrency value; 0: the trace does not say
    bool exact = true;        // false: a lower bound
    [[nodiscard]] std::uint32_t excess() const {
        return limit == 0 || most <= limit ? 0 : most - limit;
    }
    bool operator==(const MostActive&) const = default;
};
// One for each port; a second handle is no port of its own.
[[nodiscard]] std::vector<MostActive> most_active(const Trace&);

}  // namespace sim
