// Carries out a schedule on real ports, command by command, in the recorder's process.
#pragma once

#include "real/port.hpp"
#include "real/recorder.hpp"
#include "sim/schedule.hpp"

namespace real {

// Writes a trace as record() does, and between its lines those of the transcript, each when it is
// known; gated, with each command on a line of its own. A transcript's own expectations are not
// looked at. Stopped early, the trace and the transcript hold what was carried out.
[[nodiscard]] RecorderResult record_schedule(const sim::Schedule&, Ports&, const Backend&,
                                             RecorderHost&);

// The comment at the end of a transcript when the computer was so slow that a time-out may have
// ended at another place than in the model.
inline constexpr const char* kLatePrefix = "# late:";

}  // namespace real
