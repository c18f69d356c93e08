// Writes a picture file.
#pragma once

#include <string>
#include <vector>

namespace gui {

struct Image {
    int width = 0, height = 0;
    std::vector<unsigned char> rgba;  // top row first
};

// Writes to a temporary file beside `path` and renames it, so that a failed save never destroys the
// file that was there. Returns what went wrong, or nothing.
[[nodiscard]] std::string write_png(const std::string& path, const Image&);

}  // namespace gui
