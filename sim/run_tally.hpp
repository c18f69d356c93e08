// What many runs of one scenario ended with: for each packet how many runs gave it to whom, and the
// distinct outcomes. An outcome is who got which packet, together with what packets and calls ended
// with; neither order nor time belongs to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/compare.hpp"

namespace sim {

// A packet, and how many runs gave it to which thread. The most frequent comes first; no thread
// stands for the runs in which it reached nobody.
struct PacketVotes {
    PacketId packet = PacketId::none;
    ThreadId expected = ThreadId::none;  // of the model
    struct Vote {
        ThreadId thread = ThreadId::none;
        std::uint64_t runs = 0;
        bool operator==(const Vote&) const = default;
    };
    std::vector<Vote> votes;
    [[nodiscard]] bool all_as_expected() const {
        return votes.size() == 1 && votes[0].thread == expected;
    }
};

struct RunOutcome {
    std::size_t number = 0;  // from 1, in the order in which outcomes were found
    std::uint64_t runs = 0;
    std::uint64_t first_run = 0;       // from 1, of all runs
    std::vector<DispatchPair> pairs;   // left: the model, right: these runs; by packet
    std::vector<std::string> results;  // where they differ from the model's, in sentences
    [[nodiscard]] bool as_expected() const;
};

class RunTally {
public:
    // A run held against the model, which must be the same for all runs: that is, all of them of
    // one scenario on one computer. Gives the number of its outcome, or nothing for a run that is
    // not whole: what it would have ended with is not known.
    std::optional<std::size_t> add(const Comparison&);

    [[nodiscard]] std::uint64_t runs() const { return runs_; }    // all
    [[nodiscard]] std::uint64_t whole() const { return whole_; }  // those that are counted
    [[nodiscard]] std::vector<RunOutcome> outcomes() const;       // the most frequent first
    [[nodiscard]] std::vector<PacketVotes> packets() const;       // by packet

private:
    std::uint64_t runs_ = 0, whole_ = 0;
    std::vector<RunOutcome> outcomes_;  // by number
};

}  // namespace sim
