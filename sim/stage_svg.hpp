// A stage as a picture: the five structures of a completion port at fixed places, for handouts,
// slides and computers without a display. Self-contained SVG of 1600 × 900; every letter is at
// least 1/40 of the height, so the last row can read it.
//
//     ┌ bound handles ────────┐ ┌ gate ───────┐ ┌ released ─┐
//     ├ queue: oldest at exit ┼►│    2 / 4    ├►│ T4 (5)    │
//     ┌ outside ──────────────┐ ┌ waiting ─▲──┐ ┌ paused ───┐
//     ├ in the call (observed)┤ │ T2 next     │ │ T1 sleep  │
//     └───────────────────────┘ └─────────────┘ └───────────┘
//
// What a thing is shows first in its place, then in its shape (packets are round, threads square),
// then in its texture (running solid, waiting outlined, paused hatched), and last in its colour.
// A lane that was observed has a double border. What has no room is counted: "+57".
#pragma once

#include <string>
#include <string_view>

#include "sim/stage.hpp"
#include "sim/trace.hpp"

namespace sim {

// The caption says in a sentence what just happened.
[[nodiscard]] std::string stage_svg(const TraceHeader&, const Stage&, std::string_view title,
                                    std::string_view caption);

// One lane of a picture of two. The references must outlive the call.
struct StageView {
    const TraceHeader& header;
    const Stage& stage;
    std::string_view caption;
};
// `caption` is about both lanes: whether they agree.
[[nodiscard]] std::string stage_svg(const StageView& left, const StageView& right,
                                    std::string_view title, std::string_view caption);

// Which port of a stage is drawn: the one of the thread that acted last, else the first. The other
// ports are told in a line of text.
[[nodiscard]] std::size_t shown_port(const Stage&);

}  // namespace sim
