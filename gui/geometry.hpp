// Rectangles in pixels, y pointing down: all that the layouts need of a screen.
#pragma once

#include <algorithm>

namespace gui {

struct Point {
    float x = 0, y = 0;
    bool operator==(const Point&) const = default;
};

struct Rect {
    float x = 0, y = 0, w = 0, h = 0;

    [[nodiscard]] float right() const { return x + w; }
    [[nodiscard]] float bottom() const { return y + h; }
    [[nodiscard]] Point centre() const { return {x + w / 2, y + h / 2}; }
    [[nodiscard]] bool empty() const { return w <= 0 || h <= 0; }
    [[nodiscard]] bool contains(const Rect& other, float slack = 0.01F) const {
        return other.x >= x - slack && other.y >= y - slack && other.right() <= right() + slack &&
               other.bottom() <= bottom() + slack;
    }
    // Touching edges do not overlap.
    [[nodiscard]] bool overlaps(const Rect& other, float slack = 0.01F) const {
        return x < other.right() - slack && other.x < right() - slack &&
               y < other.bottom() - slack && other.y < bottom() - slack;
    }
    [[nodiscard]] Rect inset(float by) const {
        return {x + by, y + by, std::max(0.0F, w - 2 * by), std::max(0.0F, h - 2 * by)};
    }
    bool operator==(const Rect&) const = default;
};

[[nodiscard]] inline float mix(float a, float b, float t) {
    return a + (b - a) * t;
}
[[nodiscard]] inline Rect mix(const Rect& a, const Rect& b, float t) {
    return {mix(a.x, b.x, t), mix(a.y, b.y, t), mix(a.w, b.w, t), mix(a.h, b.h, t)};
}

}  // namespace gui
