#include "gui/window.hpp"

#include <glad/gl.h>
// glad first: GLFW then does not include the system's OpenGL header.
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "gui/key_queue.hpp"
#include "gui/keys.hpp"
#include "gui/theme.hpp"

namespace gui {

// gui/keys.hpp numbers keys as GLFW does, without including it.
static_assert(key::space == GLFW_KEY_SPACE && key::minus == GLFW_KEY_MINUS &&
              key::digit_0 == GLFW_KEY_0 && key::equal == GLFW_KEY_EQUAL && key::d == GLFW_KEY_D &&
              key::l == GLFW_KEY_L && key::n == GLFW_KEY_N && key::r == GLFW_KEY_R &&
              key::s == GLFW_KEY_S && key::escape == GLFW_KEY_ESCAPE &&
              key::enter == GLFW_KEY_ENTER && key::tab == GLFW_KEY_TAB &&
              key::backspace == GLFW_KEY_BACKSPACE && key::right == GLFW_KEY_RIGHT &&
              key::left == GLFW_KEY_LEFT && key::page_up == GLFW_KEY_PAGE_UP &&
              key::page_down == GLFW_KEY_PAGE_DOWN && key::home == GLFW_KEY_HOME &&
              key::end == GLFW_KEY_END && key::f1 == GLFW_KEY_F1 && key::pad_0 == GLFW_KEY_KP_0 &&
              key::pad_subtract == GLFW_KEY_KP_SUBTRACT && key::pad_add == GLFW_KEY_KP_ADD);

struct Window::Parts {
    GLFWwindow* window = nullptr;
    bool visible = true;
    GLuint canvas = 0, colours = 0;  // where a hidden window draws
    KeyQueue keys;
};

namespace {

constexpr const char* kInstead =
    "use `iocpscope compare FILE` on the terminal, or `iocpscope show FILE --format svg` for a "
    "picture";

std::string last_glfw_error() {
    const char* words = nullptr;
    glfwGetError(&words);
    return words == nullptr ? "no reason was given" : words;
}

// gui/key_queue.cpp knows these numbers.
static_assert(GLFW_PRESS == 1 && GLFW_REPEAT == 2 && GLFW_KEY_LEFT_SHIFT == 340 &&
              GLFW_KEY_RIGHT_SUPER == 347);

KeyQueue& keys_of(GLFWwindow* window) {
    return *static_cast<KeyQueue*>(glfwGetWindowUserPointer(window));
}

// Dear ImGui's own callbacks, which these replace, are called when a frame begins.
void collect_keys(GLFWwindow* window, KeyQueue& keys) {
    glfwSetWindowUserPointer(window, &keys);
    glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int scancode, int action, int modifiers) {
        keys_of(w).push(
            {.key = key, .scancode = scancode, .action = action, .modifiers = modifiers});
    });
    glfwSetCharCallback(window, [](GLFWwindow* w, unsigned character) {
        keys_of(w).push({.character = character});
    });
}

void deal_keys(GLFWwindow* window, KeyQueue& keys) {
    for (const KeyEvent& event : keys.next_frame()) {
        if (event.character != 0)
            ImGui_ImplGlfw_CharCallback(window, event.character);
        else
            ImGui_ImplGlfw_KeyCallback(window, event.key, event.scancode, event.action,
                                       event.modifiers);
    }
}

bool has_display() {
#if defined(__linux__) || defined(__FreeBSD__)
    const auto set = [](const char* name) {
        const char* value = std::getenv(name);
        return value != nullptr && *value != '\0';
    };
    return set("DISPLAY") || set("WAYLAND_DISPLAY");
#else
    return true;
#endif
}

std::string no_opengl(const std::string& found) {
    return fmt::format(
        "the window needs OpenGL 3.3, and this computer offers less ({}); try "
        "LIBGL_ALWAYS_SOFTWARE=1 with the package libgl1-mesa-dri, or {}",
        found, kInstead);
}

void set_hints(bool visible) {
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_VISIBLE, visible ? GLFW_TRUE : GLFW_FALSE);
    // A hidden window draws into a canvas of its own, so its own size need not fit any screen.
    glfwWindowHint(GLFW_RESIZABLE, visible ? GLFW_TRUE : GLFW_FALSE);
}

}  // namespace

std::unique_ptr<Window> Window::open(const Options& options, std::string& problem) {
    if (!has_display()) {
        problem = fmt::format("no display was found (DISPLAY and WAYLAND_DISPLAY are not set); {}",
                              kInstead);
        return nullptr;
    }
    if (glfwInit() == GLFW_FALSE) {
        problem = fmt::format("no window can be opened here ({}); {}", last_glfw_error(), kInstead);
        return nullptr;
    }
    auto parts = std::make_unique<Parts>();
    parts->visible = options.visible;
    set_hints(options.visible);
    const int w = options.visible ? options.width : 64, h = options.visible ? options.height : 64;
    parts->window = glfwCreateWindow(w, h, "iocpscope", nullptr, nullptr);
    if (parts->window == nullptr) {
        problem = no_opengl(last_glfw_error());
        glfwTerminate();
        return nullptr;
    }
    glfwMakeContextCurrent(parts->window);
    const int version = gladLoadGL(glfwGetProcAddress);
    if (version < GLAD_MAKE_VERSION(3, 3)) {
        problem = no_opengl(
            fmt::format("{}.{}", GLAD_VERSION_MAJOR(version), GLAD_VERSION_MINOR(version)));
        glfwDestroyWindow(parts->window);
        glfwTerminate();
        return nullptr;
    }
    std::unique_ptr<Window> window(new Window(std::move(parts)));
    window->width_ = options.width;
    window->height_ = options.height;
    if (!options.visible) window->make_canvas();
    return window;
}

Window::Window(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
    glfwSwapInterval(1);
    if (parts_->visible)
        glfwSetWindowSizeLimits(parts_->window, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    ImGui_ImplGlfw_InitForOpenGL(parts_->window, parts_->visible);
    ImGui_ImplOpenGL3_Init("#version 330 core");
    if (parts_->visible) collect_keys(parts_->window, parts_->keys);
}

Window::~Window() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
    glfwDestroyWindow(parts_->window);
    glfwTerminate();
}

void Window::make_canvas() {
    glGenRenderbuffers(1, &parts_->colours);
    glBindRenderbuffer(GL_RENDERBUFFER, parts_->colours);
    glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, width_, height_);
    glGenFramebuffers(1, &parts_->canvas);
    glBindFramebuffer(GL_FRAMEBUFFER, parts_->canvas);
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER,
                              parts_->colours);
}

bool Window::should_close() const {
    return glfwWindowShouldClose(parts_->window) == GLFW_TRUE;
}

void Window::set_title(const std::string& title) {
    glfwSetWindowTitle(parts_->window, title.c_str());
}

void Window::wait(double seconds) {
    // Keys that are left over from a slow frame wait no longer.
    if (seconds > 0 && parts_->keys.empty()) {
        glfwWaitEventsTimeout(seconds);
    } else {
        glfwPollEvents();
    }
    if (parts_->visible) glfwGetWindowSize(parts_->window, &width_, &height_);
}

double Window::seconds() const {
    return glfwGetTime();
}

Fonts Window::load_fonts(const FontFiles& files, const FrameLayout& frame) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    const Fonts fonts = build_fonts(files, frame);
    ImGui_ImplOpenGL3_CreateFontsTexture();
    apply_theme(frame.em);
    return fonts;
}

void Window::begin_frame() {
    deal_keys(parts_->window, parts_->keys);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    if (!parts_->visible) {
        ImGuiIO& io = ImGui::GetIO();
        io.DisplaySize = {static_cast<float>(width_), static_cast<float>(height_)};
        io.DisplayFramebufferScale = {1, 1};
        io.MousePos = {-1, -1};
    }
    ImGui::NewFrame();
}

void Window::end_frame() {
    ImGui::Render();
    int w = width_, h = height_;
    if (parts_->visible) glfwGetFramebufferSize(parts_->window, &w, &h);
    glBindFramebuffer(GL_FRAMEBUFFER, parts_->canvas);
    glViewport(0, 0, w, h);
    glClearColor(0.914F, 0.925F, 0.937F, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    if (parts_->visible) glfwSwapBuffers(parts_->window);
}

Image Window::picture() {
    Image image{width_, height_, {}};
    const auto row = static_cast<std::size_t>(width_) * 4;
    image.rgba.resize(row * static_cast<std::size_t>(height_));
    glBindFramebuffer(GL_FRAMEBUFFER, parts_->canvas);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width_, height_, GL_RGBA, GL_UNSIGNED_BYTE, image.rgba.data());
    // OpenGL counts rows from the bottom; and a picture is opaque.
    auto* pixels = image.rgba.data();
    for (int y = 0; y < height_ / 2; ++y) {
        auto* top = pixels + row * static_cast<std::size_t>(y);
        std::swap_ranges(top, top + row, pixels + row * static_cast<std::size_t>(height_ - 1 - y));
    }
    for (std::size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 0xFF;
    return image;
}

}  // namespace gui
