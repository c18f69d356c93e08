// The expectations of a scenario.
#pragma once

#include "sim/scenario.hpp"
#include "sim/scenario_parse_names.hpp"

namespace sim::parse {

[[nodiscard]] Expect read_expect(Problems&, const ThreadNames&, const Table&);

// The rules that a scenario is about.
[[nodiscard]] std::vector<Rule> read_rules(Problems&, const Node& list);

}  // namespace sim::parse
