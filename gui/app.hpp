// The window's program without a window: what is open, where the cursor is, and how requests of the
// panels are carried out. Knows neither GLFW nor OpenGL, so that tests can run it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gui/measurement.hpp"
#include "gui/session.hpp"
#include "gui/view.hpp"

namespace gui {

class App {
public:
    // Without a measurement nothing can be recorded; the right lane then says why.
    explicit App(Session session, std::unique_ptr<Measurement> measurement = nullptr);
    // Nothing could be opened: the window shows these words instead.
    explicit App(std::string problems);

    void seek(std::size_t moment);
    // To a fact of the file that was opened, counted as `iocpscope show` does: a measurement's own,
    // else the model's.
    void seek_fact(std::size_t step);
    void set_animated(bool animated) { animated_ = animated; }
    void set_scale(float scale) { scale_ = scale; }
    [[nodiscard]] float scale() const { return scale_; }
    [[nodiscard]] const Player& player() const { return player_; }
    [[nodiscard]] std::string window_title() const;

    // Something moves, so the next frame should come soon.
    [[nodiscard]] bool busy() const;
    // Time passes: playing, animation, recording.
    void advance(double seconds);
    // What the panels see; valid until the next call of a member.
    [[nodiscard]] const View& view(const FrameLayout&, const Fonts&);
    // After the panels have drawn.
    void carry_out(const Requests&);

private:
    void carry_out(const Request&);
    void cursor_moved(std::size_t from);
    void seek_dispatch(int direction);
    void seek_difference();
    void next_port();
    void start_recording(bool gated);
    void next_step();
    void record();
    void accept_step();
    void accept_recording();
    void refresh();
    void refresh_lane(std::size_t side, Moment from, Moment to);
    [[nodiscard]] static std::size_t first_name(const sim::TraceHeader&, std::size_t port);
    [[nodiscard]] std::size_t port_of(std::size_t side, std::size_t step) const;

    Session session_;
    std::unique_ptr<Measurement> measurement_;
    Player player_;
    View view_;
    std::optional<std::size_t> chosen_port_;
    float scale_ = 1;
    bool animated_ = true;
    std::size_t moved_from_ = 0;  // the moment that tokens come from
    double moving_for_ = 0;       // seconds since the cursor moved
    bool stale_ = true;           // the lanes of view_ must be looked up again
};

}  // namespace gui
