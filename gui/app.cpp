#include "gui/app.hpp"

#include <algorithm>
#include <utility>

#include "gui/text.hpp"

namespace gui {
namespace {

constexpr double kMoveSeconds = 0.22;     // how long tokens are on their way
constexpr double kFastestAnimated = 6;    // steps per second above which tokens jump
constexpr std::size_t kPortSearch = 256;  // facts to look back for the port that is talked about

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

App::App(Session session, std::unique_ptr<Measurement> measurement)
    : session_(std::move(session)),
      measurement_(std::move(measurement)),
      player_(session_.alignment.last()) {}

App::App(std::string problems) {
    view_.problems = std::move(problems);
}

void App::seek_fact(std::size_t step) {
    seek(session_.lanes[kRight] ? session_.alignment.of_right(step)
                                : session_.alignment.of_left(step));
}

void App::seek(std::size_t moment) {
    const std::size_t from = player_.cursor();
    player_.seek(moment);
    cursor_moved(from);
}

std::string App::window_title() const {
    return session_.title.empty() ? "iocpscope" : session_.title + " \xE2\x80\x93 iocpscope";
}

bool App::busy() const {
    // A gated recording that waits for its next step moves nothing.
    const Measuring measuring = measurement_ ? measurement_->state() : Measuring{};
    const bool recording = measuring.state == Measuring::State::running &&
                           (!measuring.gated || measuring.next.empty());
    return player_.playing() || moving_for_ < kMoveSeconds || recording;
}

void App::cursor_moved(std::size_t from) {
    const std::size_t to = player_.cursor();
    if (from == to) return;
    const bool one_step = from + 1 == to || to + 1 == from;
    const bool calm = !player_.playing() || player_.steps_per_second() <= kFastestAnimated;
    moved_from_ = from;
    moving_for_ = animated_ && one_step && calm ? 0 : kMoveSeconds;
    stale_ = true;
}

void App::advance(double seconds) {
    moving_for_ = std::min(kMoveSeconds, moving_for_ + seconds);
    const std::size_t from = player_.cursor();
    player_.advance(seconds);
    cursor_moved(from);
    if (measurement_) {
        measurement_->poll();
        accept_step();
        accept_recording();
    }
}

// The cursor goes where the real threads stand, and the model to the same event.
void App::accept_step() {
    std::optional<sim::Trace> trace = measurement_->take_step();
    if (!trace) return;
    set_step(session_, std::move(*trace));
    player_ = Player(session_.alignment.last());
    player_.seek(session_.alignment.last());
    moved_from_ = player_.cursor();
    moving_for_ = kMoveSeconds;
    stale_ = true;
}

void App::accept_recording() {
    std::optional<sim::Trace> trace = measurement_->take_result();
    if (!trace) return;
    set_measurement(session_, std::move(*trace));
    player_ = Player(session_.alignment.last());
    // Who stepped through it has seen the way to its end.
    if (measurement_->state().gated) player_.seek(session_.alignment.last());
    moved_from_ = player_.cursor();
    moving_for_ = kMoveSeconds;
    stale_ = true;
}

// A second handle of a port stands for the port of its first name.
std::size_t App::first_name(const sim::TraceHeader& header, std::size_t port) {
    if (port >= header.port_same_as.size()) return port;
    const sim::PortId first = header.port_same_as[port];
    return first == sim::PortId::none ? port : sim::index(first);
}

// The port that the last facts are about, unless the user has chosen one.
std::size_t App::port_of(std::size_t side, std::size_t step) const {
    const sim::Lane& lane = *session_.lanes[side];
    const std::size_t count = lane.trace().header.ports.size();
    if (chosen_port_ && *chosen_port_ < count) return *chosen_port_;
    const auto& facts = lane.trace().facts;
    for (std::size_t i = 0; i < kPortSearch && i < step; ++i) {
        const sim::PortId port = facts[step - 1 - i].port;
        if (port != sim::PortId::none && sim::index(port) < count)
            return first_name(lane.trace().header, sim::index(port));
    }
    return 0;
}

void App::refresh_lane(std::size_t side, Moment from, Moment to) {
    LaneView& lane = view_.lanes[side];
    lane.lane = session_.lanes[side].get();
    if (lane.lane == nullptr) return;
    lane.title = session_.lane_titles[side];
    lane.dispatches = session_.dispatches[side];
    lane.step = side == kLeft ? to.left : to.right;
    lane.port = port_of(side, lane.step);
    lane.stage = lane.lane->stage_at(lane.step);
    const std::size_t before = side == kLeft ? from.left : from.right;
    lane.before = before == lane.step ? lane.stage : lane.lane->stage_at(before);
}

void App::refresh() {
    const Moment from = session_.alignment.at(moved_from_);
    const Moment to = session_.alignment.at(player_.cursor());
    refresh_lane(kLeft, from, to);
    refresh_lane(kRight, from, to);
    view_.file = session_.file;
    view_.title = session_.title;
    view_.teaches = session_.teaches;
    view_.notice = session_.notice;
    view_.alignment = &session_.alignment;
    view_.player = &player_;
    view_.pairs = session_.pairs;
    view_.comparison = session_.comparison ? &*session_.comparison : nullptr;
    view_.check = session_.check ? &*session_.check : nullptr;
    stale_ = false;
}

const View& App::view(const FrameLayout& frame, const Fonts& fonts) {
    if (stale_) refresh();
    view_.frame = frame;
    view_.fonts = &fonts;
    view_.blend = static_cast<float>(moving_for_ / kMoveSeconds);
    if (measurement_) view_.measuring = measurement_->state();
    if (!measurement_) view_.measuring.message = text(Text::measure_no_recorder);
    if (session_.scenario_text.empty()) {
        view_.measuring.state = Measuring::State::cannot;
        view_.measuring.message = text(Text::measure_no_scenario);
    }
    return view_;
}

void App::seek_dispatch(int direction) {
    const std::size_t side = session_.lanes[kLeft] ? kLeft : kRight;
    const auto moment = [&](const sim::Dispatch& dispatch) {
        return side == kLeft ? session_.alignment.of_left(dispatch.step)
                             : session_.alignment.of_right(dispatch.step);
    };
    const auto& dispatches = session_.dispatches[side];
    if (direction > 0) {
        const auto next = std::find_if(dispatches.begin(), dispatches.end(),
                                       [&](const auto& d) { return moment(d) > player_.cursor(); });
        seek(next == dispatches.end() ? player_.moments() : moment(*next));
    } else {
        const auto previous =
            std::find_if(dispatches.rbegin(), dispatches.rend(),
                         [&](const auto& d) { return moment(d) < player_.cursor(); });
        seek(previous == dispatches.rend() ? 0 : moment(*previous));
    }
}

void App::seek_difference() {
    if (!session_.comparison) return;
    const sim::Comparison& comparison = *session_.comparison;
    if (comparison.first_difference >= comparison.pairs.size()) return;
    const sim::DispatchPair& pair = comparison.pairs[comparison.first_difference];
    // Where both have happened: the later of the two.
    seek(std::max(session_.alignment.of_left(pair.left_step),
                  session_.alignment.of_right(pair.right_step)));
}

void App::next_port() {
    const sim::Lane* lane =
        session_.lanes[kLeft] ? session_.lanes[kLeft].get() : session_.lanes[kRight].get();
    if (lane == nullptr) return;
    const std::size_t count = lane->trace().header.ports.size();
    if (count < 2) return;
    std::size_t next = chosen_port_.value_or(view_.lanes[kLeft].port);
    do next = (next + 1) % count;
    while (first_name(lane->trace().header, next) != next);
    chosen_port_ = next;
    stale_ = true;
}

void App::start_recording(bool gated) {
    if (!measurement_ || session_.scenario_text.empty()) return;
    const Measuring::State state = measurement_->state().state;
    if (state == Measuring::State::running || state == Measuring::State::cannot) return;
    player_.pause();
    measurement_->start({.text = session_.scenario_text,
                         .name = session_.scenario_name,
                         .files = session_.scenario_files,
                         .schedule = session_.schedule,
                         .gated = gated});
}

// A step at a time: pressed while one is done, it means nothing.
void App::next_step() {
    if (!measurement_) return;
    if (!measurement_->state().stepping()) {
        start_recording(true);
        if (!measurement_->state().stepping()) return;
    } else if (measurement_->state().next.empty()) {
        return;
    }
    measurement_->next();
}

void App::record() {
    if (measurement_ && measurement_->state().stepping())
        measurement_->run_on();
    else
        start_recording(false);
}

void App::carry_out(const Request& request) {
    const std::size_t from = player_.cursor();
    std::visit(Overloaded{
                   [&](Seek seek_to) { player_.seek(seek_to.moment); },
                   [&](StepBy step) { player_.step(step.by); },
                   [&](ToEnd) { player_.seek(player_.moments()); },
                   [&](TogglePlay) { player_.toggle_play(); },
                   [&](ChangeSpeed change) { player_.change_speed(change.notches); },
                   [&](StepDispatch step) { seek_dispatch(step.direction); },
                   [&](ToDifference) { seek_difference(); },
                   [&](ChangeScale change) {
                       scale_ = change.direction == 0 ? 1 : next_scale(scale_, change.direction);
                   },
                   [&](NextPort) { next_port(); },
                   [&](Record) { record(); },
                   [&](NextStep) { next_step(); },
                   [&](StopRecording) {
                       if (measurement_) measurement_->stop();
                   },
               },
               request);
    cursor_moved(from);
}

void App::carry_out(const Requests& requests) {
    for (const Request& request : requests) carry_out(request);
}

}  // namespace gui
