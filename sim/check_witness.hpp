// An order that the search has found, as a trace: the observed facts, each at the instant at which
// it can have happened, and the hidden ones that explain them.
#pragma once

#include <vector>

#include "sim/check_search.hpp"

namespace sim {

struct Witness {
    Trace trace;
    // For each of its facts: the fact of the history that it is, or that made it happen; from 0.
    std::vector<std::size_t> source;
};
[[nodiscard]] Witness make_witness(const CheckHistory&, const Policies&, const std::vector<Move>&);

}  // namespace sim
