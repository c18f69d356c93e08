// Colours by meaning, for a projector: light, high contrast, from the palette of Okabe and Ito, so
// that they stay apart for colour-blind eyes. Shape and texture always say the same thing again.
#pragma once

#include <cstdint>

namespace gui {

using Colour = std::uint32_t;  // as Dear ImGui packs it: 0xAABBGGRR

[[nodiscard]] constexpr Colour rgb(std::uint32_t hex, std::uint32_t alpha = 0xFF) {
    return (alpha << 24) | ((hex & 0xFF) << 16) | (hex & 0xFF00) | (hex >> 16);
}
[[nodiscard]] constexpr Colour faded(Colour colour, float opacity) {
    const auto alpha = static_cast<float>(colour >> 24) * opacity;
    return (colour & 0x00FFFFFF) | (static_cast<Colour>(alpha + 0.5F) << 24);
}

namespace theme {

inline constexpr Colour window = rgb(0xE9ECEF);
inline constexpr Colour panel = rgb(0xFFFFFF);
inline constexpr Colour place = rgb(0xF6F7F9);  // a box on the stage
inline constexpr Colour border = rgb(0xC3C9D0);
inline constexpr Colour strong_border = rgb(0x59636E);
inline constexpr Colour ink = rgb(0x111418);       // text
inline constexpr Colour soft_ink = rgb(0x4A525B);  // secondary text, still 7:1 on white
inline constexpr Colour link = rgb(0x005A96);
inline constexpr Colour flow = rgb(0xB4BCC6);  // arrows between places

inline constexpr Colour packet = rgb(0xE69F00);
inline constexpr Colour packet_ink = rgb(0x111418);
inline constexpr Colour thread = rgb(0x0072B2);  // running: filled; waiting: outlined
inline constexpr Colour thread_ink = rgb(0xFFFFFF);
inline constexpr Colour thread_dark = rgb(0x00486F);
inline constexpr Colour paused = rgb(0xCC79A7);
inline constexpr Colour paused_ink = rgb(0x3D0F2A);
inline constexpr Colour outside = rgb(0xDDE2E7);
inline constexpr Colour outside_ink = rgb(0x2A3138);

inline constexpr Colour open = rgb(0x007355);  // the gate lets somebody through
inline constexpr Colour full = rgb(0x111418);
inline constexpr Colour over = rgb(0xB34700);  // more active threads than the limit
inline constexpr Colour agree = rgb(0x007355);
inline constexpr Colour differ = rgb(0xB34700);
inline constexpr Colour undecided = rgb(0x59636E);
inline constexpr Colour current = rgb(0xFFF1C7);  // the line of the last fact
inline constexpr Colour actor = rgb(0xF0E442);    // ring around who did the last fact

}  // namespace theme

// Sets Dear ImGui's own colours and sizes to match; `em` is the text size.
void apply_theme(float em);

}  // namespace gui
