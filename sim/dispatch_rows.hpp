// The dispatches of two runs, row beside row: which belong together is a matter of choice.
//
//  * By packet: a row is a packet, and who got it here and there. This is what decides whether two
//    runs agree.
//  * By dispatch: row k is the k-th dispatch of each run.
//  * By time: a row is one dispatch of one run, at its time since that run began. Times of the
//  model
//    are virtual, so only two runs on one kind of clock can be laid beside each other in this way.
//
// In a measured run only the returns of calls are known. Calls may return in another order than
// their packets were dispatched in, so there rows by dispatch or by time follow the returns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/compare.hpp"

namespace sim {

enum class AlignBy : std::uint8_t { packet, dispatch, time };
[[nodiscard]] std::string_view name(AlignBy);

struct DispatchRow {
    enum class Difference : std::uint8_t {
        none,
        packet,    // by dispatch: another packet stands here, which may be no more than order
        thread,    // the packet goes to another thread in the other run
        one_side,  // the other run has nothing to put here
    };
    std::optional<Dispatch> left, right;
    Nanos at = 0;  // by time only: since the start of its run
    Difference difference = Difference::none;
};

struct DispatchRows {
    AlignBy by = AlignBy::packet;
    std::vector<DispatchRow> rows;
    std::size_t first_difference = 0;  // index into rows; rows.size() when there is none
    std::string sentence;              // which difference that is; empty when there is none
};
[[nodiscard]] DispatchRows align(const Trace& left, const Trace& right, AlignBy);

// When a dispatch became known: the return of its call, or its instant in a trace with hidden
// facts.
[[nodiscard]] Nanos time_of(const Trace&, const Dispatch&);
// As dispatches(), but each packet once: the last time counts, should a damaged trace repeat it.
[[nodiscard]] std::vector<Dispatch> dispatches_once(const Trace&);

}  // namespace sim
