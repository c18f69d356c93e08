// What the window has open: a scenario or a recording, as one or two lanes that are aligned and
// compared. Reads no file and draws nothing.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gui/alignment.hpp"
#include "gui/view.hpp"
#include "sim/check.hpp"
#include "sim/compare.hpp"
#include "sim/scenario.hpp"
#include "sim/timeline.hpp"

namespace gui {

struct Session {
    std::string file;  // as the user named it
    std::string title, teaches, notice;
    std::string scenario_text, scenario_name;  // for recording; empty when there is none
    bool schedule = false;                     // it is a schedule
    // The files that the scenario names: name and text.
    std::vector<std::pair<std::string, std::string>> scenario_files;
    std::array<std::unique_ptr<sim::Lane>, 2> lanes;
    std::array<std::string, 2> lane_titles;
    std::array<std::vector<sim::Dispatch>, 2> dispatches;
    std::optional<sim::Comparison> comparison;  // when there are two lanes
    std::optional<sim::CheckReport> check;      // of a measured run, whatever the model does
    std::vector<sim::DispatchPair> pairs;       // who got which packet, in all lanes there are
    Alignment alignment;
};

// `text` is a scenario (TOML), a schedule or a trace (NDJSON); a trace begins with "{". A measured
// trace gets the model beside it, run with the processors and the concurrency of the measurement.
// `read_file` gives the files that a scenario names (sim::ParseOptions).
[[nodiscard]] sim::Result<Session> open_session(
    std::string_view text, const std::string& origin,
    const std::function<std::optional<std::string>(std::string_view name)>& read_file = {});

// Puts a measurement into the right lane; the model runs again to fit it.
void set_measurement(Session&, sim::Trace measured);
// The same while the recording goes on step by step: what there is has no end, so nothing is said
// about whether it agrees, and the model goes no further than to the same event.
void set_step(Session&, sim::Trace so_far);

}  // namespace gui
