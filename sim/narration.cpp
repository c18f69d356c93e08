#include "sim/narration.hpp"

#include <algorithm>
#include <utility>

#include "sim/lane_state.hpp"
#include "sim/predicate_code.hpp"

namespace sim {
namespace {

// A remark and whether its predicate held at the step before.
struct Watched {
    const Predicate* when = nullptr;
    Remark::Kind kind{};
    std::size_t index = 0;
    bool asks_state = false;
    bool held = false;
};

// Does it ask anything but the last fact? Then it needs a stage, which costs more than a fact.
bool asks_state(const Predicate& predicate) {
    return std::any_of(predicate.code.begin(), predicate.code.end(), [](const PredicateOp& op) {
        const auto* asked = predicate::property(static_cast<predicate::PredicateCode>(op.code));
        return asked != nullptr && asked->of != predicate::Of::last;
    });
}

std::vector<Watched> watched(const Scenario& scenario) {
    std::vector<Watched> all;
    for (std::size_t i = 0; i < scenario.narrations.size(); ++i)
        all.push_back(
            {.when = &scenario.narrations[i].when, .kind = Remark::Kind::narration, .index = i});
    for (std::size_t i = 0; i < scenario.questions.size(); ++i)
        all.push_back(
            {.when = &scenario.questions[i].when, .kind = Remark::Kind::question, .index = i});
    for (Watched& each : all) each.asks_state = asks_state(*each.when);
    return all;
}

template <class State>
std::vector<Remark> fold(std::vector<Watched> all, const Trace& trace) {
    std::vector<Remark> found;
    const bool needs_stage =
        std::any_of(all.begin(), all.end(), [](const Watched& each) { return each.asks_state; });
    State state(trace.header);
    for (std::size_t step = 0; step <= trace.facts.size(); ++step) {
        const Fact fact = step == 0 ? Fact{} : trace.facts[step - 1];
        const Fact* last = step == 0 ? nullptr : &fact;
        Stage stage;
        if (needs_stage) {
            if (last != nullptr) state.apply(*last);
            stage = state.stage();
        }
        for (Watched& each : all) {
            const bool now = holds(*each.when, stage, last);
            if (now && !each.held) found.push_back({step, each.kind, each.index});
            each.held = now;
        }
    }
    return found;
}

}  // namespace

std::vector<Remark> remarks(const Scenario& scenario, const Trace& trace) {
    std::vector<Watched> all = watched(scenario);
    if (all.empty()) return {};
    // The fold that a lane of this trace has.
    return has_hidden_facts(trace) ? fold<ModelState>(std::move(all), trace)
                                   : fold<ObservedState>(std::move(all), trace);
}

}  // namespace sim
