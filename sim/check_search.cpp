#include "sim/check_search.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace sim {

namespace {

constexpr std::uint64_t kProgressEvery = 1 << 16;
constexpr std::size_t kMostSaved = 1024;
constexpr std::size_t kMostConflicts = 64;

// Two unrelated words for each action; a set of actions is the exclusive or of theirs.
StateHash word_of(std::uint32_t action) {
    return hash_state({reinterpret_cast<const char*>(&action), sizeof action});
}

}  // namespace

CheckSearch::CheckSearch(const CheckHistory& history, const Policies& policies,
                         const SearchOptions& options)
    : history_(history),
      options_(options),
      player_(history, policies),
      refetches_(policies.handoff == Handoff::refetch),
      newest_first_(policies.wake == Wake::lifo),
      played_(history.actions.size(), false) {
    const auto size = static_cast<std::uint32_t>(history.actions.size());
    next_.resize(size + 1);
    before_.resize(size + 1);
    for (std::uint32_t i = 0; i <= size; ++i) {
        next_[i] = i == size ? 0 : i + 1;
        before_[i] = i == 0 ? size : i - 1;
    }
    for (const Action& a : history.actions)
        if (a.must) ++left_;
    trail_.reserve(size);
    nows_.reserve(size);
}

CheckSearch::Answer CheckSearch::run() {
    save();
    while (left_ > 0) {
        if (++steps_ > options_.effort) return Answer::gave_up;
        if (options_.progress && steps_ % kProgressEvery == 0 &&
            !options_.progress(static_cast<double>(trail_.size()) /
                               static_cast<double>(history_.actions.size())))
            return Answer::gave_up;
        if (go_on()) continue;
        note_conflicts();
        if (!go_back()) return Answer::none;
    }
    return Answer::found;
}

bool CheckSearch::go_on() {
    switch (look_around()) {
        case Found::played: return true;
        case Found::conflict: return false;
        case Found::candidates: break;
    }
    return choose();
}

// -- what may come next ---------------------------------------------------------------------------

// Goes through the actions whose turn it may be: no other one must be over before they can have
// begun, and what the same thread did before has been played.
class CheckSearch::OnTurn {
public:
    explicit OnTurn(const CheckSearch& search)
        : search_(search), end_(static_cast<std::uint32_t>(search.history_.actions.size())) {
        at_ = end_;
        next();
    }
    [[nodiscard]] bool any() const { return at_ != end_; }
    [[nodiscard]] std::uint32_t number() const { return at_; }
    void next() {
        for (at_ = search_.next_[at_]; at_ != end_; at_ = search_.next_[at_]) {
            const Action& a = search_.history_.actions[at_];
            if (a.lo > latest_) {
                at_ = end_;
                return;
            }
            if (a.must) latest_ = std::min(latest_, a.hi);
            if (a.after == kNoAction || search_.played_[a.after] ||
                !search_.history_.actions[a.after].must)
                return;
        }
    }

private:
    const CheckSearch& search_;
    std::uint32_t end_, at_ = 0;
    Nanos latest_ = kLatest;
};

// Plays an action that costs nothing; else candidates_ has those that may come next.
CheckSearch::Found CheckSearch::look_around() {
    candidates_.clear();
    for (OnTurn turn(*this); turn.any(); turn.next()) {
        const std::uint32_t i = turn.number();
        const Action& a = history_.actions[i];
        if (a.hi < now()) continue;  // never happened
        const Move move{i};
        const CheckPlayer::Chance chance = player_.chance(move);
        if (chance == CheckPlayer::Chance::free)
            return take(move) ? Found::played : Found::conflict;
        if (chance != CheckPlayer::Chance::no)
            candidates_.push_back({move, static_cast<std::uint8_t>(chance), a.likely});
        if (a.kind == Action::Kind::enter &&
            history_.calls[a.call].result == Call::Result::user_apc)
            consider({i, Move::Kind::apc_at_once}, &a);
    }
    if (refetches_)
        for (std::uint32_t t = 0; t < history_.threads.size(); ++t)
            consider({t, Move::Kind::refetch}, nullptr);
    put_in_order();
    return Found::candidates;
}

void CheckSearch::consider(Move move, const Action* a) {
    const CheckPlayer::Chance chance = player_.chance(move);
    if (chance == CheckPlayer::Chance::no) return;
    candidates_.push_back(
        {move, static_cast<std::uint8_t>(chance), a == nullptr ? now() : a->likely});
}

Nanos CheckSearch::returns_at(std::uint32_t number) const {
    if (number == kNoAction) return kLatest;
    const Call& call = history_.calls[number];
    return call.returned == kNoAction ? kLatest : history_.actions[call.returned].hi;
}

// What gives an observed pair comes first, then by the likely instant. But the future is known: of
// packets that may come in either order, the one that is received first came first; of threads that
// may begin to wait in either order, the one that is woken first came last.
void CheckSearch::put_in_order() {
    if (candidates_.size() < 2) return;
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) {
                         return a.rank != b.rank ? a.rank < b.rank : a.likely < b.likely;
                     });
    rearrange(Action::Kind::insert);
    rearrange(Action::Kind::enter);
}

void CheckSearch::rearrange(Action::Kind kind) {
    const auto neutral = static_cast<std::uint8_t>(CheckPlayer::Chance::neutral);
    const auto concerned = [&](const Candidate& c) {
        return c.rank == neutral && c.move.kind == Move::Kind::action &&
               history_.actions[c.move.number].kind == kind;
    };
    same_.clear();
    for (const Candidate& c : candidates_)
        if (concerned(c)) same_.push_back(c);
    if (same_.size() < 2) return;
    const bool descending = kind == Action::Kind::enter && newest_first_;
    std::stable_sort(same_.begin(), same_.end(), [&](const Candidate& a, const Candidate& b) {
        const Nanos x = returns_at(history_.actions[a.move.number].call);
        const Nanos y = returns_at(history_.actions[b.move.number].call);
        return descending ? x > y : x < y;
    });
    auto from = same_.begin();
    for (Candidate& c : candidates_)
        if (concerned(c)) c = *from++;
}

// -- going on -------------------------------------------------------------------------------------

bool CheckSearch::choose() {
    if (candidates_.empty()) return false;
    if (candidates_.size() > 1) {
        if (seen_before()) return false;
        save();
        choices_.push_back({trail_.size(), alternatives_.size(), alternatives_.size() + 1});
        for (const Candidate& c : candidates_) alternatives_.push_back(c.move);
    }
    return take(candidates_.front().move);
}

bool CheckSearch::seen_before() {
    key_.clear();
    key_.append(reinterpret_cast<const char*>(&done_), sizeof done_);
    player_.describe(key_);
    return !seen_.insert(key_).is_new;
}

// False: it does not fit, and the player is of no use until an earlier state is put back.
bool CheckSearch::take(Move move) {
    broken_ = !player_.play(move);
    if (broken_) return false;
    Nanos at = now();
    if (move.kind != Move::Kind::refetch) {
        at = std::max(at, history_.actions[move.number].lo);
        unlink(move.number);
    }
    trail_.push_back(move);
    nows_.push_back(at);
    return true;
}

void CheckSearch::unlink(std::uint32_t i) {
    next_[before_[i]] = next_[i];
    before_[next_[i]] = before_[i];
    played_[i] = true;
    if (history_.actions[i].must) --left_;
    const StateHash word = word_of(i);
    done_.a ^= word.a;
    done_.b ^= word.b;
}

void CheckSearch::relink(std::uint32_t i) {
    next_[before_[i]] = i;
    before_[next_[i]] = i;
    played_[i] = false;
    if (history_.actions[i].must) ++left_;
    const StateHash word = word_of(i);
    done_.a ^= word.a;
    done_.b ^= word.b;
}

// -- going back -----------------------------------------------------------------------------------

bool CheckSearch::go_back() {
    while (!choices_.empty()) {
        Choice& choice = choices_.back();
        if (choice.next == alternatives_.size()) {
            alternatives_.resize(choice.begin);
            choices_.pop_back();
            continue;
        }
        restore(choice.moves);
        ++steps_;
        if (take(alternatives_[choice.next++])) return true;
        note_conflicts();
    }
    return false;
}

void CheckSearch::restore(std::size_t moves) {
    std::size_t target = moves;
    while (saved_.back().moves > target) {
        spare_.push_back(std::move(saved_.back()));
        saved_.pop_back();
    }
    while (trail_.size() > target) {
        if (trail_.back().kind != Move::Kind::refetch) relink(trail_.back().number);
        trail_.pop_back();
        nows_.pop_back();
    }
    player_.put_back(saved_.back().state);
    for (std::size_t i = saved_.back().moves; i < target; ++i) {
        [[maybe_unused]] const bool fits = player_.play(trail_[i]);
        assert(fits);
    }
}

// States are kept so densely that going back a little is cheap, and thinly where it is long ago.
void CheckSearch::save() {
    if (!saved_.empty() && saved_.back().moves == trail_.size()) return;
    if (saved_.size() == kMostSaved) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < saved_.size(); ++i) {
            if (i % 2 == 1 && i < kMostSaved * 3 / 4)
                spare_.push_back(std::move(saved_[i]));
            else if (kept++ != i)
                saved_[kept - 1] = std::move(saved_[i]);
        }
        saved_.resize(kept);
    }
    if (spare_.empty()) {
        saved_.push_back({trail_.size(), player_.state()});
        return;
    }
    saved_.push_back(std::move(spare_.back()));
    spare_.pop_back();
    saved_.back().moves = trail_.size();
    saved_.back().state = player_.state();
}

// -- what stood against it ------------------------------------------------------------------------

void CheckSearch::note_conflicts() {
    if (trail_.size() < deepest_.size()) return;
    if (trail_.size() > deepest_.size()) {
        deepest_ = trail_;
        conflicts_.clear();
    }
    if (conflicts_.size() >= kMostConflicts) return;
    if (broken_)
        conflicts_.push_back(player_.conflict());
    else if (candidates_.empty())
        note_obstacles();
}

// Why none of the actions whose time it is can come.
void CheckSearch::note_obstacles() {
    for (OnTurn turn(*this); turn.any(); turn.next()) {
        Conflict why;
        if (player_.chance({turn.number()}, &why) != CheckPlayer::Chance::no ||
            why.rule == Rule::none)
            continue;
        why.action = turn.number();
        conflicts_.push_back(why);
    }
}

}  // namespace sim
