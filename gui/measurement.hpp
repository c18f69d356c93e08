// The seam to a recording: the window starts one, asks now and then, and may stop it. It never
// waits. The real one (recording_measurement.cpp) runs in a child process; tests use a puppet.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gui/view.hpp"
#include "sim/trace.hpp"

namespace gui {

class Measurement {
public:
    virtual ~Measurement() = default;
    struct What {
        std::string text;                                          // of the scenario or schedule
        std::string name;                                          // that its file has
        std::vector<std::pair<std::string, std::string>> files{};  // that it names
        bool schedule = false;
        bool gated = false;  // one step at a time, each when next() says so
    };
    virtual void start(const What&) = 0;
    // Of a gated recording: one more step; all that are left.
    virtual void next() = 0;
    virtual void run_on() = 0;
    // Asks the recording to end; what was recorded is kept.
    virtual void stop() = 0;
    // Takes what has arrived. Never waits.
    virtual void poll() = 0;
    [[nodiscard]] virtual Measuring state() const = 0;
    // Of a gated recording: what has been seen so far, once after each step.
    [[nodiscard]] virtual std::optional<sim::Trace> take_step() = 0;
    // The finished recording, once.
    [[nodiscard]] virtual std::optional<sim::Trace> take_result() = 0;
};

}  // namespace gui
