// The window of the operating system, with OpenGL 3.3 in it. Only window.cpp knows GLFW and glad.
#pragma once

#include <memory>
#include <string>

#include "gui/fonts.hpp"
#include "gui/png.hpp"

namespace gui {

class Window {
public:
    struct Options {
        int width = 1280, height = 800;
        bool visible = true;  // false: for pictures; nothing appears on the screen
    };
    // Null, and a sentence in `problem`, when there is no display or no OpenGL 3.3.
    [[nodiscard]] static std::unique_ptr<Window> open(const Options&, std::string& problem);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    [[nodiscard]] bool should_close() const;
    void set_title(const std::string&);
    // Takes input; waits for it at most `seconds`.
    void wait(double seconds);
    [[nodiscard]] double seconds() const;  // since the program began
    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }

    // Loads the fonts and gives their picture to OpenGL. Not between begin_frame and end_frame.
    [[nodiscard]] Fonts load_fonts(const FontFiles&, const FrameLayout&);
    void begin_frame();
    void end_frame();               // draws what was built since begin_frame
    [[nodiscard]] Image picture();  // of the last frame; for windows that are not visible

private:
    struct Parts;
    explicit Window(std::unique_ptr<Parts>);
    void make_canvas();

    std::unique_ptr<Parts> parts_;
    int width_ = 0, height_ = 0;
};

}  // namespace gui
