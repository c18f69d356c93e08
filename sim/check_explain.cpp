#include "sim/check_explain.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sim {

namespace {

// What may be changed, the least first. `covers`: the places of changes that this one allows too.
struct Change {
    std::string_view name, value;
    std::array<std::size_t, 2> covers;
    Rule rule;
    bool open;  // no permitted source settles what Windows does
};
constexpr std::size_t kNone = ~std::size_t{0};
constexpr std::size_t kMostChanges = 4;
// A waiter that has to look for itself may come late and in any order, so that a port that only
// wakes them so explains much.
constexpr std::array<Change, 9> kChanges = {{
    {"wake", "fifo", {kNone, kNone}, Rule::w_lifo_1, false},
    {"limit", "-1", {kNone, kNone}, Rule::c_limit_1, false},
    {"limit", "+1", {kNone, kNone}, Rule::c_limit_1, false},
    {"limit", "off", {2, kNone}, Rule::c_limit_1, false},
    {"self_insert", "nt52", {kNone, kNone}, Rule::q_self_1, true},
    {"close", "keep", {kNone, kNone}, Rule::x_close_1, false},
    {"drain", "all", {kNone, kNone}, Rule::g_ex_1, true},
    {"wake", "random", {0, kNone}, Rule::w_lifo_1, false},
    {"handoff", "refetch", {7, 1}, Rule::w_nosteal_1, false},
}};

// Does the change allow all that the other one does?
bool allows(std::size_t change, std::size_t other) {
    if (change == other) return true;
    const auto& covers = kChanges[change].covers;
    return std::any_of(covers.begin(), covers.end(), [&](std::size_t covered) {
        return covered != kNone && allows(covered, other);
    });
}

class Explainer {
public:
    Explainer(const CheckHistory& history, const SearchOptions& options)
        : history_(history), options_(options) {}

    // One changed switch, or two, three, four: as few as will do.
    Explanations explain() {
        for (std::size_t many = 1; many <= kMostChanges && answer_.policies.empty(); ++many)
            try_all({}, 0, many);
        return answer_;
    }

private:
    using Changes = std::vector<std::size_t>;  // places of kChanges

    void try_all(const Changes& chosen, std::size_t from, std::size_t many) {
        if (many == 0) return try_out(chosen);
        for (std::size_t i = from; i < kChanges.size(); ++i) {
            const bool twice = std::any_of(chosen.begin(), chosen.end(), [&](std::size_t other) {
                return kChanges[other].name == kChanges[i].name;
            });
            if (twice) continue;
            Changes more = chosen;
            more.push_back(i);
            try_all(more, i + 1, many - 1);
        }
    }
    // Has something been found that needs less?
    [[nodiscard]] bool needless(const Changes& changes) const {
        return std::any_of(found_.begin(), found_.end(), [&](const Changes& less) {
            return std::all_of(less.begin(), less.end(), [&](std::size_t other) {
                return std::any_of(changes.begin(), changes.end(),
                                   [&](std::size_t change) { return allows(change, other); });
            });
        });
    }
    void try_out(const Changes& changes) {
        if (needless(changes)) return;
        Policies policies;
        for (const std::size_t change : changes)
            if (!set_policy(policies, kChanges[change].name, kChanges[change].value)) return;
        if (explains(policies)) found_.push_back(changes);
    }
    bool explains(const Policies& policies) {
        // What all of them may cost together is what one search may.
        if (answer_.steps >= options_.effort) {
            answer_.complete = false;
            return false;
        }
        SearchOptions rest = options_;
        rest.effort -= answer_.steps;
        CheckSearch search(history_, policies, rest);
        const CheckSearch::Answer answer = search.run();
        answer_.steps += search.steps();
        if (answer == CheckSearch::Answer::gave_up) answer_.complete = false;
        if (answer != CheckSearch::Answer::found) return false;
        answer_.policies.push_back(policies);
        return true;
    }

    const CheckHistory& history_;
    SearchOptions options_;
    Explanations answer_;
    std::vector<Changes> found_;
};

}  // namespace

Explanations explain_history(const CheckHistory& history, const SearchOptions& options) {
    return Explainer(history, options).explain();
}

std::vector<BrokenBy> broken_rules(const Policies& policies) {
    std::vector<BrokenBy> broken;
    for (const Change& change : kChanges)
        if (policy_value(policies, change.name) == change.value)
            broken.push_back({change.rule, change.open});
    return broken;
}

}  // namespace sim
