// Looks for an order of a history's actions that a port could have played (docs/checker.md).
//
// Depth first: of the actions that may come next, those that cost nothing come at once, then those
// that give what was observed, then the likeliest. What cannot lead on is undone by going back to a
// kept state. States from which nothing was found are remembered, so that orders that come to the
// same are tried once; without that, a proof that there is no order would take for ever.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/check_play.hpp"
#include "sim/state_set.hpp"

namespace sim {

struct SearchOptions {
    std::uint64_t effort = 20'000'000;     // moves before it gives up
    std::function<bool(double)> progress;  // share of the actions; false: stop
};

class CheckSearch {
public:
    CheckSearch(const CheckHistory&, const Policies&, const SearchOptions&);

    enum class Answer : std::uint8_t {
        found,  // order() is an order
        none,   // every order was tried, or came to the same as one that was
        gave_up,
    };
    Answer run();

    [[nodiscard]] const std::vector<Move>& order() const { return trail_; }
    [[nodiscard]] std::uint64_t steps() const { return steps_; }
    // Of the search's deepest points: what stood against going on there, the most urgent first.
    [[nodiscard]] const std::vector<Conflict>& conflicts() const { return conflicts_; }
    [[nodiscard]] const std::vector<Move>& deepest() const { return deepest_; }

private:
    struct Candidate {
        Move move;
        std::uint8_t rank = 0;
        Nanos likely = 0;
    };
    struct Choice {
        std::size_t moves = 0;            // played before it
        std::size_t begin = 0, next = 0;  // in alternatives_; its end is that of the vector
    };
    struct Saved {
        std::size_t moves = 0;
        CheckPlayer::State state;
    };

    class OnTurn;
    enum class Found : std::uint8_t { played, candidates, conflict };
    [[nodiscard]] Found look_around();
    void consider(Move, const Action*);
    void put_in_order();
    void rearrange(Action::Kind);
    [[nodiscard]] bool go_on();
    [[nodiscard]] bool choose();
    [[nodiscard]] bool seen_before();
    bool take(Move);
    void unlink(std::uint32_t action);
    void relink(std::uint32_t action);
    [[nodiscard]] bool go_back();
    void restore(std::size_t moves);
    void save();
    void note_conflicts();
    void note_obstacles();
    [[nodiscard]] Nanos now() const { return nows_.empty() ? kEarliest : nows_.back(); }
    [[nodiscard]] Nanos returns_at(std::uint32_t call) const;

    const CheckHistory& history_;
    SearchOptions options_;
    CheckPlayer player_;
    bool refetches_;
    bool newest_first_;  // of overlapping calls, the one that returns last waits below the others
    // The actions that have not been played, in the order of lo: a list through two arrays, whose
    // head is number size().
    std::vector<std::uint32_t> next_, before_;
    std::vector<bool> played_;
    std::size_t left_ = 0;  // of those that must be played
    std::vector<Move> trail_;
    std::vector<Nanos> nows_;  // after each move: no action that is over by then can come
    std::vector<Candidate> candidates_;
    std::vector<Candidate> same_;
    std::vector<Choice> choices_;
    std::vector<Move> alternatives_;
    std::vector<Saved> saved_;
    std::vector<Saved> spare_;
    StateSet seen_{false};
    std::string key_;
    StateHash done_;  // of the actions that have been played, whatever their order
    std::uint64_t steps_ = 0;
    bool broken_ = false;  // the model did what was not observed: its state is of no use
    std::vector<Conflict> conflicts_;
    std::vector<Move> deepest_;
};

}  // namespace sim
