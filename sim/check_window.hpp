// Where a history stops to be possible: the longest prefix that can be explained, and the smallest
// run of facts that cannot (architecture.md, the checker).
#pragma once

#include <optional>

#include "sim/check.hpp"
#include "sim/check_search.hpp"

namespace sim {

enum class Explained : std::uint8_t { yes, no, gave_up };

// Can facts [first, last), from 0, be explained from some state that is consistent with what came
// before them? `margin` as in HistoryOptions.
[[nodiscard]] Explained explained(const Trace&, std::size_t first, std::size_t last, Nanos margin,
                                  const SearchOptions&);

struct FailurePlace {
    std::size_t explained = 0;  // facts of the longest prefix that can be explained
    std::optional<FailingWindow> window;
};
// Of a history that cannot be explained; `hint`: a fact near which the search got stuck.
[[nodiscard]] FailurePlace place_failure(const Trace&, Nanos margin, std::size_t hint,
                                         const SearchOptions&);

}  // namespace sim
