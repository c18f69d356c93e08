// How far apart the orders are in which two runs dispatch the same packets.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/trace.hpp"

namespace sim {

// Kendall's tau distance: of all pairs of packets that both runs have, those that come the other
// way round in the other run. Of a measured run only the returns of calls are known, so its order
// is theirs. A pair is `certain` when the dispatches themselves must have come the other way round:
// each happened between the start of the call (or the post, when that came later) and its return,
// and these intervals do not overlap. In a run with hidden facts the order is known.
struct OrderDistance {
    std::uint64_t packets = 0;   // that both runs have
    std::uint64_t contrary = 0;  // pairs in the other order
    std::uint64_t certain = 0;   // of these
    bool by_returns = false;     // the order of a run is that of its returns

    [[nodiscard]] std::uint64_t pairs() const {
        return packets < 2 ? 0 : packets * (packets - 1) / 2;
    }
    // 0: the same order, 1: the reverse. Has a meaning when there is a pair.
    [[nodiscard]] double share() const {
        return pairs() == 0 ? 0 : static_cast<double>(contrary) / static_cast<double>(pairs());
    }
    bool operator==(const OrderDistance&) const = default;
};
[[nodiscard]] OrderDistance order_distance(const Trace& left, const Trace& right);

// Something that happened at an instant of [from, to]; from <= to.
struct Span {
    Nanos from = 0, to = 0;
};
// The number of pairs that come in one order in `left` and in the other in `right`, without an
// overlap in either. Entry i of both tells of the same thing. O(n log n).
[[nodiscard]] std::uint64_t contrary_pairs(const std::vector<Span>& left,
                                           const std::vector<Span>& right);

}  // namespace sim
