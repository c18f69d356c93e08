// Which other port would have done what was observed? (architecture.md, the weakest change of
// policy that explains the whole trace)
#pragma once

#include <vector>

#include "sim/check_search.hpp"

namespace sim {

struct Explanations {
    std::vector<Policies> policies;  // all of the same weight; empty: none was found
    bool complete = true;            // false: some search was given up
    std::uint64_t steps = 0;
};
// Tries one changed switch, then two, up to four. A value that allows more (no limit, any wake
// order) is named only where one that allows less (one more, first in first out) does not do.
[[nodiscard]] Explanations explain_history(const CheckHistory&, const SearchOptions&);

// The rule that a changed switch breaks; and whether Windows is documented to do otherwise at all.
struct BrokenBy {
    Rule rule = Rule::none;
    bool open = false;
};
[[nodiscard]] std::vector<BrokenBy> broken_rules(const Policies&);

}  // namespace sim
