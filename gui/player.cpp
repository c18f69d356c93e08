#include "gui/player.hpp"

#include <algorithm>
#include <cmath>

namespace gui {
namespace {

constexpr int kSlowest = -2, kFastest = 12;  // a quarter of a step … 4096 steps a second

}  // namespace

double Player::steps_per_second() const {
    return std::ldexp(1.0, notch_);
}

void Player::toggle_play() {
    playing_ = !playing_;
    due_ = 0;
    if (playing_ && at_end()) cursor_ = 0;
    if (moments_ == 0) playing_ = false;
}

void Player::seek(std::size_t moment) {
    pause();
    cursor_ = std::min(moment, moments_);
}

void Player::step(std::ptrdiff_t by) {
    pause();
    if (by < 0) {
        const auto back = static_cast<std::size_t>(-by);
        cursor_ = back > cursor_ ? 0 : cursor_ - back;
    } else {
        cursor_ = std::min(moments_, cursor_ + static_cast<std::size_t>(by));
    }
}

void Player::change_speed(int notches) {
    notch_ = std::clamp(notch_ + notches, kSlowest, kFastest);
}

void Player::advance(double seconds) {
    if (!playing_ || seconds <= 0) return;
    due_ += seconds * steps_per_second();
    const double whole = std::floor(due_);
    due_ -= whole;
    const double room = static_cast<double>(moments_ - cursor_);
    cursor_ += static_cast<std::size_t>(std::min(whole, room));
    if (at_end()) pause();
}

}  // namespace gui
