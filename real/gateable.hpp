// Which scenarios can be carried out one step at a time.
#pragma once

#include <string>

#include "sim/scenario.hpp"

namespace real {

// Empty when a run of it can be gated; else a sentence that says what in it cannot wait.
[[nodiscard]] std::string ungateable(const sim::Scenario&);

}  // namespace real
