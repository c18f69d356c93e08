// The tokens of a stage picture: packets and threads, alone or in rows. Used by stage_svg only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/packet.hpp"
#include "sim/svg.hpp"

namespace sim {

// The palette of Okabe and Ito, darkened where letters stand on white.
namespace svg_colour {
inline constexpr std::string_view ink = "#111418", soft_ink = "#4A525B", border = "#C3C9D0";
inline constexpr std::string_view strong = "#59636E", place = "#F6F7F9", white = "#FFFFFF";
inline constexpr std::string_view packet = "#E69F00", thread = "#0072B2", thread_dark = "#00486F";
inline constexpr std::string_view paused = "#CC79A7", paused_ink = "#3D0F2A", pale = "#DDE2E7";
inline constexpr std::string_view open = "#007355", over = "#B34700", actor = "#F0E442";
}  // namespace svg_colour

// How large the tokens of a lane are, px.
struct TokenSizes {
    int token = 50;  // height of a token
    int row = 62;    // distance of tokens below each other
    int label = 28;  // font of a token
    int note = 25;   // font of the words beside it
};

// A thread with what it holds and what is said about it.
struct ThreadCell {
    enum class Look { running, waiting, calling, paused, outside };
    Look look = Look::outside;
    std::string label;
    bool has_hand = false;
    std::string packet = {};  // what the hand holds; empty: an empty hand
    std::string note = {};
    bool acted = false;  // it did the last fact
};

[[nodiscard]] std::string packet_label(PacketId);

class TokenPainter {
public:
    TokenPainter(Svg& svg, const TokenSizes& sizes) : svg_(svg), sizes_(sizes) {}

    [[nodiscard]] const TokenSizes& sizes() const { return sizes_; }
    [[nodiscard]] SvgFont label_font() const { return {.size = sizes_.label, .bold = true}; }
    [[nodiscard]] SvgFont note_font() const {
        return {.size = sizes_.note, .colour = svg_colour::soft_ink};
    }
    [[nodiscard]] int width(std::string_view label) const;

    void packet(const SvgBox&, std::string_view label);
    void thread(const SvgBox&, const ThreadCell&);
    // A pile of `count` tokens that have no room.
    void more(const SvgBox&, std::size_t count, bool round);
    void words(const SvgBox&, std::string_view);
    // Rows from the top left; what has no room is counted in the last place. Notes are left out
    // when more threads can be shown without them.
    void cells(const SvgBox&, std::vector<ThreadCell>);

private:
    struct Grid {
        int columns = 1, rows = 1, pitch = 1;
        [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(columns * rows); }
    };
    [[nodiscard]] Grid grid(const SvgBox&, const std::vector<ThreadCell>&) const;
    [[nodiscard]] int width(const ThreadCell&) const;
    void cell(int x, int y, int room, const ThreadCell&);

    Svg& svg_;
    TokenSizes sizes_;
};

}  // namespace sim
