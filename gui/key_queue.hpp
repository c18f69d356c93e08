// The keyboard, dealt out to frames. Dear ImGui 1.86 looks at each key once per frame, so a key
// that goes down and up while a slow frame is drawn would be lost: presenters' clickers do that.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

namespace gui {

struct KeyEvent {
    int key = 0, scancode = 0, action = 0, modifiers = 0;  // as GLFW reports them
    std::uint32_t character = 0;                           // not 0: a typed character, no key
};

class KeyQueue {
public:
    void push(const KeyEvent& event) { events_.push_back(event); }
    [[nodiscard]] bool empty() const { return events_.empty(); }
    // What the next frame may see: at most one press of a key that is no modifier, and no key
    // twice.
    [[nodiscard]] std::vector<KeyEvent> next_frame();

private:
    std::deque<KeyEvent> events_;
};

}  // namespace gui
