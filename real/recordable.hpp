// What of a scenario can be measured. The model plays more than the worker pool can carry out so
// far; a recording says so before it begins instead of leaving something out.
#pragma once

#include <string>

#include "real/port.hpp"
#include "sim/scenario.hpp"

namespace real {

// Empty when every step, handler and stimulus can be carried out on this back end; else a sentence
// that names the first thing that cannot.
[[nodiscard]] std::string unrecordable(const sim::Scenario&, const Backend&);

}  // namespace real
