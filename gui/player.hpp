// The one cursor of the window: where it is, whether it plays, and how fast. Pure; the app gives
// it the time that has passed.
#pragma once

#include <cstddef>

namespace gui {

class Player {
public:
    // A run of `moments` steps; the cursor may stand at 0 … moments. Opens paused at the start.
    explicit Player(std::size_t moments = 0) : moments_(moments) {}

    [[nodiscard]] std::size_t cursor() const { return cursor_; }
    [[nodiscard]] std::size_t moments() const { return moments_; }
    [[nodiscard]] bool playing() const { return playing_; }
    [[nodiscard]] bool at_end() const { return cursor_ >= moments_; }
    [[nodiscard]] double steps_per_second() const;
    // 0 when it was just there, 1 when the next step is due; 0 while paused.
    [[nodiscard]] double progress() const { return playing_ ? due_ : 0; }

    // Playing at the end starts again from the start: the end is not a trap.
    void toggle_play();
    void pause() { playing_ = false; }
    void seek(std::size_t moment);   // clamped; pauses
    void step(std::ptrdiff_t by);    // clamped; pauses
    void change_speed(int notches);  // each notch doubles or halves
    // Time passes. Stops at the end.
    void advance(double seconds);

private:
    std::size_t moments_;
    std::size_t cursor_ = 0;
    bool playing_ = false;
    int notch_ = 1;
    double due_ = 0;  // steps owed, 0 … 1
};

}  // namespace gui
