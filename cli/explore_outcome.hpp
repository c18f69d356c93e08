// One final outcome of an exploration, in words.
#pragma once

#include <string>
#include <vector>

#include "sim/explore.hpp"

namespace cli {

// One line for each thread, for main if its calls told anything, and for what is left: the lines
// of two outcomes are in the same order, so that differences can be marked.
struct OutcomeLine {
    std::string who;   // "T1", "left at P"
    std::string what;  // "packets 1, 3; ERROR_ABANDONED_WAIT_0; exited"
};
[[nodiscard]] std::vector<OutcomeLine> outcome_lines(const sim::TraceHeader&,
                                                     const sim::ExploredOutcome&);
// Packets and the threads that got them. Where `other` says something else, that is told.
[[nodiscard]] std::string outcome_table(const sim::TraceHeader&, const sim::ExploredOutcome&,
                                        const sim::ExploredOutcome* other);
// "exited", "waits at P", …
[[nodiscard]] std::string end_text(const sim::TraceHeader&, const sim::ThreadEnd&);
[[nodiscard]] std::string_view end_word(sim::ThreadEnd::Kind);
[[nodiscard]] std::string_view ending_word(sim::ExploredOutcome::Ending);

}  // namespace cli
