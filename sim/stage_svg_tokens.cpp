#include "sim/stage_svg_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sim {
namespace {

constexpr int kGap = 10;  // px between the parts of a cell
constexpr std::string_view kToken = "token";

}  // namespace

std::string packet_label(PacketId id) {
    return fmt::format("{}", static_cast<std::uint32_t>(id));
}

int TokenPainter::width(std::string_view label) const {
    return std::max(sizes_.token + 8, text_width(label, label_font()) + sizes_.token / 2);
}

int TokenPainter::width(const ThreadCell& cell) const {
    int w = width(cell.label);
    if (cell.has_hand) w += kGap + width(cell.packet);
    if (!cell.note.empty()) w += kGap + text_width(cell.note, note_font());
    return w;
}

void TokenPainter::packet(const SvgBox& box, std::string_view label) {
    svg_.rect(box,
              {.fill = svg_colour::packet,
               .stroke = svg_colour::ink,
               .stroke_width = 2,
               .css_class = kToken},
              box.h / 2);
    svg_.text_in(box, label, label_font());
}

void TokenPainter::more(const SvgBox& box, std::size_t count, bool round) {
    svg_.rect(box,
              {.fill = svg_colour::white,
               .stroke = svg_colour::strong,
               .stroke_width = 2,
               .dash = "3 4",
               .css_class = kToken},
              round ? box.h / 2 : 9);
    const std::string label = fmt::format("+{}", count);
    svg_.text_in(box, label, label_font());
}

void TokenPainter::words(const SvgBox& box, std::string_view words) {
    svg_.text_in(box, words, note_font());
}

void TokenPainter::thread(const SvgBox& box, const ThreadCell& cell) {
    // Who did the last fact has a ring.
    if (cell.acted)
        svg_.rect(box.inset(-6),
                  {.fill = svg_colour::actor, .stroke = svg_colour::ink, .stroke_width = 2}, 13);
    SvgPaint paint{.fill = svg_colour::thread,
                   .stroke = svg_colour::thread_dark,
                   .stroke_width = 3,
                   .css_class = kToken};
    SvgFont font = label_font();
    switch (cell.look) {
        case ThreadCell::Look::running: font.colour = svg_colour::white; break;
        case ThreadCell::Look::waiting: paint.fill = svg_colour::white; break;
        case ThreadCell::Look::calling:
            paint.fill = svg_colour::white;
            paint.dash = "7 5";
            break;
        case ThreadCell::Look::paused:
            paint.fill = "url(#hatch)";
            paint.stroke = svg_colour::paused;
            font.colour = svg_colour::paused_ink;
            break;
        case ThreadCell::Look::outside:
            paint.fill = svg_colour::pale;
            paint.stroke = svg_colour::strong;
            break;
    }
    svg_.rect(box, paint, 9);
    svg_.text_in(box, cell.label, font);
}

void TokenPainter::cell(int x, int y, int room, const ThreadCell& cell) {
    // A long name gives way to the packet in the thread's hand.
    const int hand_room = cell.has_hand ? kGap + width(cell.packet) : 0;
    const SvgBox body{x, y, std::min(width(cell.label), room - hand_room), sizes_.token};
    ThreadCell fitted = cell;
    fitted.label = shortened(cell.label, label_font(), body.w - 8);
    thread(body, fitted);
    int right = body.right();
    if (cell.has_hand) {
        const SvgBox hand{right + kGap, y, width(cell.packet), sizes_.token};
        if (cell.packet.empty())
            svg_.rect(hand,
                      {.fill = svg_colour::white,
                       .stroke = svg_colour::strong,
                       .stroke_width = 2,
                       .dash = "6 5",
                       .css_class = kToken},
                      sizes_.token / 2);
        else
            packet(hand, cell.packet);
        right = hand.right();
    }
    const int left = x + room - right - kGap;
    if (cell.note.empty() || left < 2 * sizes_.note) return;
    svg_.text(right + kGap, y + sizes_.token / 2 + sizes_.note * 365 / 1000,
              shortened(cell.note, note_font(), left), note_font());
}

TokenPainter::Grid TokenPainter::grid(const SvgBox& box,
                                      const std::vector<ThreadCell>& cells) const {
    int widest = width("+9");
    for (const ThreadCell& each : cells) widest = std::max(widest, width(each));
    Grid grid;
    grid.pitch = std::min(widest, box.w) + 2 * kGap;
    grid.columns = std::max(1, (box.w + 2 * kGap) / grid.pitch);
    grid.rows = std::max(1, (box.h + sizes_.row - sizes_.token) / sizes_.row);
    return grid;
}

void TokenPainter::cells(const SvgBox& box, std::vector<ThreadCell> cells) {
    if (cells.empty()) return words(box, "none");
    Grid places = grid(box, cells);
    if (cells.size() > places.room()) {
        std::vector<ThreadCell> bare = cells;
        for (ThreadCell& each : bare) each.note.clear();
        const Grid more_places = grid(box, bare);
        if (more_places.room() > places.room()) {
            places = more_places;
            cells = std::move(bare);
        }
    }
    const std::size_t shown = cells.size() <= places.room() ? cells.size() : places.room() - 1;
    const int room = places.pitch - 2 * kGap;
    for (std::size_t i = 0; i <= shown && i < cells.size(); ++i) {
        const int x = box.x + static_cast<int>(i) % places.columns * places.pitch;
        const int y = box.y + static_cast<int>(i) / places.columns * sizes_.row;
        const std::string rest = fmt::format("+{}", cells.size() - shown);
        if (i < shown)
            cell(x, y, room, cells[i]);
        else
            more({x, y, std::min(room, width(rest)), sizes_.token}, cells.size() - shown, false);
    }
}

}  // namespace sim
