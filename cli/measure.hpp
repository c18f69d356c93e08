// Recording from the command line: choose the back end, start the child, show progress, stop on
// Ctrl-C and keep what was recorded.
#pragma once

#include <optional>
#include <string>

#include "cli/stepper.hpp"
#include "sim/scenario.hpp"
#include "sim/schedule.hpp"
#include "sim/trace.hpp"

namespace cli {

struct Measured {
    sim::Trace trace;
    std::string transcript{};  // of a schedule
    int exit_code = 0;         // not 0: there is no trace, and the reason has been printed
    bool stopped = false;      // by Ctrl-C
};

// `backend` empty: the first that can run here. With a stepper the run is gated.
[[nodiscard]] Measured measure(const sim::Scenario&, const std::string& backend,
                               Stepper* stepper = nullptr);
[[nodiscard]] Measured measure(const sim::Schedule&, const std::string& backend,
                               Stepper* stepper = nullptr);

}  // namespace cli
