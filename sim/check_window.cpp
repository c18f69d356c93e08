#include "sim/check_window.hpp"

#include <algorithm>
#include <functional>

namespace sim {

namespace {

using Question = std::function<Explained(std::size_t)>;

// The smallest n in (yes, no] for which the answer is no, where it is yes for `yes` and every
// smaller n, no for `no` and every larger one. Nothing when a search was given up.
std::optional<std::size_t> first_no(std::size_t yes, std::size_t no, const Question& ask) {
    while (no - yes > 1) {
        const std::size_t middle = yes + (no - yes) / 2;
        const Explained answer = ask(middle);
        if (answer == Explained::gave_up) return std::nullopt;
        (answer == Explained::yes ? yes : no) = middle;
    }
    return no;
}

// The same with a guess: from there in steps that double, so that near guesses cost little.
std::optional<std::size_t> first_no_near(std::size_t guess, std::size_t most, const Question& ask) {
    guess = std::clamp<std::size_t>(guess, 1, most);
    Explained answer = guess == most ? Explained::no : ask(guess);
    std::size_t yes = 0, no = most;
    for (std::size_t step = 1; answer == Explained::yes; step *= 2) {
        yes = guess;
        if (yes + step >= most) break;
        guess = yes + step;
        answer = ask(guess);
        if (answer == Explained::no) no = guess;
    }
    for (std::size_t step = 1; yes == 0 && answer == Explained::no; step *= 2) {
        no = guess;
        if (no <= step) break;
        guess = no - step;
        answer = ask(guess);
        if (answer == Explained::yes) yes = guess;
    }
    if (answer == Explained::gave_up) return std::nullopt;
    return first_no(yes, no, ask);
}

}  // namespace

Explained explained(const Trace& trace, std::size_t first, std::size_t last, Nanos margin,
                    const SearchOptions& options) {
    CheckHistory history = read_history(trace, {.margin = margin, .last = last});
    if (!history.contradictions.empty()) {
        const auto inside = [&](const CheckHistory::Contradiction& c) {
            return c.fact >= first && (c.other == CheckHistory::kNone || c.other >= first);
        };
        if (std::any_of(history.contradictions.begin(), history.contradictions.end(), inside))
            return Explained::no;
    }
    if (first > 0) forget_before(history, first);
    switch (CheckSearch(history, {}, options).run()) {
        case CheckSearch::Answer::found: return Explained::yes;
        case CheckSearch::Answer::none: return Explained::no;
        case CheckSearch::Answer::gave_up: break;
    }
    return Explained::gave_up;
}

FailurePlace place_failure(const Trace& trace, Nanos margin, std::size_t hint,
                           const SearchOptions& options) {
    const auto last = first_no_near(hint + 1, trace.facts.size(), [&](std::size_t n) {
        return explained(trace, 0, n, margin, options);
    });
    if (!last) return {};
    // How many facts a window that ends there must have: it grows until it cannot be explained.
    const auto length = first_no_near(2, *last, [&](std::size_t n) {
        return explained(trace, *last - n, *last, margin, options);
    });
    FailurePlace place{.explained = *last - 1, .window = std::nullopt};
    if (length) place.window = {*last - *length + 1, *last};
    return place;
}

}  // namespace sim
