// The checker always catches: of the histories in which a port did something wrong that shows, at
// least 95 of 100 are violations, and the rule that the port broke is named. The others are
// inconclusive; none conforms.
//
// Prints a table. IOCPSCOPE_LONG=1 tries more seeds, IOCPSCOPE_SEEDS=FIRST:COUNT others.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "tests/check_fixture.hpp"
#include "tests/random_history.hpp"

using namespace sim;  // NOLINT: a test of one namespace
using test::Mutation;

namespace {

// Enough for each search; explaining a failure takes many.
constexpr std::uint64_t kEffort = 50'000;

// The rules of which one must be named.
std::vector<Rule> rules_of(Mutation mutation) {
    switch (mutation) {
        case Mutation::none: return {};
        case Mutation::fifo_wake:
        case Mutation::random_wake: return {Rule::w_lifo_1};
        case Mutation::no_limit:
        case Mutation::limit_plus_one:
        case Mutation::limit_minus_one: return {Rule::c_limit_1};
        case Mutation::block_keeps_slot: return {Rule::c_block_1};
        case Mutation::spin_frees_slot: return {Rule::c_spin_1};
        case Mutation::loses: return {Rule::q_once_1, Rule::c_work_1};
        case Mutation::delivers_twice: return {Rule::q_once_1};
        case Mutation::reorders: return {Rule::q_fifo_1};
        case Mutation::steals: return {Rule::w_nosteal_1};
        case Mutation::close_keeps: return {Rule::x_close_1};
        case Mutation::association_stays: return {Rule::a_assoc_2};
        case Mutation::early_time_out: return {Rule::t_timeout_1};
    }
    return {};
}

struct Row {
    std::uint64_t exercised = 0, violates = 0, inconclusive = 0, conforms = 0, right = 0;
};

void judge(Row& row, Mutation mutation, std::uint64_t seed) {
    const test::History history = test::random_history(seed, {.mutation = mutation});
    if (!history.exercised) return;
    const CheckReport report = check(history.trace, {.effort = kEffort, .progress = {}});
    INFO(name(mutation), ", seed ", seed, "\n", test::summary(report));
    CHECK(report.verdict != Verdict::conforms);
    ++row.exercised;
    if (report.verdict == Verdict::conforms) ++row.conforms;
    if (report.verdict == Verdict::inconclusive) ++row.inconclusive;
    if (report.verdict != Verdict::violates) return;
    ++row.violates;
    const std::vector<Rule> rules = rules_of(mutation);
    const bool right = std::any_of(rules.begin(), rules.end(),
                                   [&](Rule rule) { return test::violated(report, rule); });
    if (right) ++row.right;
    const bool shown = std::getenv("IOCPSCOPE_SEEDS") != nullptr;
    if (shown) MESSAGE(name(mutation), ", seed ", seed, ", ", test::summary(report));
}

}  // namespace

TEST_CASE("wrong ports are caught, and the rule that they break is named") {
    std::string table = fmt::format("{:18}{:>10}{:>10}{:>14}{:>10}{:>12}\n", "", "exercised",
                                    "violates", "inconclusive", "conforms", "rule right");
    const test::Seeds seeds = test::seeds(200, 2'000);
    std::array<Row, test::kMutations> rows;
    for (std::size_t m = 1; m < test::kMutations; ++m) {
        const auto mutation = static_cast<Mutation>(m);
        Row& row = rows[m];
        for (std::uint64_t seed = seeds.first; seed < seeds.end(); ++seed)
            judge(row, mutation, seed);
        table += fmt::format("{:18}{:10}{:10}{:14}{:10}{:12}\n", name(mutation), row.exercised,
                             row.violates, row.inconclusive, row.conforms, row.right);
    }
    MESSAGE("\n", table);
    if (std::getenv("IOCPSCOPE_SEEDS") != nullptr) return;
    for (std::size_t m = 1; m < test::kMutations; ++m) {
        CAPTURE(name(static_cast<Mutation>(m)));
        CHECK(rows[m].exercised > 0);
        CHECK(rows[m].violates * 100 >= rows[m].exercised * 95);
        // A stolen packet may look like another order of wake-ups.
        const bool steals = static_cast<Mutation>(m) == Mutation::steals;
        CHECK(rows[m].right * 100 >= rows[m].exercised * (steals ? 85 : 95));
    }
}
