#include "sim/order_distance.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <numeric>

#include "sim/dispatch_rows.hpp"

namespace sim {
namespace {

// How many of the values put in so far exceed another: a Fenwick tree over their ranks.
class Exceeding {
public:
    explicit Exceeding(std::vector<Nanos> values) : values_(std::move(values)) {
        std::sort(values_.begin(), values_.end());
        tree_.resize(values_.size() + 1);
    }
    void put(Nanos value) {
        ++count_;
        for (std::size_t i = rank(value); i < tree_.size(); i += i & (~i + 1)) ++tree_[i];
    }
    [[nodiscard]] std::uint64_t above(Nanos value) const {
        std::uint64_t not_above = 0;
        for (std::size_t i = rank(value); i > 0; i &= i - 1) not_above += tree_[i];
        return count_ - not_above;
    }

private:
    // The number of all values that are at most this.
    [[nodiscard]] std::size_t rank(Nanos value) const {
        return static_cast<std::size_t>(std::upper_bound(values_.begin(), values_.end(), value) -
                                        values_.begin());
    }

    std::vector<Nanos> values_;
    std::vector<std::uint64_t> tree_;
    std::uint64_t count_ = 0;
};

std::vector<std::size_t> sorted_by(const std::vector<Span>& spans, Nanos Span::*end) {
    std::vector<std::size_t> order(spans.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return spans[a].*end < spans[b].*end; });
    return order;
}

// When each dispatch can have happened. Steps order the facts of a model, where several happen at
// one instant; elsewhere it is the time.
std::map<PacketId, Span> spans_of(const Trace& trace, const std::vector<Dispatch>& list) {
    std::map<PacketId, Span> spans;
    if (has_hidden_facts(trace)) {
        for (const Dispatch& each : list) {
            const auto step = static_cast<Nanos>(each.step);
            spans[each.packet] = {step, step};
        }
        return spans;
    }
    std::map<ThreadId, Nanos> called;
    std::map<PacketId, Nanos> posted;
    std::size_t next = 0;
    for (std::size_t i = 0; i < trace.facts.size() && next < list.size(); ++i) {
        const Fact fact = trace.facts[i];
        if (fact.kind == FactKind::get_called) called[fact.thread] = fact.t0;
        if (fact.kind == FactKind::posted || fact.kind == FactKind::io_called)
            posted[fact.packet] = fact.t0;
        if (list[next].step != i + 1) continue;
        const Nanos from = std::max(called[fact.thread], posted[fact.packet]);
        spans[list[next].packet] = {std::min(from, fact.t1), fact.t1};
        ++next;
    }
    return spans;
}

// The place of each packet in the list, as a span without extent.
std::map<PacketId, Span> places_of(const std::vector<Dispatch>& list) {
    std::map<PacketId, Span> places;
    for (const Dispatch& each : list) {
        const auto place = static_cast<Nanos>(places.size());
        places[each.packet] = {place, place};
    }
    return places;
}

struct Both {
    std::vector<Span> left, right;
};
Both of_both(const std::map<PacketId, Span>& left, const std::map<PacketId, Span>& right) {
    Both both;
    for (const auto& [packet, span] : left) {
        const auto other = right.find(packet);
        if (other == right.end()) continue;
        both.left.push_back(span);
        both.right.push_back(other->second);
    }
    return both;
}

}  // namespace

std::uint64_t contrary_pairs(const std::vector<Span>& left, const std::vector<Span>& right) {
    assert(left.size() == right.size());
    std::vector<Nanos> starts;
    starts.reserve(right.size());
    for (const Span& span : right) starts.push_back(span.from);
    Exceeding earlier(std::move(starts));
    const auto by_end = sorted_by(left, &Span::to), by_start = sorted_by(left, &Span::from);
    std::uint64_t count = 0;
    std::size_t over = 0;  // so many of by_end are over before the one that is looked at begins
    for (const std::size_t b : by_start) {
        for (; over < by_end.size() && left[by_end[over]].to < left[b].from; ++over)
            earlier.put(right[by_end[over]].from);
        count += earlier.above(right[b].to);
    }
    return count;
}

OrderDistance order_distance(const Trace& left, const Trace& right) {
    const auto in_left = dispatches_once(left), in_right = dispatches_once(right);
    const Both places = of_both(places_of(in_left), places_of(in_right));
    const Both spans = of_both(spans_of(left, in_left), spans_of(right, in_right));
    const std::uint64_t contrary = contrary_pairs(places.left, places.right);
    // Only in a damaged trace, whose facts are not in the order of their times, it could be more.
    const std::uint64_t certain = std::min(contrary, contrary_pairs(spans.left, spans.right));
    return {.packets = places.left.size(),
            .contrary = contrary,
            .certain = certain,
            .by_returns = !has_hidden_facts(left) || !has_hidden_facts(right)};
}

}  // namespace sim
