#include "sim/compare.hpp"
#include "sim/trace_io.hpp"
#include "tests/fuzz/harness.hpp"

namespace fuzz {
namespace {

void check(const sim::Trace& left, const sim::Trace& right) {
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
