// What an exploration found, for a terminal and as JSON.
#pragma once

#include <string>

#include "sim/explore.hpp"

namespace cli {

// With sentences for the first thing that is wrong in some order.
[[nodiscard]] std::string exploration_text(const sim::Scenario&, const sim::ExploreOptions&,
                                           const sim::Exploration&);
[[nodiscard]] std::string exploration_json(const sim::Scenario&, const sim::Exploration&);
// "holds", "fails" or "undecided"
[[nodiscard]] std::string_view exploration_verdict(const sim::Exploration&);
// 1234567 as 1,234,567
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace cli
