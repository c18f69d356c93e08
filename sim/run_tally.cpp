#include "sim/run_tally.hpp"

#include <algorithm>
#include <map>

namespace sim {
namespace {

// Who got which packet. At which step is no part of an outcome.
bool same_threads(const std::vector<DispatchPair>& a, const std::vector<DispatchPair>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const DispatchPair& x, const DispatchPair& y) {
                          return x.packet == y.packet && x.right == y.right;
                      });
}

}  // namespace

bool RunOutcome::as_expected() const {
    return results.empty() && std::all_of(pairs.begin(), pairs.end(),
                                          [](const DispatchPair& pair) { return pair.same(); });
}

std::optional<std::size_t> RunTally::add(const Comparison& run) {
    ++runs_;
    if (!run.whole) return std::nullopt;
    ++whole_;
    const auto found = std::find_if(outcomes_.begin(), outcomes_.end(), [&](const auto& outcome) {
        return same_threads(outcome.pairs, run.pairs) && outcome.results == run.results;
    });
    if (found != outcomes_.end()) {
        ++found->runs;
        return found->number;
    }
    outcomes_.push_back({.number = outcomes_.size() + 1,
                         .runs = 1,
                         .first_run = runs_,
                         .pairs = run.pairs,
                         .results = run.results});
    return outcomes_.size();
}

std::vector<RunOutcome> RunTally::outcomes() const {
    std::vector<RunOutcome> list = outcomes_;
    std::stable_sort(list.begin(), list.end(),
                     [](const auto& a, const auto& b) { return a.runs > b.runs; });
    return list;
}

std::vector<PacketVotes> RunTally::packets() const {
    struct Count {
        ThreadId expected = ThreadId::none;
        std::map<ThreadId, std::uint64_t> runs;
        std::uint64_t all = 0;
    };
    std::map<PacketId, Count> counts;
    for (const RunOutcome& outcome : outcomes_)
        for (const DispatchPair& pair : outcome.pairs) {
            Count& count = counts[pair.packet];
            count.expected = pair.left;
            count.runs[pair.right] += outcome.runs;
            count.all += outcome.runs;
        }
    std::vector<PacketVotes> list;
    for (auto& [packet, count] : counts) {
        // A packet that the model does not have is missing from the pairs of other outcomes.
        if (count.all < whole_) count.runs[ThreadId::none] += whole_ - count.all;
        PacketVotes row{.packet = packet, .expected = count.expected, .votes = {}};
        for (const auto& [thread, runs] : count.runs) row.votes.push_back({thread, runs});
        std::stable_sort(row.votes.begin(), row.votes.end(),
                         [](const auto& a, const auto& b) { return a.runs > b.runs; });
        list.push_back(std::move(row));
    }
    return list;
}

}  // namespace sim
