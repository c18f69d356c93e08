// iocpscope-gui: opens a scenario, a schedule or a recording in a window, or draws it into a
// picture file. Exit: 0 fine, 2 bad input or usage, 4 no window can be opened here.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gui/app.hpp"
#include "gui/panels.hpp"
#include "gui/recording_measurement.hpp"
#include "gui/text.hpp"
#include "gui/window.hpp"
#include "real/files_beside.hpp"

namespace {

namespace fs = std::filesystem;

constexpr int kBadInput = 2, kCannot = 4;
constexpr std::uintmax_t kLargestFile = std::uintmax_t{4} << 30;  // bytes

struct Options {
    std::string file;
    std::optional<std::size_t> at;
    std::string screenshot;
    int width = 1280, height = 800;
    float scale = 1;
};

// "1280x800"; false when it is something else.
bool read_size(const std::string& words, Options& options) {
    int w = 0, h = 0, used = 0;
    if (std::sscanf(words.c_str(), "%5dx%5d%n", &w, &h, &used) != 2 ||
        static_cast<std::size_t>(used) != words.size()) {
        return false;
    }
    options.width = w;
    options.height = h;
    return w >= 320 && h >= 240 && w <= 16384 && h <= 16384;
}

sim::Diagnostic problem(std::string code, std::string message, const std::string& origin) {
    sim::Diagnostic diagnostic;
    diagnostic.code = std::move(code);
    diagnostic.message = std::move(message);
    diagnostic.origin = origin;
    return diagnostic;
}

sim::Result<std::string> read_file(const std::string& path) {
    std::error_code error;
    if (!fs::exists(path, error)) return problem("F001", "there is no such file", path);
    if (fs::is_directory(path, error)) return problem("F002", "this is a folder, not a file", path);
    if (fs::file_size(path, error) > kLargestFile && !error) {
        return problem("F003", "this file is larger than 4 GiB", path);
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) return problem("F004", "this file cannot be read", path);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

// scenarios/lifo-wake.toml in the folder of the program or one of those above it: beside an
// installed program, or in the source tree that it was built in.
std::string first_lesson(const char* program) {
    std::error_code error;
    fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
    if (error) folder = fs::absolute(program, error).parent_path();
    for (int i = 0; i < 4 && !folder.empty(); ++i, folder = folder.parent_path()) {
        const fs::path lesson = folder / "scenarios" / "lifo-wake.toml";
        if (fs::exists(lesson, error)) return lesson.string();
    }
    const fs::path here = fs::path("scenarios") / "lifo-wake.toml";
    return fs::exists(here, error) ? here.string() : std::string();
}

// Loads the fonts again when the layout wants other sizes.
class FontKeeper {
public:
    FontKeeper(gui::Window& window, gui::FontFiles files)
        : window_(window), files_(std::move(files)) {}

    const gui::Fonts& fit(const gui::FrameLayout& frame) {
        if (fonts_.regular == nullptr || frame.em != em_ || frame.stage_em != stage_em_) {
            fonts_ = window_.load_fonts(files_, frame);
            em_ = frame.em;
            stage_em_ = frame.stage_em;
        }
        return fonts_;
    }

private:
    gui::Window& window_;
    gui::FontFiles files_;
    gui::Fonts fonts_;
    float em_ = 0, stage_em_ = 0;
};

void draw(gui::Window& window, FontKeeper& fonts, gui::App& app, gui::UiState& ui) {
    const gui::FrameLayout frame = gui::layout_frame(
        static_cast<float>(window.width()), static_cast<float>(window.height()), app.scale());
    const gui::Fonts& loaded = fonts.fit(frame);
    window.begin_frame();
    gui::Requests requests;
    gui::draw_frame(app.view(frame, loaded), ui, requests);
    window.end_frame();
    app.carry_out(requests);
}

int take_screenshot(gui::Window& window, FontKeeper& fonts, gui::App& app,
                    const std::string& path) {
    gui::UiState ui;
    app.set_animated(false);
    // Lists scroll to their line in the first frames; then nothing changes any more.
    for (int i = 0; i < 4; ++i) draw(window, fonts, app, ui);
    const std::string failed = gui::write_png(path, window.picture());
    if (failed.empty()) return 0;
    fmt::print(stderr, "iocpscope-gui: {}\n", failed);
    return kCannot;
}

int run(gui::Window& window, FontKeeper& fonts, gui::App& app) {
    gui::UiState ui;
    window.set_title(app.window_title());
    double before = window.seconds();
    int calm_frames = 0;  // since something moved or a user did something
    while (!window.should_close()) {
        // A still picture needs no processor: wait for input, and look around twice a second.
        const double patience = app.busy() ? 0.004 : calm_frames < 4 ? 0.016 : 0.5;
        window.wait(patience);
        const double passed = window.seconds() - before;
        before += passed;
        const bool nothing_new = !app.busy() && passed >= patience;
        calm_frames = nothing_new ? calm_frames + 1 : 0;
        app.advance(std::min(passed, 0.1));
        draw(window, fonts, app, ui);
    }
    return 0;
}

int start(const Options& options, const char* program) {
    const std::string file = options.file.empty() ? first_lesson(program) : options.file;
    std::unique_ptr<gui::App> app;
    if (file.empty()) {
        app = std::make_unique<gui::App>(std::string(gui::text(gui::Text::no_lesson_found)));
    } else {
        const sim::Result<std::string> text = read_file(file);
        sim::Result<gui::Session> session =
            text ? gui::open_session(*text, file, real::files_beside(file))
                 : sim::Result<gui::Session>(text.error());
        if (!session) {
            fmt::print(stderr, "{}\n", sim::render(session.error()));
            return kBadInput;
        }
        app = std::make_unique<gui::App>(std::move(*session), gui::make_measurement());
    }
    app->set_scale(options.scale);
    if (options.at) app->seek_fact(*options.at);
    std::string why_not;
    const auto window = gui::Window::open(
        {.width = options.width, .height = options.height, .visible = options.screenshot.empty()},
        why_not);
    if (!window) {
        fmt::print(stderr, "iocpscope-gui: {}\n", why_not);
        return kCannot;
    }
    gui::FontFiles files = gui::find_fonts();
    if (files.regular.empty()) {
        fmt::print(
            stderr,
            "iocpscope-gui: the font DejaVuSans.ttf was not found, so text is coarse; install "
            "the package fonts-dejavu-core\n");
    }
    FontKeeper fonts(*window, std::move(files));
    return options.screenshot.empty() ? run(*window, fonts, *app)
                                      : take_screenshot(*window, fonts, *app, options.screenshot);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::string size;
    CLI::App cli{"iocpscope-gui: see how I/O completion ports dispatch, modelled and measured"};
    cli.add_option("FILE", options.file,
                   "a scenario (.toml), a schedule (.schedule) or a recorded trace");
    cli.add_option("--at", options.at,
                   "open at this fact of the file, counted as `iocpscope show` does")
        ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
    cli.add_option("--screenshot", options.screenshot,
                   "write the picture to this PNG file and exit");
    cli.add_option("--size", size, "size of the window, for example 1280x800");
    cli.add_option("--scale", options.scale, "text size, 0.75 to 3")
        ->check(CLI::Range(gui::kMinScale, gui::kMaxScale));
    try {
        cli.parse(argc, argv);
        if (!size.empty() && !read_size(size, options)) {
            throw CLI::ValidationError("--size",
                                       "must be WIDTHxHEIGHT, from 320x240 to 16384x16384");
        }
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : kBadInput;
    }
    return start(options, argv[0]);
}
