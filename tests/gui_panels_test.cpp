// Every panel draws, at every place of a run and every size of the window, without a window: a Dear
// ImGui context with fonts but no back end. Nothing is asked for unless a user does something.
#include <doctest/doctest.h>
#include <imgui.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gui/app.hpp"
#include "gui/keys.hpp"
#include "gui/panels.hpp"
#include "gui/theme.hpp"
#include "sim/trace_io.hpp"

namespace {

constexpr const char* kScenario = R"(format = 1
title = "Last in, first out"
teaches = "A port wakes the thread that went to sleep last."
rules = ["W-LIFO-1"]
port = [{name = "P", concurrency = 2}]
thread = [{name = "T", count = 3, when = "settled", every = "settled"}]
handler = [{steps = [{cpu = "1 ms"}, {block = "2 ms"}]}]
post = [{count = 5, when = "settled"}]
)";

// A Dear ImGui context for one test.
class Screen {
public:
    Screen(float w, float h, float scale) : frame(gui::layout_frame(w, h, scale)) {
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = {w, h};
        io.DeltaTime = 1.0F / 60;
        io.MousePos = {-1, -1};
        gui::FontFiles files = gui::find_fonts();
        fonts = gui::build_fonts(files, frame);
        gui::apply_theme(frame.em);
    }
    ~Screen() { ImGui::DestroyContext(); }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    // One frame; returns what the panels asked for.
    gui::Requests draw(gui::App& app) {
        ImGui::NewFrame();
        gui::Requests requests;
        gui::draw_frame(app.view(frame, fonts), ui, requests);
        ImGui::Render();
        return requests;
    }
    [[nodiscard]] static int vertices() { return ImGui::GetDrawData()->TotalVtxCount; }

    // Presses a key for one frame and lets it go.
    gui::Requests press(gui::App& app, int key, bool shift = false, bool ctrl = false) {
        ImGuiIO& io = ImGui::GetIO();
        io.KeysDown[key] = true;
        io.KeyShift = shift;
        io.KeyCtrl = ctrl;
        gui::Requests requests = draw(app);
        io.KeysDown[key] = false;
        io.KeyShift = io.KeyCtrl = false;
        return requests;
    }
    gui::Requests type(gui::App& app, char character) {
        ImGui::GetIO().AddInputCharacter(static_cast<unsigned>(character));
        return draw(app);
    }
    gui::Requests click(gui::App& app, gui::Point at) {
        ImGuiIO& io = ImGui::GetIO();
        io.MousePos = {at.x, at.y};
        gui::Requests all = draw(app);
        io.MouseDown[0] = true;
        for (const gui::Request& request : draw(app)) all.push_back(request);
        io.MouseDown[0] = false;
        for (const gui::Request& request : draw(app)) all.push_back(request);
        io.MousePos = {-1, -1};
        return all;
    }

    gui::FrameLayout frame;
    gui::Fonts fonts;
    gui::UiState ui;
};

gui::Session scenario_session() {
    auto session = gui::open_session(kScenario, "lesson.toml");
    REQUIRE_MESSAGE(session, (session ? std::string() : sim::render(session.error())));
    return std::move(*session);
}

// What a recorder could have seen of the same run, as a trace file.
std::string recorded_text() {
    const gui::Session session = scenario_session();
    sim::Trace trace = sim::observable(session.lanes[gui::kLeft]->trace());
    trace.header.backend = "linux";
    trace.header.lane = "Our Linux port, not Windows";
    trace.header.blocking = sim::Blocking::announced;
    return sim::to_ndjson(trace);
}

gui::Session compared_session() {
    auto session = gui::open_session(recorded_text(), "run.trace");
    REQUIRE_MESSAGE(session, (session ? std::string() : sim::render(session.error())));
    return std::move(*session);
}

// A recorder that does what the test says.
class PuppetMeasurement final : public gui::Measurement {
public:
    explicit PuppetMeasurement(gui::Measuring& state) : state_(state) {}
    void start(const What& what) override {
        started_with = what.text;
        state_.state = gui::Measuring::State::running;
        state_.gated = what.gated;
    }
    // A step: a few facts more, and it waits again.
    void next() override {
        const gui::Session session = compared_session();
        sim::Trace trace = session.lanes[gui::kRight]->trace();
        std::vector<sim::Fact> facts = trace.facts.all();
        facts.resize(std::min<std::size_t>(facts.size() - 1, 5 * ++steps));
        trace.facts = facts;
        step_ = std::move(trace);
        state_.next = "T1: get P";
    }
    void run_on() override { stop(); }
    [[nodiscard]] std::optional<sim::Trace> take_step() override {
        return std::exchange(step_, std::nullopt);
    }
    void stop() override {
        const gui::Session session = compared_session();
        result_ = session.lanes[gui::kRight]->trace();
        state_.state = gui::Measuring::State::ready;
    }
    void poll() override {}
    [[nodiscard]] gui::Measuring state() const override { return state_; }
    [[nodiscard]] std::optional<sim::Trace> take_result() override {
        return std::exchange(result_, std::nullopt);
    }
    std::string started_with;
    std::size_t steps = 0;

private:
    gui::Measuring& state_;
    std::optional<sim::Trace> step_, result_;
};

template <class R>
const R* only(const gui::Requests& requests) {
    return requests.size() == 1 ? std::get_if<R>(&requests[0]) : nullptr;
}

TEST_CASE("every panel draws at every place of a run, at every size, and asks for nothing") {
    const std::pair<float, float> sizes[] = {{1024, 640}, {1280, 800}, {3840, 2160}};
    for (const auto& [w, h] : sizes) {
        for (const float scale : {0.75F, 1.0F, 3.0F}) {
            Screen screen(w, h, scale);
            gui::App app(compared_session());
            app.set_animated(false);
            for (const std::size_t at :
                 {std::size_t{0}, app.player().moments() / 2, app.player().moments()}) {
                CAPTURE(w);
                CAPTURE(scale);
                CAPTURE(at);
                app.seek(at);
                CHECK(screen.draw(app).empty());
                CHECK(screen.draw(app).empty());
                CHECK(Screen::vertices() > 1000);
            }
        }
    }
}

TEST_CASE("each panel by itself adds something to the picture") {
    Screen screen(1280, 800, 1);
    gui::App app(compared_session());
    app.seek(app.player().moments() / 2);
    screen.ui.help = true;
    for (const gui::Panel& panel : gui::kPanels) {
        const std::string name = panel.name;
        // These draw only while there is no measurement, or while one goes on.
        if (name == "measure" || name == "gated") continue;
        ImGui::NewFrame();
        gui::Requests requests;
        ImGui::SetNextWindowSize({1280, 800});
        ImGui::Begin("alone", nullptr,
                     ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground);
        panel.draw(app.view(screen.frame, screen.fonts), screen.ui, requests);
        ImGui::End();
        ImGui::Render();
        CAPTURE(name);
        CHECK(Screen::vertices() > 40);
        CHECK(requests.empty());
    }
}

TEST_CASE("tokens on their way are drawn, and the animation ends") {
    Screen screen(1280, 800, 1);
    gui::App app(compared_session());
    app.seek(app.player().moments() / 2);
    app.advance(1);
    CHECK_FALSE(app.busy());
    app.carry_out(gui::Requests{gui::StepBy{1}});
    CHECK(app.busy());
    app.advance(0.1);
    CHECK(screen.draw(app).empty());
    app.advance(0.2);
    CHECK_FALSE(app.busy());
}

TEST_CASE("the keys yield their requests") {
    Screen screen(1280, 800, 1);
    gui::App app(compared_session());
    app.seek(5);
    screen.draw(app);
    CHECK(only<gui::TogglePlay>(screen.press(app, gui::key::space)) != nullptr);
    screen.draw(app);
    const gui::Requests forward = screen.press(app, gui::key::right);
    REQUIRE(only<gui::StepBy>(forward) != nullptr);
    CHECK(only<gui::StepBy>(forward)->by == 1);
    screen.draw(app);
    const gui::Requests dispatch = screen.press(app, gui::key::left, true);
    REQUIRE(only<gui::StepDispatch>(dispatch) != nullptr);
    CHECK(only<gui::StepDispatch>(dispatch)->direction == -1);
    screen.draw(app);
    CHECK(only<gui::ToEnd>(screen.press(app, gui::key::end)) != nullptr);
    screen.draw(app);
    CHECK(only<gui::StepBy>(screen.press(app, gui::key::page_down)) != nullptr);
    screen.draw(app);
    CHECK(only<gui::StepBy>(screen.type(app, '.')) != nullptr);
    CHECK(only<gui::ChangeSpeed>(screen.type(app, '+')) != nullptr);
    screen.draw(app);
    const gui::Requests larger = screen.press(app, gui::key::equal, false, true);
    REQUIRE(only<gui::ChangeScale>(larger) != nullptr);
    app.carry_out(larger);
    CHECK(app.scale() > 1);
    screen.draw(app);
    CHECK(screen.type(app, '?').empty());
    CHECK(screen.ui.help);
}

TEST_CASE("a click on the buttons and on the scrub bar moves the cursor") {
    Screen screen(1280, 800, 1);
    gui::App app(compared_session());
    app.seek(3);
    screen.draw(app);
    const gui::Rect row = screen.frame.transport;
    const gui::Requests start = screen.click(app, {row.x + screen.frame.em * 1.4F, row.centre().y});
    REQUIRE(only<gui::Seek>(start) != nullptr);
    CHECK(only<gui::Seek>(start)->moment == 0);
    const gui::Requests scrub = screen.click(app, {row.centre().x, row.centre().y});
    REQUIRE_FALSE(scrub.empty());
    const auto* seek = std::get_if<gui::Seek>(&scrub[0]);
    REQUIRE(seek != nullptr);
    CHECK(seek->moment > 0);
    CHECK(seek->moment < app.player().moments());
}

TEST_CASE("dispatches are reached one by one, forward and back") {
    gui::App app(compared_session());
    std::size_t steps = 0;
    std::size_t at = 0;
    while (!app.player().at_end() && steps < 100) {
        app.carry_out(gui::Requests{gui::StepDispatch{1}});
        CHECK(app.player().cursor() > at);
        at = app.player().cursor();
        ++steps;
    }
    CHECK(steps == 6);  // five packets, then the end
    for (std::size_t i = 0; i < steps; ++i) app.carry_out(gui::Requests{gui::StepDispatch{-1}});
    CHECK(app.player().cursor() == 0);
}

TEST_CASE("R records, S stops, and what was recorded appears beside the model") {
    Screen screen(1280, 800, 1);
    gui::Measuring state;
    state.state = gui::Measuring::State::ready;
    state.backend = "Our Linux port, not Windows";
    auto puppet = std::make_unique<PuppetMeasurement>(state);
    const PuppetMeasurement& recorder = *puppet;
    gui::App app(scenario_session(), std::move(puppet));
    screen.draw(app);
    const gui::Requests record = screen.press(app, gui::key::r);
    REQUIRE(only<gui::Record>(record) != nullptr);
    app.carry_out(record);
    CHECK(recorder.started_with == kScenario);
    screen.draw(app);
    CHECK(app.busy());
    const gui::Requests stop = screen.press(app, gui::key::s);
    REQUIRE(only<gui::StopRecording>(stop) != nullptr);
    app.carry_out(stop);
    app.advance(0.01);
    const gui::View& view = app.view(screen.frame, screen.fonts);
    REQUIRE(view.lanes[gui::kRight].lane != nullptr);
    CHECK(view.lanes[gui::kRight].title == "Our Linux port, not Windows");
    REQUIRE(view.comparison != nullptr);
    CHECK(view.comparison->pairs.size() == 5);
    CHECK(screen.draw(app).empty());
}

TEST_CASE("N starts a recording step by step and does its steps, R does the rest") {
    for (const float scale : {1.0F, 1.5F, 3.0F}) {
        Screen screen(1280, 800, scale);
        gui::Measuring state;
        state.state = gui::Measuring::State::ready;
        auto puppet = std::make_unique<PuppetMeasurement>(state);
        const PuppetMeasurement& recorder = *puppet;
        gui::App app(scenario_session(), std::move(puppet));
        screen.draw(app);
        const gui::Requests next = screen.press(app, gui::key::n);
        REQUIRE(only<gui::NextStep>(next) != nullptr);
        app.carry_out(next);
        CHECK(recorder.started_with == kScenario);
        CHECK(state.gated);
        CHECK(recorder.steps == 1);
        app.advance(0.01);
        CHECK_FALSE(app.busy());  // it waits for its user
        const gui::View& view = app.view(screen.frame, screen.fonts);
        REQUIRE(view.lanes[gui::kRight].lane != nullptr);
        CHECK(view.lanes[gui::kRight].step == 5);
        CHECK(view.comparison == nullptr);
        // The model does not run ahead of what has happened.
        CHECK(view.lanes[gui::kLeft].step > 0);
        CHECK(view.lanes[gui::kLeft].step < scenario_session().lanes[gui::kLeft]->steps() / 2);
        // The row is the one of the steps: its first button is the next one.
        const gui::Rect row = screen.frame.transport;
        const gui::Requests click = screen.click(app, {row.x + row.h * 1.2F, row.centre().y});
        REQUIRE(only<gui::NextStep>(click) != nullptr);
        app.carry_out(click);
        CHECK(recorder.steps == 2);
        // While a step is done, another one is not asked for.
        state.next.clear();
        CHECK(app.busy());
        app.carry_out(gui::Requests{gui::NextStep{}});
        CHECK(recorder.steps == 2);
        const gui::Requests rest = screen.press(app, gui::key::r);
        REQUIRE(only<gui::Record>(rest) != nullptr);
        app.carry_out(rest);
        app.advance(0.01);
        REQUIRE(app.view(screen.frame, screen.fonts).comparison != nullptr);
    }
}

TEST_CASE("a schedule opens as the model carries it out, its recording beside the model") {
    const std::string text =
        "# who came last\n# wakes first\nport A 1\nthreads 2\nget T1 A\nget T2 A\npost A 7\n";
    auto session = gui::open_session(text, "pair.schedule");
    REQUIRE(session);
    CHECK(session->schedule);
    CHECK(session->teaches == "who came last wakes first");
    REQUIRE(session->lanes[gui::kLeft] != nullptr);
    CHECK(session->dispatches[gui::kLeft].size() == 1);
    sim::Trace trace = sim::observable(session->lanes[gui::kLeft]->trace());
    trace.header.backend = "linux";
    trace.header.lane = "Our Linux port, not Windows";
    trace.header.blocking = sim::Blocking::announced;
    const auto both = gui::open_session(sim::to_ndjson(trace), "pair.trace");
    REQUIRE(both);
    REQUIRE(both->lanes[gui::kLeft] != nullptr);
    REQUIRE(both->lanes[gui::kRight] != nullptr);
    REQUIRE(both->comparison);
    CHECK(both->comparison->agreement == sim::Agreement::agree);
    CHECK_FALSE(gui::open_session("prot A 1\n", "bad.schedule"));
}

TEST_CASE("errors of a file are shown in the window") {
    Screen screen(1280, 800, 1);
    gui::App app(std::string("error[S014]: unknown key `concurency` in [[port]]"));
    CHECK(screen.draw(app).empty());
    CHECK(Screen::vertices() > 100);
}

TEST_CASE("a measured trace opens with the model beside it, a model trace alone") {
    const gui::Session both = compared_session();
    CHECK(both.title == "Last in, first out");
    REQUIRE(both.lanes[gui::kLeft] != nullptr);
    REQUIRE(both.lanes[gui::kRight] != nullptr);
    CHECK_FALSE(both.lanes[gui::kLeft]->observed());
    CHECK(both.lanes[gui::kRight]->observed());
    CHECK(both.comparison.has_value());
    const std::string model_text = sim::to_ndjson(both.lanes[gui::kLeft]->trace());
    const auto model = gui::open_session(model_text, "model.trace");
    REQUIRE(model);
    CHECK(model->lanes[gui::kLeft] != nullptr);
    CHECK(model->lanes[gui::kRight] == nullptr);
    CHECK_FALSE(model->comparison.has_value());
}

TEST_CASE("a trace that ends early is shown up to there, and the window says so") {
    const std::string whole = recorded_text();
    const auto cut = gui::open_session(whole.substr(0, whole.size() * 3 / 4), "run.trace");
    REQUIRE(cut);
    CHECK_FALSE(cut->notice.empty());
    CHECK(cut->lanes[gui::kRight]->steps() > 0);
}

TEST_CASE("bad files are errors, not crashes") {
    for (const std::string text : {"", "title = \"x\"", "{", "{\"a\":", "\x00\xFF\xFE", "[[port"}) {
        const auto session = gui::open_session(text, "bad");
        REQUIRE_FALSE(session);
        CHECK_FALSE(sim::render(session.error()).empty());
    }
}

}  // namespace
