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
    // The scenario is given as its text, with the name that its file has and the files that it
    // names.
    using Files = std::vector<std::pair<std::string, std::string>>;
    virtual void start(const std::string& scenario_text, const std::string& scenario_name,
                       const Files& files) = 0;
    // Asks the recording to end; what was recorded is kept.
    virtual void stop() = 0;
    // Takes what has arrived. Never waits.
    virtual void poll() = 0;
    [[nodiscard]] virtual Measuring state() const = 0;
    // The finished recording, once.
    [[nodiscard]] virtual std::optional<sim::Trace> take_result() = 0;
};

}  // namespace gui
