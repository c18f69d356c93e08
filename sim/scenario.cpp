#include "sim/scenario.hpp"

#include <algorithm>

namespace sim {

std::size_t Scenario::thread_count() const {
    std::size_t count = 0;
    for (const ThreadSpec& group : threads) count += static_cast<std::size_t>(group.when.count);
    return count;
}

std::vector<std::string> Scenario::thread_names() const {
    std::vector<std::string> names;
    names.reserve(thread_count());
    for (const ThreadSpec& group : threads) {
        if (group.when.count == 1) names.push_back(group.name);
        for (std::uint64_t i = 1; group.when.count > 1 && i <= group.when.count; ++i)
            names.push_back(group.name + std::to_string(i));
    }
    return names;
}

bool depends_on_time(const Scenario& scenario) {
    const auto timed = [](const Step& step) {
        return step.kind == Step::Kind::block || (step.kind == Step::Kind::get && step.timeout > 0);
    };
    for (const Handler& handler : scenario.handlers)
        if (std::any_of(handler.steps.begin(), handler.steps.end(), timed)) return true;
    for (const Stimulus& stimulus : scenario.stimuli)
        if (!stimulus.when.settled || stimulus.when.every > 0) return true;
    for (const ThreadSpec& thread : scenario.threads) {
        if (std::any_of(thread.script.begin(), thread.script.end(), timed)) return true;
        // Threads that start together race to the port.
        if (!thread.when.settled || (thread.when.count > 1 && !thread.when.every_settled))
            return true;
    }
    return false;
}

}  // namespace sim
