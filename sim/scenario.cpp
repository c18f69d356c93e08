#include "sim/scenario.hpp"

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

}  // namespace sim
