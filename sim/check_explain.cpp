#include "sim/check_explain.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sim {

namespace {

// What may be changed, the least first. `covers`: the places of changes that this one allows too.
struct Change {
    std::string_view name, value;
    std::array<int, 2> covers;
    Rule rule;
    bool open;  // no permitted source settles what Windows does
};
constexpr int kNo = -1;
constexpr std::array<Change, 9> kChanges = {{
    {"wake", "fifo", {kNo, kNo}, Rule::w_lifo_1, false},
    {"limit", "-1", {kNo, kNo}, Rule::c_limit_1, false},
    {"limit", "+1", {kNo, kNo}, Rule::c_limit_1, false},
    {"limit", "off", {1, 2}, Rule::c_limit_1, false},
    {"self_insert", "nt52", {kNo, kNo}, Rule::q_self_1, true},
    {"handoff", "refetch", {kNo, kNo}, Rule::w_nosteal_1, false},
    {"close", "keep", {kNo, kNo}, Rule::x_close_1, false},
    {"drain", "all", {kNo, kNo}, Rule::g_ex_1, true},
    {"wake", "random", {0, kNo}, Rule::w_lifo_1, false},
}};

class Explainer {
public:
    Explainer(const CheckHistory& history, const SearchOptions& options)
        : history_(history), options_(options) {}

    Explanations explain() {
        std::array<bool, kChanges.size()> alone{};
        for (std::size_t i = 0; i < kChanges.size(); ++i) {
            if (covered(i, alone)) continue;
            Policies policies;
            if (set(policies, i)) alone[i] = try_out(policies);
        }
        if (!found_.policies.empty()) return found_;
        for (std::size_t i = 0; i < kChanges.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) try_pair(j, i);
        return found_;
    }

private:
    static bool set(Policies& policies, std::size_t change) {
        return set_policy(policies, kChanges[change].name, kChanges[change].value);
    }
    template <class Flags>
    static bool covered(std::size_t change, const Flags& found) {
        return std::any_of(kChanges[change].covers.begin(), kChanges[change].covers.end(),
                           [&](int c) { return c != kNo && found[static_cast<std::size_t>(c)]; });
    }
    void try_pair(std::size_t a, std::size_t b) {
        if (kChanges[a].name == kChanges[b].name) return;
        const auto covers = [&](std::size_t change, std::size_t other) {
            return std::any_of(pairs_.begin(), pairs_.end(), [&](const auto& pair) {
                const auto is = [&](int c, std::size_t with) {
                    const auto x = static_cast<std::size_t>(c);
                    return c != kNo && ((pair.first == x && pair.second == with) ||
                                        (pair.first == with && pair.second == x));
                };
                const auto& list = kChanges[change].covers;
                return is(list[0], other) || is(list[1], other);
            });
        };
        if (covers(a, b) || covers(b, a)) return;
        Policies policies;
        if (set(policies, a) && set(policies, b) && try_out(policies)) pairs_.emplace_back(a, b);
    }
    bool try_out(const Policies& policies) {
        CheckSearch search(history_, policies, options_);
        const CheckSearch::Answer answer = search.run();
        found_.steps += search.steps();
        if (answer == CheckSearch::Answer::gave_up) found_.complete = false;
        if (answer != CheckSearch::Answer::found) return false;
        found_.policies.push_back(policies);
        return true;
    }

    const CheckHistory& history_;
    SearchOptions options_;
    Explanations found_;
    std::vector<std::pair<std::size_t, std::size_t>> pairs_;
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
