// What may be wrong with a port that no switch of PortModel describes. Each fault is a change of
// the observed history: what is left of a history when a blocked thread counts, say, is the same
// history without its blocks. If a documented port could have played the changed history, the fault
// explains the run, and the rule that it breaks is named.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/check_search.hpp"
#include "sim/rule.hpp"

namespace sim {

struct Fault {
    Rule rule = Rule::none;
    std::string_view port;  // "a port …": what it does
};

struct FoundFaults {
    std::vector<Fault> faults;  // empty: none of them explains the run
    std::uint64_t steps = 0;
};
// The faults that explain the whole trace. That packets vanish or overtake each other allows so
// much that it is tried only where nothing else explains it. `margin` as in HistoryOptions.
[[nodiscard]] FoundFaults find_faults(const Trace&, Nanos margin, const SearchOptions&);

}  // namespace sim
