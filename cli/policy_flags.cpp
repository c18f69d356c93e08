#include "cli/policy_flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cli {

void PolicyFlags::add_to(CLI::App& command) {
    const auto& switches = sim::policy_switches();
    for (std::size_t i = 0; i < switches.size(); ++i) {
        std::string flag = fmt::format("--{}", switches[i].name);
        std::replace(flag.begin(), flag.end(), '_', '-');
        std::vector<std::string> allowed;
        for (const std::string_view value : switches[i].values)
            if (!value.empty()) allowed.emplace_back(value);
        values_[i] = allowed.front();
        command.add_option(flag, values_[i], std::string(switches[i].meaning))
            ->check(CLI::IsMember(allowed))
            ->capture_default_str()
            ->group("Another port than the documented one");
    }
}

sim::Policies PolicyFlags::policies() const {
    sim::Policies policies;
    for (std::size_t i = 0; i < values_.size(); ++i)
        static_cast<void>(sim::set_policy(policies, sim::policy_switches()[i].name,
                                          values_[i]));  // checked by CLI11
    return policies;
}

}  // namespace cli
