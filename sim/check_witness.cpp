#include "sim/check_witness.hpp"

#include <algorithm>

namespace sim {

namespace {

class WitnessWriter {
public:
    WitnessWriter(const CheckHistory& history, const Policies& policies)
        : history_(history), player_(history, policies) {
        witness_.trace.header = history.trace->header;
        witness_.trace.truncated = history.trace->truncated;
        sent_.reserve(history.claims.size());
        for (const Action& a : history.actions)
            if (a.kind == Action::Kind::insert) sent_.emplace(number(a.packet), a.fact);
    }
    Witness write(const std::vector<Move>& order) {
        others();
        for (const Move move : order) {
            if (move.kind != Move::Kind::refetch) {
                const Action& a = history_.actions[move.number];
                now_ = std::max({now_, a.lo, Nanos{0}});
                write_others();
                source_ = a.fact;
                write_observed(a);
            }
            if (!player_.play(move)) break;  // the order is not one of this history
            for (const Fact& fact : player_.facts()) write_hidden(fact);
        }
        now_ = kLatest;
        write_others();
        return std::move(witness_);
    }

private:
    static std::uint32_t number(PacketId id) { return static_cast<std::uint32_t>(id); }

    // Facts that are no actions: they stay where they were observed.
    void others() {
        std::vector<bool> acted(history_.last, false);
        const auto mark = [&](std::size_t fact) {
            if (fact < acted.size()) acted[fact] = true;
        };
        for (const Action& a : history_.actions)
            if (a.kind != Action::Kind::insert || a.must) mark(a.fact);
        for (std::size_t at = history_.first; at < history_.last; ++at) {
            const Fact fact = history_.trace->facts[at];
            const bool follows = fact.kind == FactKind::also_returned;
            if (!hidden(fact) && !follows && (!acted[at] || fact.kind == FactKind::io_called))
                others_.push_back(at);
        }
    }
    void write_others() {
        for (; next_ < others_.size(); ++next_) {
            Fact fact = history_.trace->facts[others_[next_]];
            if (fact.t0 > now_) return;
            source_ = others_[next_];
            at(std::max(last_, fact.t0), fact);
        }
    }
    // The fact of an action; a call that got a batch has one for each packet.
    void write_observed(const Action& a) {
        if (a.fact < history_.first || a.kind == Action::Kind::end_wait) return;
        Fact fact = history_.trace->facts[a.fact];
        if (fact.kind == FactKind::io_called) return;  // its packet comes; it came before
        at(now_, fact);
        if (a.kind != Action::Kind::returned) return;
        std::uint32_t more = history_.calls[a.call].packets;
        for (std::size_t f = a.fact + 1; more > 1 && f < history_.last; ++f) {
            fact = history_.trace->facts[f];
            if (fact.kind != FactKind::also_returned || fact.thread != a.thread) continue;
            at(now_, fact);
            --more;
        }
    }
    void write_hidden(Fact fact) {
        if (!hidden(fact)) return;  // the observed fact stands there already
        if (fact.packet != PacketId::none) restore_packet(fact);
        at(now_, fact);
    }
    // What the packet carried, which the search did not need.
    void restore_packet(Fact& fact) const {
        const auto sent = sent_.find(number(fact.packet));
        if (sent == sent_.end()) return;
        const Fact source = history_.trace->facts[sent->second];
        fact.key = source.key;
        fact.bytes = source.bytes;
        fact.handle = source.handle;
        fact.operation = source.operation;
        if (source.kind != FactKind::io_called) return;
        const auto claim = history_.claims.find(number(fact.packet));
        if (claim == history_.claims.end()) return;
        const Fact back = history_.trace->facts[history_.calls[claim->second].returned_fact];
        if (back.packet != fact.packet) return;
        fact.key = back.key;
        fact.bytes = back.bytes;
        fact.error = back.error;
    }
    void at(Nanos time, Fact& fact) {
        last_ = std::max(last_, time);
        fact.t0 = fact.t1 = last_;
        witness_.trace.facts.push_back(fact);
        witness_.source.push_back(source_);
    }

    const CheckHistory& history_;
    CheckPlayer player_;
    Witness witness_;
    std::unordered_map<std::uint32_t, std::size_t> sent_;  // by packet: the fact that sent it
    std::vector<std::size_t> others_;
    std::size_t next_ = 0;
    std::size_t source_ = 0;
    Nanos now_ = 0, last_ = 0;
};

}  // namespace

Witness make_witness(const CheckHistory& history, const Policies& policies,
                     const std::vector<Move>& order) {
    return WitnessWriter(history, policies).write(order);
}

}  // namespace sim
