#include "gui/text.hpp"

#include <array>
#include <cstddef>

namespace gui {
namespace {

constexpr auto kTexts = std::to_array<const char*>({
#define TEXT(id, english) english,
#include "gui/text.def"
#undef TEXT
});

}  // namespace

const char* text(Text id) {
    return kTexts[static_cast<std::size_t>(id)];
}

}  // namespace gui
