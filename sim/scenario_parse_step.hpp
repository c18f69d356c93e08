// Scripts and handlers: lists of steps; and the single step of a [[do]].
#pragma once

#include <optional>
#include <vector>

#include "sim/scenario_parse_reading.hpp"

namespace sim::parse {

enum class StepsOf : std::uint8_t { script, handler, outside };

// The steps of a list. Steps that do not fit are complained about and left out.
[[nodiscard]] std::vector<Step> read_steps(Reading&, const Node& list, StepsOf);
// The step of a [[do]].
[[nodiscard]] std::optional<Step> read_outside_step(Reading&, const Node&);
// Complains about scripts that go round for ever within one instant, when all steps are known.
void check_doubtful_scripts(Reading&);

// A step on a handle: its verb, what it says, and who carries it out.
struct HandleStep {
    Reading& reading;
    const Table& table;
    const Table::Field& verb;
    StepsOf of;
};
// open, bind, modes, close, cancel
void fill_handle_step(Step&, const HandleStep&);
// The handle that a create binds by the same call, if it names one.
void fill_created_with(Step&, const HandleStep&);
// read, write, accept ...
void fill_operation(Step&, const HandleStep&);

}  // namespace sim::parse
