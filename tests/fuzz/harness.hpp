// The fuzz harnesses: each takes bytes as a file could hold them, gives them to a reader and to
// what works on what was read, and ends the program when something is not as it must be. libFuzzer
// calls them by the million (entry.cpp); every test run calls them with the kept corpus
// (replay.cpp).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/diagnostic.hpp"
#include "sim/trace.hpp"

namespace fuzz {

void scenario(std::string_view bytes);   // parse_scenario, and short runs of what it accepts
void trace(std::string_view bytes);      // trace_from_ndjson, and lanes of what it accepts
void fold(std::string_view bytes);       // lanes of facts in any order, as a file could list them
void schedule(std::string_view bytes);   // parse_schedule and run_schedule
void predicate(std::string_view bytes);  // parse_predicate and holds
void compare(std::string_view bytes);    // two traces, one after a line of %%

struct Harness {
    std::string_view name;
    void (*run)(std::string_view bytes);
};
[[nodiscard]] std::span<const Harness> harnesses();

// -- for harnesses --------------------------------------------------------------------------------

// Ends the program with the words when the condition does not hold.
void must(bool condition, std::string_view what);
// Errors must name a place that is in the text, and can be shown.
void check_errors(const sim::Diagnostics&, std::string_view text);
// Folds the trace and looks at stages, sentences and pictures of some steps.
void look_at(const sim::Trace&);

// -- for scripts ----------------------------------------------------------------------------------

// Words of the format, one per line as libFuzzer's -dict wants them, from the tables of sim/.
[[nodiscard]] std::string dictionary(std::string_view harness);
// Where to start from: name and bytes, from the scenarios, traces and schedules of the source tree.
struct Seed {
    std::string name, bytes;
};
[[nodiscard]] std::vector<Seed> seeds(std::string_view harness);

}  // namespace fuzz
