#include "gui/alignment.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace gui {
namespace {

using sim::Fact;
using sim::FactKind;

// What a fact tells, of whom, and for which time.
using EventKey = std::tuple<FactKind, std::uint32_t, std::uint32_t>;

// Whose facts of this kind are counted; nothing for facts that only one side can write.
std::optional<std::uint32_t> subject(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::posted: return static_cast<std::uint32_t>(fact.packet);
        case FactKind::port_created:
        case FactKind::port_closed: return static_cast<std::uint32_t>(fact.port);
        case FactKind::event_set: return static_cast<std::uint32_t>(fact.event);
        case FactKind::thread_started:
        case FactKind::thread_exited:
        case FactKind::suspended:
        case FactKind::resumed:
        case FactKind::get_called:
        case FactKind::get_returned:
        case FactKind::also_returned:
        case FactKind::computing:
        case FactKind::block_began:
        case FactKind::block_ended: return static_cast<std::uint32_t>(fact.thread);
        case FactKind::ended: return 0;
        default: return std::nullopt;
    }
}

std::uint32_t weight(FactKind kind) {
    switch (kind) {
        case FactKind::posted:
        case FactKind::get_returned:
        case FactKind::also_returned: return 8;
        case FactKind::block_began:
        case FactKind::block_ended:
        case FactKind::get_called: return 3;
        default: return 1;
    }
}

class KeyMaker {
public:
    std::optional<EventKey> operator()(const Fact& fact) {
        const auto who = subject(fact);
        if (!who) return std::nullopt;
        return EventKey{fact.kind, *who, occurrences_[{fact.kind, *who}]++};
    }

private:
    std::map<std::pair<FactKind, std::uint32_t>, std::uint32_t> occurrences_;
};

struct Pair {
    std::uint32_t left = 0, right = 0, weight = 0;
};

// The same events of both traces, by their place in the left one.
std::vector<Pair> same_events(const sim::Trace& left, const sim::Trace& right) {
    std::map<EventKey, std::uint32_t> places;
    KeyMaker right_key;
    for (std::uint32_t j = 0; j < right.facts.size(); ++j) {
        if (const auto key = right_key(right.facts[j])) places.emplace(*key, j);
    }
    std::vector<Pair> pairs;
    KeyMaker left_key;
    for (std::uint32_t i = 0; i < left.facts.size(); ++i) {
        const auto key = left_key(left.facts[i]);
        if (!key) continue;
        const auto found = places.find(*key);
        if (found == places.end()) continue;
        pairs.push_back({i, found->second, weight(left.facts[i].kind)});
    }
    return pairs;
}

// The largest total weight of a chain that ends before a place of the right trace, and which pair
// it ends with: a Fenwick tree over prefixes.
class BestBefore {
public:
    struct Best {
        std::uint64_t weight = 0;
        std::uint32_t pair = kNone;
    };
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

    explicit BestBefore(std::size_t size) : best_(size + 1) {}

    [[nodiscard]] Best before(std::size_t place) const {
        Best best;
        for (; place > 0; place &= place - 1) {
            if (best_[place].weight > best.weight) best = best_[place];
        }
        return best;
    }
    void offer(std::size_t place, Best candidate) {
        for (++place; place < best_.size(); place += place & (~place + 1)) {
            if (candidate.weight > best_[place].weight) best_[place] = candidate;
        }
    }

private:
    std::vector<Best> best_;
};

// A heaviest chain of pairs that rises in both traces; O(n log n).
std::vector<Pair> heaviest_chain(const std::vector<Pair>& pairs, std::size_t right_size) {
    BestBefore best(right_size);
    std::vector<std::uint32_t> previous(pairs.size(), BestBefore::kNone);
    for (std::uint32_t i = 0; i < pairs.size(); ++i) {
        const BestBefore::Best chain = best.before(pairs[i].right);
        previous[i] = chain.pair;
        best.offer(pairs[i].right, {chain.weight + pairs[i].weight, i});
    }
    std::vector<Pair> chain;
    for (std::uint32_t i = best.before(right_size).pair; i != BestBefore::kNone; i = previous[i]) {
        chain.push_back(pairs[i]);
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

// Walks from `from` to `to`, spreading the shorter way evenly over the longer one.
void walk(std::vector<Moment>& moments, Moment from, Moment to) {
    const std::uint64_t left = to.left - from.left, right = to.right - from.right;
    const std::uint64_t count = std::max(left, right);
    for (std::uint64_t i = 1; i <= count; ++i) {
        moments.push_back({from.left + static_cast<std::uint32_t>(left * i / count),
                           from.right + static_cast<std::uint32_t>(right * i / count)});
    }
}

// Do all facts from one step of a trace to another tell only what an observer saw?
bool only_evidence(const sim::Trace& trace, std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t i = from; i < to; ++i) {
        const Fact& fact = trace.facts[i];
        const bool seen = sim::info(fact.kind).fact_class == sim::FactClass::evidence;
        if (!seen || fact.kind == FactKind::ended) return false;
    }
    return true;
}

// Keeps the last moment of each run of evidence.
void join_evidence(std::vector<Moment>& moments, const sim::Trace& left, const sim::Trace& right) {
    std::vector<Moment> kept{moments.front()};
    bool before_was_evidence = false;
    for (std::size_t i = 1; i < moments.size(); ++i) {
        const bool evidence = only_evidence(left, moments[i - 1].left, moments[i].left) &&
                              only_evidence(right, moments[i - 1].right, moments[i].right);
        if (evidence && before_was_evidence) kept.pop_back();
        kept.push_back(moments[i]);
        before_was_evidence = evidence;
    }
    moments = std::move(kept);
}

}  // namespace

Alignment::Alignment(const sim::Trace& left) : Alignment(left, sim::Trace{}) {}

Alignment::Alignment(const sim::Trace& left, const sim::Trace& right) {
    const auto anchors = heaviest_chain(same_events(left, right), right.facts.size());
    Moment here;
    for (const Pair& anchor : anchors) {
        walk(moments_, here, {anchor.left, anchor.right});
        here = {anchor.left + 1, anchor.right + 1};
        moments_.push_back(here);
    }
    walk(moments_, here,
         {static_cast<std::uint32_t>(left.facts.size()),
          static_cast<std::uint32_t>(right.facts.size())});
    join_evidence(moments_, left, right);
}

Moment Alignment::at(std::size_t moment) const {
    return moments_[std::min(moment, last())];
}

std::size_t Alignment::of_left(std::size_t step) const {
    const auto found = std::lower_bound(moments_.begin(), moments_.end(), step,
                                        [](const Moment& m, std::size_t s) { return m.left < s; });
    return std::min(static_cast<std::size_t>(found - moments_.begin()), last());
}

std::size_t Alignment::of_right(std::size_t step) const {
    const auto found = std::lower_bound(moments_.begin(), moments_.end(), step,
                                        [](const Moment& m, std::size_t s) { return m.right < s; });
    return std::min(static_cast<std::size_t>(found - moments_.begin()), last());
}

}  // namespace gui
