// A gated run under the hand of its user: lines of standard input say when it goes on
// (docs/gated.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/line_reader.hpp"
#include "real/recording.hpp"

namespace cli {

// What a line says.
struct StepCommand {
    enum class Kind : std::uint8_t { nothing, next, run, stop };
    Kind kind = Kind::nothing;
    std::uint64_t steps = 1;  // next
    std::string problem{};    // not empty: it cannot be understood
};
[[nodiscard]] StepCommand read_step_command(std::string_view line);

// "# the run ends: complete": the last line of what such a run says.
[[nodiscard]] std::string how_it_ended(const sim::Trace&);

class Stepper {
public:
    // `report` prints what each step did, as it becomes known.
    explicit Stepper(void (*report)(std::string_view)) : report_(report) {}

    // Between two polls of the recording. Never waits.
    void go_on(real::Recording&);
    // The recording has finished.
    void finish(const real::Recording&);

private:
    void show(const real::Recording&);
    void obey(const StepCommand&, real::Recording&);

    void (*report_)(std::string_view);
    LineReader lines_;
    std::size_t shown_ = 0;  // of the transcript
    bool stopped_ = false;
};

}  // namespace cli
