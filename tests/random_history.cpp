#include "tests/random_history.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "tests/history_maker.hpp"

namespace test {
namespace {

using sim::Fact;
using sim::FactKind;

// Facts with one stamp: of one call that returns, of one look.
struct Item {
    std::size_t first = 0, last = 0;
    Nanos lo = 0, hi = 0;
};

bool evidence(FactKind kind) {
    return kind == FactKind::parked || kind == FactKind::settled || kind == FactKind::not_settled;
}

// Whose clock it is. A fact of suspension does not say who suspended.
std::uint64_t stream_of(const Fact& fact) {
    if (evidence(fact.kind)) return sim::index(ThreadId::none);
    const auto thread = static_cast<std::uint64_t>(fact.thread);
    return fact.kind == FactKind::suspended || fact.kind == FactKind::resumed
               ? (std::uint64_t{1} << 32) + thread
               : thread;
}

bool joins(const Fact& before, const Fact& fact) {
    return fact.kind == FactKind::also_returned ||
           (evidence(before.kind) && evidence(fact.kind) && before.t0 == fact.t0);
}

class Jitter {
public:
    Jitter(const sim::Trace& from, std::uint64_t seed, Nanos width)
        : random_(seed), width_(width), facts_(from.facts.all()) {}

    std::vector<Fact> make() {
        std::map<std::uint64_t, std::vector<Item>> streams;
        for (std::size_t i = 0; i < facts_.size(); ++i) {
            if (facts_[i].kind == FactKind::ended) continue;
            std::vector<Item>& stream = streams[stream_of(facts_[i])];
            const bool more = !stream.empty() && joins(facts_[stream.back().last], facts_[i]);
            if (more)
                stream.back().last = i;
            else
                stream.push_back({.first = i, .last = i});
        }
        for (auto& [who, stream] : streams) widen(stream);
        std::stable_sort(facts_.begin(), facts_.end(), [](const Fact& a, const Fact& b) {
            return ends(a) != ends(b) ? ends(b) : a.t0 < b.t0;
        });
        Nanos last = 0;
        for (Fact& fact : facts_) {
            last = std::max(last, fact.t1);
            if (ends(fact)) fact.t0 = fact.t1 = last;
        }
        return std::move(facts_);
    }

private:
    static bool ends(const Fact& fact) { return fact.kind == FactKind::ended; }
    Nanos below(Nanos bound) {
        return bound <= 0 ? 0
                          : static_cast<Nanos>(random_.below(static_cast<std::uint64_t>(bound)));
    }

    // Between two things that a thread did one after the other there is an instant that parts them.
    void widen(std::vector<Item>& stream) {
        Nanos cut = 0;
        for (std::size_t i = 0; i < stream.size(); ++i) {
            const Fact first = facts_[stream[i].first];
            const Nanos lo = std::max({cut, Nanos{0}, first.t0 - below(width_)});
            Nanos hi = first.t1 + below(width_);
            if (i + 1 < stream.size()) {
                const Nanos gap = facts_[stream[i + 1].first].t0 - first.t1;
                cut = first.t1 + below(gap + 1);
                if (!overlaps(first)) hi = std::min(hi, cut);
            }
            set(stream[i], std::min(lo, first.t0), std::max(hi, first.t1));
        }
    }
    bool overlaps(const Fact& fact) {
        const bool blocks =
            fact.kind == FactKind::block_began || fact.kind == FactKind::block_ended;
        return blocks && random_.below(2) == 0;
    }
    void set(const Item& item, Nanos lo, Nanos hi) {
        for (std::size_t i = item.first; i <= item.last; ++i) {
            Fact& fact = facts_[i];
            // Facts of others may lie between those of one look.
            if (stream_of(fact) != stream_of(facts_[item.first])) continue;
            fact.t0 = lo;
            fact.t1 = hi;
            if (fact.kind == FactKind::get_called) fact.t1 = lo;
            if (tells_return(fact.kind)) fact.t0 = hi;
        }
    }
    static bool tells_return(FactKind kind) {
        return kind == FactKind::get_returned || kind == FactKind::also_returned;
    }

    sim::Random random_;
    Nanos width_;
    std::vector<Fact> facts_;
};

}  // namespace

History random_history(std::uint64_t seed, const HistoryOptions& options) {
    return HistoryMaker(seed, options).make();
}

sim::Trace jitter(const sim::Trace& trace, std::uint64_t seed, Nanos width) {
    sim::Trace result{.header = trace.header, .facts = {}, .truncated = trace.truncated};
    result.facts = Jitter(trace, seed, width).make();
    return result;
}

sim::Trace without_evidence(const sim::Trace& trace) {
    sim::Trace result{.header = trace.header, .facts = {}, .truncated = trace.truncated};
    for (const Fact& fact : trace.facts)
        if (!evidence(fact.kind)) result.facts.push_back(fact);
    return result;
}

}  // namespace test
