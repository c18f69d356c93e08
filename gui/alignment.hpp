// How one cursor walks over two traces. A model trace holds facts that no measurement can see, a
// measurement holds evidence that no model needs, and the same facts may come in another order.
//
//  * Two facts are the same event when they tell the same thing of the same subject for the same
//    time: the post of packet k, the n-th get call of T3, the n-th return of T3, …
//  * Of these pairs, a heaviest chain that rises in both traces is kept: the anchors. Posts and
//    returns weigh most, because they are what a learner follows.
//  * A moment advances each lane by one fact or leaves it where it is. Anchors advance both. Facts
//    between two anchors are spread evenly, so neither lane runs far ahead.
//
//  * What an observer saw (parked, settled, …) is one moment, however many facts tell it: nobody
//    wants to step through "T1 was seen waiting", "T2 was seen waiting", …
//
// So every step of each lane is reached, in order, and both start and end together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/trace.hpp"

namespace gui {

// Steps of both lanes: how many facts of each have happened.
struct Moment {
    std::uint32_t left = 0, right = 0;
    bool operator==(const Moment&) const = default;
};

class Alignment {
public:
    Alignment() = default;                       // no lane: only the start
    explicit Alignment(const sim::Trace& left);  // one lane: moments are its steps
    Alignment(const sim::Trace& left, const sim::Trace& right);

    [[nodiscard]] std::size_t last() const { return moments_.size() - 1; }
    [[nodiscard]] Moment at(std::size_t moment) const;
    // The first moment at which the lane has done at least this many facts.
    [[nodiscard]] std::size_t of_left(std::size_t step) const;
    [[nodiscard]] std::size_t of_right(std::size_t step) const;

private:
    std::vector<Moment> moments_{Moment{}};
};

}  // namespace gui
