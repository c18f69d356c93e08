#include "gui/grid.hpp"

#include <cmath>

namespace gui {
namespace {

struct Shape {
    std::size_t columns = 0, rows = 0;
    [[nodiscard]] std::size_t capacity() const { return columns * rows; }
};

// A hair of slack, so that a box computed as exactly four rows high holds four rows.
std::size_t how_many(float room, float each) {
    return each <= 0 || room < 0 ? 0 : static_cast<std::size_t>(std::floor(room / each + 0.001F));
}

Shape shape_of(const Rect& box, CellSize cell) {
    return {.columns = how_many(box.w, cell.w), .rows = how_many(box.h, cell.h)};
}

Rect cell_at(const Rect& box, const Shape& shape, CellSize cell, std::size_t i) {
    const auto column = static_cast<float>(i / shape.rows);
    const auto row = static_cast<float>(i % shape.rows);
    return {box.x + column * cell.w, box.y + row * cell.h, cell.w, cell.h};
}

}  // namespace

Grid place_in_grid(const Rect& box, std::size_t n, std::span<const CellSize> candidates) {
    Grid grid;
    while (grid.choice + 1 < candidates.size() &&
           shape_of(box, candidates[grid.choice]).capacity() < n) {
        ++grid.choice;
    }
    const CellSize cell = candidates[grid.choice];
    const Shape shape = shape_of(box, cell);
    std::size_t shown = n;
    if (n > shape.capacity()) {
        shown = shape.capacity() == 0 ? 0 : shape.capacity() - 1;
        grid.hidden = n - shown;
        if (shape.capacity() > 0) grid.more = cell_at(box, shape, cell, shown);
    }
    grid.cells.reserve(shown);
    for (std::size_t i = 0; i < shown; ++i) grid.cells.push_back(cell_at(box, shape, cell, i));
    return grid;
}

}  // namespace gui
