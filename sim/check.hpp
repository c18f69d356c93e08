// The judge: is a measured history a possible run of a documented completion port?
//
// Every fact of a recorder is an interval, and what happens inside the port is not seen at all. A
// history conforms when some order of the hidden instants, each inside its interval, is a run of
// PortModel that gives exactly the thread-packet pairs, results and counts that were observed
// (linearizability, with PortModel as the sequential specification; behaviours.md §5). The checker
// reads observable(trace) only: hidden facts of a model's trace are ignored.
//
// Sound first: what the model can do inside the measured intervals is never called a violation, and
// a trace without calls never conforms. docs/checker.md says how it works and what it cannot see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy.hpp"
#include "sim/rule.hpp"
#include "sim/trace.hpp"

namespace sim {

enum class Verdict : std::uint8_t { conforms, violates, inconclusive };
[[nodiscard]] std::string_view name(Verdict);

// How strong the evidence for a rule is (behaviours.md §5). Only HARD evidence of one run is called
// a violation.
enum class Evidence : std::uint8_t {
    hard,    // no order inside the intervals explains it
    margin,  // no order does, if a thread that asked `CheckOptions::margin` ago waits by then
    stat,    // a rate over many runs
};
[[nodiscard]] std::string_view name(Evidence);

enum class RuleVerdict : std::uint8_t { holds, violated, undecided, not_exercised };
[[nodiscard]] std::string_view name(RuleVerdict);

struct RuleFinding {
    Rule rule = Rule::none;
    RuleVerdict verdict = RuleVerdict::not_exercised;
    Evidence evidence = Evidence::hard;  // of what was found
    std::string why;                     // one sentence
    std::vector<std::size_t> facts;      // numbers of facts of the trace, from 1, that show it
};

struct CheckOptions {
    std::uint64_t effort = 20'000'000;  // steps of the search before it gives up
    Nanos margin = 10'000'000;          // a thread that asked so long ago is taken to wait; ns
    bool explain = true;                // look for the policy that explains a failure
    // Called now and then with the share of the facts that are explained, 0 to 1; false stops.
    std::function<bool(double)> progress;
};

// The smallest run of facts that cannot be explained: explainable when the first or the last is
// taken away. Numbers of facts, from 1, both inside.
struct FailingWindow {
    std::size_t first = 0, last = 0;
};

struct CheckReport {
    Verdict verdict = Verdict::inconclusive;
    std::string reason;              // one sentence: what was found, or why it is undecided
    std::string what_helps;          // what would make it decidable; empty when it is decided
    std::vector<RuleFinding> rules;  // all rules of the catalogue, in its order
    // The weakest change of policy that explains the whole history; several of the same weight.
    std::vector<Policies> explained_by;
    std::size_t explained = 0;            // facts of the longest explained prefix
    std::optional<FailingWindow> window;  // when no order was found
    std::vector<std::string> possible;    // what a documented port could have done instead
    std::uint64_t steps = 0;              // of the search: its effort
    // With hidden facts, in the order found: of the whole history, or of the explained prefix.
    Trace witness;
};

[[nodiscard]] CheckReport check(const Trace&, const CheckOptions& = {});

}  // namespace sim
