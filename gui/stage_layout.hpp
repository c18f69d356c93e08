// Where everything stands on a stage: a pure function from the state of a port to placed boxes and
// tokens. The places are fixed, so a token that changes its place visibly moves. Nothing overlaps,
// nothing leaves its box; what has no room is counted in a "+57" token.
//
//     ┌ bound handles ────────────┐ ┌ gate ┐ ┌ released ─┐
//     ├ queue ─ oldest at exit ─► ┤ │ 2/4  │ │ T4 (5)    │
//     ┌ outside ──┐ ┌ waiting ────┴─┴──┐     ┌ paused ───┐
//     ├ in call ──┤ │       T2 ◄ next  │     │ T1 sleep  │
//     └───────────┘ └──────────────────┘     └───────────┘
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gui/geometry.hpp"
#include "sim/stage.hpp"
#include "sim/trace.hpp"

namespace gui {

enum class Place : std::uint8_t {
    handles,
    queue,
    gate,
    released,
    paused,
    waiting,
    outside,
    in_call,
};
inline constexpr std::size_t kPlaceCount = 8;

// How a token looks; place first, then shape, then texture, then colour (never colour alone).
enum class Look : std::uint8_t {
    packet,      // filled circle with its number
    empty_hand,  // dashed circle
    running,     // solid rounded square
    waiting,     // outlined
    paused,      // hatched
    calling,     // dashed outline
    outside,     // pale
    ended,       // pale, struck through
    more,        // "+57": a pile of tokens that have no room
};

struct Token {
    Look look = Look::more;
    Place place = Place::outside;
    bool is_packet = false;  // its id is a PacketId, else a ThreadId
    bool acted = false;      // it did the last fact
    std::uint32_t id = 0;    // PacketId or ThreadId; unused for empty hands and "more"
    Rect rect;
    Rect note_rect;     // empty when there is no note
    std::string label;  // "T4", "12", "+57"
    std::string note;   // "CPU 0", "sleeps", "next to wake"
};

struct PlaceBox {
    Rect rect;              // with border and title
    Rect content;           // where tokens may be
    std::size_t count = 0;  // how many things are here, shown or not
};

struct StageLayout {
    float em = 16;  // text size of the stage, px
    Rect frame;
    Rect header;  // title of the lane
    std::array<PlaceBox, kPlaceCount> places;
    Rect pipe;                // the tube inside the queue
    Rect gate_number;         // "2 / 4"
    Rect gate_word;           // "open", "full", "over the limit"
    std::vector<Rect> slots;  // one per unit of the limit, or none when there are too many
    std::vector<Token> tokens;
    std::uint32_t active = 0;
    std::uint32_t limit = 1;
    bool created = true;
    bool closed = false;
    bool observed = false;
    std::string port;   // "port P", where there are several; with all its names
    std::string bound;  // the bound handles in words; empty when none is
    std::size_t not_started = 0;
    std::size_t ended = 0;  // threads that are gone and have no token
    Rect outside_words;     // where the two counts above are written; empty when both are 0

    [[nodiscard]] const PlaceBox& at(Place place) const {
        return places[static_cast<std::size_t>(place)];
    }
    [[nodiscard]] PlaceBox& at(Place place) { return places[static_cast<std::size_t>(place)]; }
};

// The text size that a stage in `frame` uses when the window's text size is `em`: as large, unless
// the fixed places would have no room.
[[nodiscard]] float stage_em(const Rect& frame, float em);

// `port` is an index into stage.ports; threads of other ports are shown outside. Names come from
// the header. `frame` is in pixels, `em` is the text size of the stage (stage_em).
[[nodiscard]] StageLayout layout_stage(const sim::Stage&, std::size_t port, const sim::TraceHeader&,
                                       const Rect& frame, float em);

}  // namespace gui
