// The words of the window: one table, text.def, so that they can be translated and proof-read.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>

namespace gui {

enum class Text : std::uint8_t {
#define TEXT(id, english) id,
#include "gui/text.def"
#undef TEXT
};

[[nodiscard]] const char* text(Text);

// The same with {} filled in.
template <class... Args>
[[nodiscard]] std::string text(Text id, Args&&... args) {
    return fmt::format(fmt::runtime(text(id)), std::forward<Args>(args)...);
}

}  // namespace gui
