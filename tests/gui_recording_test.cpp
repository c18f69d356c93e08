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

gui::App app_with(const std::string& text, const char* name) {
    auto session = gui::open_session(text, name);
    REQUIRE_MESSAGE(session, (session ? std::string() : sim::render(session.error())));
    return gui::App(std::move(*session), gui::make_measurement());
}

gui::App app_with_lesson() {
    std::ifstream in(IOCPSCOPE_SOURCE_DIR "/scenarios/lifo-wake.toml", std::ios::binary);
    return app_with(std::string(std::istreambuf_iterator<char>(in), {}), "lifo-wake.toml");
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

// Until the step has been done. False: the recording is over.
bool wait_for_step(gui::App& app) {
    for (;;) {
        app.advance(0.01);
        const gui::Measuring measuring = view_of(app).measuring;
        if (!measuring.stepping()) return false;
        if (!measuring.next.empty()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

TEST_CASE("step by step, the window shows where the real threads stand") {
    gui::App app = app_with_lesson();
    if (!can_record(app)) return;
    app.carry_out(gui::Requests{gui::NextStep{}});
    REQUIRE(wait_for_step(app));
    CHECK(view_of(app).measuring.next == "T1: get P");
    CHECK(view_of(app).lanes[gui::kRight].stage.outside.size() >= 1);
    app.carry_out(gui::Requests{gui::NextStep{}});
    REQUIRE(wait_for_step(app));
    CHECK(view_of(app).measuring.next == "main: start T2");
    CHECK(view_of(app).lanes[gui::kRight].stage.ports[0].waiting.size() == 1);
    CHECK(view_of(app).lanes[gui::kLeft].stage.ports[0].waiting.size() == 1);
    app.carry_out(gui::Requests{gui::Record{}});
    wait_until_over(app);
    const gui::View& view = view_of(app);
    REQUIRE(view.comparison != nullptr);
    CHECK(view.comparison->agreement == sim::Agreement::agree);
    CHECK(view.pairs.size() == 8);
}

TEST_CASE("what cannot be gated is refused in the window, with the reason") {
    gui::App app = app_with(
        "format = 1\ntitle = \"t\"\nteaches = \"t\"\nrules = []\nport = [{name = \"P\", "
        "concurrency = 1}]\n"
        "thread = [{name = \"T\", timeout = \"5 ms\"}]\n",
        "t.toml");
    if (!can_record(app)) return;
    app.carry_out(gui::Requests{gui::NextStep{}});
    const gui::Measuring measuring = view_of(app).measuring;
    CHECK(measuring.state == gui::Measuring::State::failed);
    CHECK(measuring.message.find("a time-out") != std::string::npos);
}

TEST_CASE("a schedule is recorded from the window, whole or step by step") {
    const std::string text = "port A 1\nthreads 2\nget T1 A\nget T2 A\npost A 7\n";
    gui::App app = app_with(text, "pair.schedule");
    if (!can_record(app)) return;
    app.carry_out(gui::Requests{gui::Record{}});
    wait_until_over(app);
    REQUIRE(view_of(app).comparison != nullptr);
    CHECK(view_of(app).comparison->agreement == sim::Agreement::agree);
    app.carry_out(gui::Requests{gui::NextStep{}});
    REQUIRE(wait_for_step(app));
    CHECK(view_of(app).measuring.next == "threads 2");
    app.carry_out(gui::Requests{gui::StopRecording{}});
    wait_until_over(app);
    CHECK(view_of(app).measuring.state == gui::Measuring::State::ready);
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
