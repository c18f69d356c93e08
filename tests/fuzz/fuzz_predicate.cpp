#include <string>
#include <vector>

#include "sim/predicate.hpp"
#include "sim/scenario.hpp"
#include "sim/simulator.hpp"
#include "sim/timeline.hpp"
#include "tests/fuzz/harness.hpp"

namespace fuzz {
namespace {

constexpr std::string_view kScenario = R"(format = 1
[[port]]
name = "P"
concurrency = 2
[[port]]
name = "Q"
concurrency = 1
[[thread]]
name = "T"
count = 3
port = "P"
[[handler]]
steps = [{cpu = "1 ms"}, {block = "1 ms"}]
[[post]]
port = "P"
count = 8
every = "500 us"
)";

struct World {
    sim::Trace trace;
    std::vector<sim::Stage> stages;  // after each fact
    std::vector<std::string> handles{"file", "pipe"};
};

const World& world() {
    static const World made = [] {
        const auto scenario = sim::parse_scenario(kScenario, "fuzz.toml");
        must(scenario.has_value(), "the scenario of the predicates is wrong");
        World w;
        w.trace = sim::simulate(*scenario).trace;
        const sim::Lane lane(w.trace);
        for (std::size_t step = 0; step <= lane.steps(); ++step)
            w.stages.push_back(lane.stage_at(step));
        return w;
    }();
    return made;
}

}  // namespace

void predicate(std::string_view bytes) {
    const World& w = world();
    const sim::PredicateNames names{w.trace.header.ports, w.trace.header.threads, w.handles};
    const auto parsed = sim::parse_predicate(bytes, names);
    if (const auto* problem = std::get_if<sim::PredicateProblem>(&parsed)) {
        must(!problem->message.empty(), "a problem without a message");
        must(problem->at <= bytes.size(), "a problem behind the end");
        return;
    }
    const auto& predicate = std::get<sim::Predicate>(parsed);
    must(!predicate.code.empty(), "a predicate without code");
    for (std::size_t step = 0; step < w.stages.size(); step += 7) {
        const sim::Fact fact = step == 0 ? sim::Fact{} : w.trace.facts[step - 1];
        const sim::Fact* last = step == 0 ? nullptr : &fact;
        const bool now = sim::holds(predicate, w.stages[step], last);
        must(sim::holds(predicate, w.stages[step], last) == now, "it holds now and then");
        (void)sim::answers(predicate, names, w.stages[step], last);
    }
    (void)sim::holds(predicate, {}, nullptr);
    const auto again = sim::parse_predicate(predicate.text, names);
    must(std::get_if<sim::Predicate>(&again) != nullptr &&
             std::get<sim::Predicate>(again) == predicate,
         "the text of a predicate says something else");
}

}  // namespace fuzz
