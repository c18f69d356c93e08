#include "tests/fuzz/harness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "sim/compare.hpp"
#include "sim/explain.hpp"
#include "sim/stage_svg.hpp"
#include "sim/timeline.hpp"

namespace fuzz {
namespace {

constexpr Harness kHarnesses[] = {
    {"scenario", scenario}, {"trace", trace},         {"fold", fold},
    {"schedule", schedule}, {"predicate", predicate}, {"compare", compare},
};

// A stage must be drawable and must count what it lists.
void check_stage(const sim::Trace& trace, const sim::Stage& stage) {
    std::size_t threads = stage.outside.size() + stage.ended.size() + stage.not_started;
    for (const sim::StagePort& port : stage.ports) {
        threads += port.in_call.size() + port.released.size() + port.paused.size();
        if (stage.observed) threads += port.waiting.size();
        must(port.queue.size() <= sim::kStageQueueShown, "a stage lists too many packets");
        must(port.queue.size() <= port.queue_length, "a stage lists more packets than are queued");
    }
    must(threads <= trace.header.threads.size(), "a thread stands in two places");
}

}  // namespace

std::span<const Harness> harnesses() {
    return kHarnesses;
}

void must(bool condition, std::string_view what) {
    if (condition) return;
    fmt::print(stderr, "fuzz: {}\n", what);
    std::abort();
}

void check_errors(const sim::Diagnostics& errors, std::string_view text) {
    must(!errors.empty(), "refused without an error");
    must(errors.size() <= 100, "too many errors to read");
    const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
    for (const sim::Diagnostic& each : errors) {
        must(each.code.size() == 4, "an error without a code");
        must(!each.message.empty(), "an error without a message");
        must(each.line >= 0 && each.line <= lines, "an error in a line that is not there");
        must(each.column >= 0 && each.length >= 0, "an error in no column");
    }
    must(!sim::render(errors).empty(), "errors that cannot be shown");
}

void look_at(const sim::Trace& trace) {
    constexpr std::size_t kLooks = 6;
    const sim::Lane lane(trace);
    const std::size_t stride = lane.steps() / kLooks + 1;
    for (std::size_t step = 0; step <= lane.steps(); step += stride) {
        const sim::Stage stage = lane.stage_at(step);
        check_stage(trace, stage);
        must(stage == lane.stage_at(step), "the same step looks different");
        must(lane.step_at_time(lane.time_at(step)) <= lane.steps(), "a step behind the last");
    }
    const sim::Stage last = lane.stage_at(lane.steps());
    check_stage(trace, last);
    must(!stage_svg(trace.header, last, "title", "caption").empty(), "no picture");
    for (std::size_t i = 0; i < trace.facts.size(); i += stride)
        must(!sim::explain(trace.header, trace.facts[i]).what.empty(), "a fact without words");
    for (const sim::Dispatch& each : sim::dispatches(trace))
        must(each.step >= 1 && each.step <= lane.steps(), "a dispatch at no step");
    must(sim::max_active(trace) <= trace.header.threads.size(), "more active than threads");
}

}  // namespace fuzz
