// The peer of the checker: linearizability checking as Porcupine describes it (Wing and Gong's
// search with Lowe's cache), written straightforwardly. It knows nothing of ports: which action to
// try next follows from the intervals alone, every step keeps a copy of the state, and a state that
// was seen is remembered with the whole set of actions that were played.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "sim/check_play.hpp"

namespace bench {

struct PlainAnswer {
    bool found = false;
    bool gave_up = false;
    std::uint64_t steps = 0;
};

class PlainCheck {
public:
    explicit PlainCheck(const sim::CheckHistory& history)
        : history_(history), player_(history, {}), done_((history.actions.size() + 63) / 64) {}

    PlainAnswer run(std::uint64_t effort) {
        PlainAnswer answer;
        std::size_t from = 0;
        while (played_.size() < history_.actions.size()) {
            if (++answer.steps > effort) {
                answer.gave_up = true;
                return answer;
            }
            const std::size_t next = candidate(from);
            if (next < history_.actions.size()) {
                stack_.push_back({player_.state(), next, from_});
                if (player_.play({static_cast<std::uint32_t>(next)}) && remember(next)) {
                    from_ = first_not_played();
                    from = from_;
                    continue;
                }
                forget(next);
            } else {
                if (played_.empty()) return answer;
                forget(played_.back());
            }
            from = stack_.back().tried + 1;
            player_.put_back(stack_.back().before);
            from_ = stack_.back().from;
            stack_.pop_back();
        }
        answer.found = true;
        return answer;
    }

private:
    struct Step {
        sim::CheckPlayer::State before;
        std::size_t tried;
        std::size_t from;
    };
    [[nodiscard]] bool played(std::size_t i) const { return (done_[i / 64] >> (i % 64) & 1) != 0; }
    [[nodiscard]] std::size_t first_not_played() const {
        std::size_t i = from_;
        while (i < history_.actions.size() && played(i)) ++i;
        return i;
    }
    // The next one, from this place on, that no other one must precede and that the port permits.
    [[nodiscard]] std::size_t candidate(std::size_t place) const {
        sim::Nanos latest = sim::kLatest;
        for (std::size_t i = from_; i < history_.actions.size(); ++i) {
            const sim::Action& a = history_.actions[i];
            if (a.lo > latest) break;
            if (played(i)) continue;
            latest = std::min(latest, a.hi);
            if (i < place || (a.after != sim::kNoAction && !played(a.after))) continue;
            if (player_.chance({static_cast<std::uint32_t>(i)}) != sim::CheckPlayer::Chance::no)
                return i;
        }
        return history_.actions.size();
    }
    // False when this state has been seen before.
    bool remember(std::size_t i) {
        done_[i / 64] |= std::uint64_t{1} << (i % 64);
        played_.push_back(i);
        std::string key(reinterpret_cast<const char*>(done_.data()), done_.size() * 8);
        player_.describe(key);
        return seen_.insert(std::move(key)).second;
    }
    void forget(std::size_t i) {
        if (played_.empty() || played_.back() != i) return;
        done_[i / 64] &= ~(std::uint64_t{1} << (i % 64));
        played_.pop_back();
    }

    const sim::CheckHistory& history_;
    sim::CheckPlayer player_;
    std::vector<std::uint64_t> done_;  // one bit for each action
    std::vector<std::size_t> played_;
    std::vector<Step> stack_;
    std::unordered_set<std::string> seen_;
    std::size_t from_ = 0;  // all before it have been played
};

}  // namespace bench
