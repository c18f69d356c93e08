// What `check` found, for people and for programs.
#pragma once

#include <string>

#include "cli/json.hpp"
#include "sim/check.hpp"

namespace cli {

// "CONFORMS: There is an order …"
[[nodiscard]] std::string check_line(const sim::CheckReport&);
// `all_rules`: those that the run did not exercise, too.
[[nodiscard]] std::string check_text(const sim::Trace&, const sim::CheckReport&, bool all_rules);
// {"verdict": …, "reason": …, "rules": [{"id", "verdict", "evidence", "why", "events"}], …}
void put_check(Json&, const sim::Trace&, const sim::CheckReport&);

}  // namespace cli
