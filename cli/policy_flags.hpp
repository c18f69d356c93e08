// The policy switches of the model as flags: --wake fifo, --limit off, …
#pragma once

#include <CLI/CLI.hpp>
#include <array>
#include <string>

#include "sim/policy.hpp"

namespace cli {

class PolicyFlags {
public:
    void add_to(CLI::App& command);
    [[nodiscard]] sim::Policies policies() const;

private:
    std::array<std::string, 6> values_;
};

}  // namespace cli
