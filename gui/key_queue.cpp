#include "gui/key_queue.hpp"

#include <algorithm>

namespace gui {
namespace {

// GLFW's numbers; window.cpp asserts that they are the same.
constexpr int kPress = 1, kRepeat = 2, kLeftShift = 340, kRightSuper = 347;

bool is_modifier(int key) {
    return key >= kLeftShift && key <= kRightSuper;
}

}  // namespace

std::vector<KeyEvent> KeyQueue::next_frame() {
    std::vector<KeyEvent> frame;
    bool pressed = false;
    while (!events_.empty()) {
        const KeyEvent& event = events_.front();
        if (event.character == 0 && event.action != kRepeat) {
            const bool again = std::any_of(frame.begin(), frame.end(), [&](const KeyEvent& each) {
                return each.character == 0 && each.key == event.key;
            });
            // A modifier that is let go behind a press must not change what was pressed.
            if (pressed || again) break;
            pressed = event.action == kPress && !is_modifier(event.key);
        }
        frame.push_back(event);
        events_.pop_front();
    }
    return frame;
}

}  // namespace gui
