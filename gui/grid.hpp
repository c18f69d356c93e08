// Places n equal things in a box, in the roomiest cells that hold them all.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gui/geometry.hpp"

namespace gui {

struct CellSize {
    float w = 0, h = 0;
};

struct Grid {
    std::vector<Rect> cells;  // for the things that are shown, in reading order
    std::size_t choice = 0;   // which of the candidates was taken
    std::size_t hidden = 0;   // how many have no cell of their own
    Rect more;                // the cell of "+hidden"; empty when nothing is hidden
};

// Takes the first candidate that has room for all n; else the last one, with the rest counted in
// `more`. Columns are filled from the top. When the box holds not even one cell, everything is
// hidden and `more` is empty. There must be a candidate.
[[nodiscard]] Grid place_in_grid(const Rect& box, std::size_t n,
                                 std::span<const CellSize> candidates);

}  // namespace gui
