// The window records for real: a child process runs the lesson on this computer, and the result
// appears beside the model (gui/recording_measurement.hpp).
#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>

#include "gui/app.hpp"
#include "gui/recording_measurement.hpp"

namespace {

gui::App app_with_lesson() {
    std::ifstream in(IOCPSCOPE_SOURCE_DIR "/scenarios/lifo-wake.toml", std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    auto session = gui::open_session(text, "lifo-wake.toml");
    REQUIRE_MESSAGE(session, (session ? std::string() : sim::render(session.error())));
    return gui::App(std::move(*session), gui::make_measurement());
}

const gui::View& view_of(gui::App& app) {
    static const gui::Fonts no_fonts;
    return app.view(gui::layout_frame(1280, 800, 1), no_fonts);
}

// False, with a message, where this computer has no completion port.
bool can_record(gui::App& app) {
    const gui::Measuring measuring = view_of(app).measuring;
    if (measuring.state == gui::Measuring::State::ready) return true;
    MESSAGE("nothing can be recorded here: ", measuring.message);
    return false;
}

// Plays the part of the window: a frame now and then until the recording is over. CTest's own limit
// ends a hang.
void wait_until_over(gui::App& app) {
    while (view_of(app).measuring.state == gui::Measuring::State::running) {
        app.advance(0.01);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    app.advance(0.01);
}

TEST_CASE("what is recorded appears beside the model, and both can be walked") {
    gui::App app = app_with_lesson();
    if (!can_record(app)) return;
    app.carry_out(gui::Requests{gui::Record{}});
    wait_until_over(app);
    const gui::View& view = view_of(app);
    CAPTURE(view.measuring.message);
    REQUIRE(view.lanes[gui::kRight].lane != nullptr);
    CHECK(view.lanes[gui::kRight].lane->observed());
    REQUIRE(view.comparison != nullptr);
    CHECK(view.pairs.size() == 8);
    app.carry_out(gui::Requests{gui::ToEnd{}});
    const gui::View& end = view_of(app);
    CHECK(end.lanes[gui::kLeft].step == end.lanes[gui::kLeft].lane->steps());
    CHECK(end.lanes[gui::kRight].step == end.lanes[gui::kRight].lane->steps());
}

TEST_CASE("a stopped recording ends, and the window can record again") {
    gui::App app = app_with_lesson();
    if (!can_record(app)) return;
    app.carry_out(gui::Requests{gui::Record{}});
    app.carry_out(gui::Requests{gui::StopRecording{}});
    wait_until_over(app);
    CHECK(view_of(app).measuring.state != gui::Measuring::State::running);
    app.carry_out(gui::Requests{gui::Record{}});
    wait_until_over(app);
    CHECK(view_of(app).lanes[gui::kRight].lane != nullptr);
}

}  // namespace
