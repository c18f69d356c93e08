// When the sentences and questions of a scenario come up in a run: at the steps at which their
// predicates become true. Works on any lane whose names are those of the scenario, the model's or a
// measured one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/timeline.hpp"

namespace sim {

struct Remark {
    enum class Kind : std::uint8_t { narration, question };
    std::size_t step = 0;  // the state after so many facts; 0 is the start
    Kind kind = Kind::narration;
    std::size_t index = 0;  // into Scenario::narrations or Scenario::questions

    bool operator==(const Remark&) const = default;
};

// By step; at one step narrations come first, each kind in the order of the file. A predicate that
// holds at the start has its remark at step 0; one that stops holding and holds again has another.
// One fold over the trace, from its start to its end.
[[nodiscard]] std::vector<Remark> remarks(const Scenario&, const Trace&);
[[nodiscard]] inline std::vector<Remark> remarks(const Scenario& scenario, const Lane& lane) {
    return remarks(scenario, lane.trace());
}

}  // namespace sim
