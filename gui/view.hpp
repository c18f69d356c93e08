// What the panels see and say. A panel is a function from a read-only View to drawing and Requests;
// it cannot change a run, so it cannot break one. The app carries the requests out after the frame.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gui/alignment.hpp"
#include "gui/fonts.hpp"
#include "gui/frame_layout.hpp"
#include "gui/player.hpp"
#include "sim/check.hpp"
#include "sim/compare.hpp"
#include "sim/stage.hpp"
#include "sim/timeline.hpp"

namespace gui {

inline constexpr std::size_t kLeft = 0, kRight = 1;

// One lane at this frame.
struct LaneView {
    const sim::Lane* lane = nullptr;  // null: there is no run here
    std::string title;                // "Model", "Our Linux port, not Windows"
    std::size_t step = 0;             // facts that have happened
    std::size_t port = 0;             // index of the port that is shown
    sim::Stage stage;                 // after `step` facts
    sim::Stage before;                // where the tokens come from while they move
    std::span<const sim::Dispatch> dispatches;
};

// The state of a recording, whoever makes it.
struct Measuring {
    enum class State { cannot, ready, running, failed };
    State state = State::cannot;
    std::string backend;    // "Our Linux port, not Windows"
    std::string message;    // why it cannot, or what failed
    std::size_t facts = 0;  // recorded so far
    bool gated = false;     // running: one step at a time
    std::string next;       // gated: the step that waits to be done; empty while one is done

    [[nodiscard]] bool stepping() const { return gated && state == State::running; }
};

struct View {
    const Fonts* fonts = nullptr;
    FrameLayout frame;
    std::string file, title, teaches;
    std::string notice;    // truncated, dropped; empty when all is well
    std::string problems;  // errors of a file, rendered; shown instead of the stages
    std::array<LaneView, 2> lanes;
    const Alignment* alignment = nullptr;
    const Player* player = nullptr;
    const sim::Comparison* comparison = nullptr;  // null: there is one run only
    const sim::CheckReport* check = nullptr;      // null: nothing measured, or not to its end
    std::span<const sim::DispatchPair> pairs;     // of both lanes, or of the only one
    Measuring measuring;
    float blend = 1;  // 0: tokens at `before`, 1: at `stage`
};

// What a user can set without touching a run.
struct UiState {
    bool help = false;
    std::size_t events_lane = kLeft;
    std::size_t listed_step = static_cast<std::size_t>(-1);  // the line last scrolled to
    std::size_t listed_lane = kLeft;
    std::size_t listed_dispatch = static_cast<std::size_t>(-1);
    std::string copied_link;
};

// Everything that a user can ask for.
struct Seek {
    std::size_t moment = 0;
};
struct StepBy {
    std::ptrdiff_t by = 1;
};
struct StepDispatch {
    int direction = 1;
};
struct ToEnd {};
struct TogglePlay {};
struct ChangeSpeed {
    int notches = 1;
};
struct ChangeScale {
    int direction = 0;
};  // 0: back to 100 %
struct NextPort {};
struct ToDifference {};
struct Record {};
struct NextStep {};  // of a gated recording, which it starts if there is none
struct StopRecording {};
using Request = std::variant<Seek, StepBy, StepDispatch, ToEnd, TogglePlay, ChangeSpeed,
                             ChangeScale, NextPort, ToDifference, Record, NextStep, StopRecording>;
using Requests = std::vector<Request>;

}  // namespace gui
