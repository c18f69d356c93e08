#include "sim/compare.hpp"
#include "sim/dispatch_rows.hpp"
#include "sim/order_distance.hpp"
#include "sim/run_measures.hpp"
#include "sim/trace_io.hpp"
#include "tests/fuzz/harness.hpp"

namespace fuzz {
namespace {

void check_rows(const sim::Trace& left, const sim::Trace& right) {
    for (const auto by : {sim::AlignBy::packet, sim::AlignBy::dispatch, sim::AlignBy::time}) {
        const sim::DispatchRows found = sim::align(left, right, by);
        must(found.first_difference <= found.rows.size(), "a difference at no row");
        must(found.sentence.empty() == (found.first_difference == found.rows.size()),
             "a difference without a sentence, or a sentence without one");
        for (const sim::DispatchRow& row : found.rows)
            must(row.left.has_value() || row.right.has_value(), "a row of nothing");
    }
}

void check_measures(const sim::Trace& left, const sim::Trace& right) {
    const sim::OrderDistance there = sim::order_distance(left, right);
    must(there == sim::order_distance(right, left), "a distance that is not symmetric");
    must(there.certain <= there.contrary && there.contrary <= there.pairs(), "too many pairs");
    for (const sim::MostActive& active : sim::measures_of(left).most_active)
        must(active.most <= left.header.threads.size(), "more active than threads");
}

void check(const sim::Trace& left, const sim::Trace& right) {
    check_rows(left, right);
    check_measures(left, right);
    const sim::Comparison found = sim::compare(left, right);
    must(!found.reason.empty(), "a verdict without a reason");
    must(found.first_difference <= found.pairs.size(), "a difference at no pair");
    for (std::size_t i = 1; i < found.pairs.size(); ++i)
        must(found.pairs[i - 1].packet < found.pairs[i].packet, "pairs out of order");
    for (const sim::DispatchPair& each : found.pairs) {
        must(each.left_step <= left.facts.size(), "a dispatch at no step of the left run");
        must(each.right_step <= right.facts.size(), "a dispatch at no step of the right run");
    }
    if (found.agreement == sim::Agreement::agree)
        must(found.first_difference == found.pairs.size(), "they agree, with a difference");
}

}  // namespace

void compare(std::string_view bytes) {
    constexpr std::string_view kBetween = "\n%%\n";
    const std::size_t at = bytes.find(kBetween);
    const std::string_view first = bytes.substr(0, at == std::string_view::npos ? at : at + 1);
    const auto left = sim::trace_from_ndjson(first, "left.trace");
    if (!left) return check_errors(left.error(), first);
    check(*left, *left);
    if (at == std::string_view::npos) return;
    const std::string_view second = bytes.substr(at + kBetween.size());
    const auto right = sim::trace_from_ndjson(second, "right.trace");
    if (!right) return check_errors(right.error(), second);
    check(*left, *right);
    check(*right, *left);
}

}  // namespace fuzz
