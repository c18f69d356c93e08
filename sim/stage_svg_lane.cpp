#include "sim/stage_svg_lane.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/bound_words.hpp"
#include "sim/gated.hpp"
#include "sim/stage_svg_tokens.hpp"

namespace sim {
namespace {

using Look = ThreadCell::Look;
namespace colour = svg_colour;

constexpr int kHeader = 54, kFooter = 78, kTitle = 42;  // px
constexpr SvgFont kTitleFont{.size = 25, .bold = true, .colour = colour::soft_ink};

// A lane at least this wide has the places in three columns, a narrower one in two.
constexpr int kWide = 1'000;

std::string_view reason_note(Reason reason) {
    switch (reason) {
        case Reason::sleep: return "sleeps";
        case Reason::event: return "event";
        case Reason::lock: return "lock";
        case Reason::io: return "I/O";
        case Reason::join: return "join";
        case Reason::suspended: return "suspended";
        case Reason::port: return "port";
        case Reason::unannounced: return "unannounced";
        case Reason::none: break;
    }
    return "";
}

// At most four digits and a word.
std::string short_count(std::uint64_t n) {
    if (n < 100'000) return fmt::format("{}", n);
    if (n < 1'000'000) return fmt::format("{} thousand", n / 1'000);
    return fmt::format("{}.{} million", n / 1'000'000, n / 100'000 % 10);
}

class LanePainter {
public:
    LanePainter(Svg& svg, const StageView& view, const SvgBox& lane)
        : svg_(svg),
          view_(view),
          lane_(lane),
          wide_(lane.w >= kWide),
          tokens_(svg,
                  wide_
                      ? TokenSizes{}
                      : TokenSizes{.token = 40, .row = 49, .label = 24, .note = kStageSvgSmallest}),
          which_(shown_port(view.stage)) {
        if (which_ < view.stage.ports.size()) port_ = view.stage.ports[which_];
    }

    void draw() {
        if (wide_)
            arrange_wide();
        else
            arrange_narrow();
        frame();
        handles();
        queue();
        gate();
        stack();
        threads(released_, "Released", port_.released, Look::running);
        threads(paused_, "Paused", port_.paused, Look::paused);
        threads(outside_, "Outside", view_.stage.outside, Look::outside);
        if (view_.stage.observed) threads(in_call_, "In the call", port_.in_call, Look::calling);
        flows();
        footer();
    }

private:
    // A box with a title.
    struct Place : SvgBox {
        [[nodiscard]] SvgBox content() const {
            return {x + 14, y + kTitle + 2, w - 28, h - kTitle - 12};
        }
    };

    // -- the fixed places ----------------------------------------------------------------------
    [[nodiscard]] SvgBox inside() const {
        return {lane_.x + 18, lane_.y + kHeader, lane_.w - 36, lane_.h - kHeader - kFooter};
    }

    void arrange_wide() {
        const SvgBox in = inside();
        const int gap_x = 44, gap_y = 34;
        const int left = in.w * 36 / 100, middle = (in.w - left - 2 * gap_x) / 2;
        const int top = (in.h - gap_y) / 2, bottom = in.h - top - gap_y;
        const int x1 = in.x + left + gap_x, x2 = x1 + middle + gap_x, y1 = in.y + top + gap_y;
        handles_ = {{in.x, in.y, left, kTitle + 6}};
        queue_ = {{in.x, handles_.bottom() + 10, left, top - handles_.h - 10}};
        gate_ = {{x1, in.y, middle, top}};
        released_ = {{x2, in.y, in.right() - x2, top}};
        waiting_ = {{x1, y1, middle, bottom}};
        paused_ = {{x2, y1, in.right() - x2, bottom}};
        outside_ = {{in.x, y1, left, bottom}};
        if (!view_.stage.observed) return;
        outside_.h = (bottom - 12) / 2;
        in_call_ = {{in.x, outside_.bottom() + 12, left, in.bottom() - outside_.bottom() - 12}};
    }

    void arrange_narrow() {
        const SvgBox in = inside();
        const int gap = 28, top = 196;
        const int left = in.w * 55 / 100, x1 = in.x + left + gap, y1 = in.y + top + gap;
        handles_ = {{in.x, in.y, in.w * 43 / 100, kTitle}};
        queue_ = {{in.x, handles_.bottom() + 8, handles_.w, top - handles_.h - 8}};
        gate_ = {{queue_.right() + gap, in.y, in.right() - queue_.right() - gap, top}};
        const int below = in.bottom() - y1, outside = 106;
        waiting_ = {{in.x, y1, left, below - outside - 12}};
        outside_ = {{in.x, in.bottom() - outside, left, outside}};
        const int released = (below - gap) * 56 / 100;
        released_ = {{x1, y1, in.right() - x1, released}};
        paused_ = {{x1, y1 + released + gap, in.right() - x1, below - released - gap}};
        if (!view_.stage.observed) return;
        outside_.w = (left - 12) * 40 / 100;
        in_call_ = {{outside_.right() + 12, outside_.y, left - outside_.w - 12, outside}};
    }

    void frame() {
        svg_.rect(lane_.inset(2),
                  {.fill = colour::white, .stroke = colour::strong, .stroke_width = 3}, 10);
        if (view_.stage.observed)
            svg_.rect(lane_.inset(9), {.stroke = colour::strong, .stroke_width = 2}, 6);
        std::string lane = view_.header.lane + (view_.stage.observed ? " — as observed" : "");
        if (const std::string port = port_words(port_, view_.header); !port.empty())
            lane += " — " + port;
        const SvgFont font =
            fitting(lane, {.size = 30, .bold = true}, lane_.w - 60, kStageSvgSmallest);
        svg_.text(lane_.x + 28, lane_.y + 44, shortened(lane, font, lane_.w - 60), font);
    }

    void place(const SvgBox& box, std::string_view title, const std::string& number) {
        svg_.rect(box, {.fill = colour::place, .stroke = colour::border, .stroke_width = 2}, 8);
        int room = box.w - 28;
        const SvgFont bold{.size = 25, .bold = true};
        const int taken = text_width(number, bold) + 12;
        // A long number gives way to the title: the tokens count what they do not show.
        if (!number.empty() && text_width(title, kTitleFont) + taken <= room + 12) {
            svg_.text(box.right() - 14, box.y + 32, number, bold, SvgAnchor::end);
            room -= taken;
        }
        const SvgFont font = fitting(title, kTitleFont, room, kStageSvgSmallest);
        svg_.text(box.x + 14, box.y + 32, shortened(title, font, room), font);
    }

    // Bound handles are part of the picture even in lessons that only post.
    void handles() {
        svg_.rect(handles_, {.fill = colour::place, .stroke = colour::border, .stroke_width = 2},
                  8);
        svg_.text(handles_.x + 14, handles_.y + 31, "Bound handles", kTitleFont);
        const SvgFont font = tokens_.note_font();
        const int room = handles_.w - text_width("Bound handles", kTitleFont) - 42;
        const auto most = static_cast<std::size_t>(std::max(room, 0) / text_width("n", font));
        svg_.text(handles_.right() - 14, handles_.y + 31, bound_words(port_, view_.header, most),
                  font, SvgAnchor::end);
    }

    // -- packets -------------------------------------------------------------------------------
    // A pipe: packets come in on the left, the oldest stands at the exit on the right.
    void queue() {
        const bool seen = view_.stage.observed;
        place(queue_, seen ? (wide_ ? "Posted, not returned" : "Not returned") : "Queue (FIFO)",
              port_.queue_length == 0 ? "" : short_count(port_.queue_length));
        const SvgBox in = queue_.content();
        const int height = tokens_.sizes().token + 18;
        pipe_ = {in.x, in.y + std::max(0, (in.h - height - 36) / 2), queue_.right() - in.x, height};
        svg_.rect(pipe_, {.fill = colour::white});
        for (const int y : {pipe_.y, pipe_.bottom()})
            svg_.line(pipe_.x, y, pipe_.right() - 3, y,
                      {.stroke = colour::strong, .stroke_width = 6});
        const SvgBox inside{pipe_.x + 4, pipe_.y + 9, pipe_.w - 18, tokens_.sizes().token};
        packets(inside);
        const SvgFont note = tokens_.note_font();
        const int y = pipe_.bottom() + 32;
        int room = pipe_.w - 14;
        if (port_.queue.empty()) {
            tokens_.words(inside, "empty");
        } else {
            svg_.text(queue_.right() - 14, y, "oldest", note, SvgAnchor::end);
            room -= text_width("oldest", note) + 20;
        }
        const std::string arrived = short_count(port_.inserted) + " arrived";
        if (text_width(arrived, note) <= room) svg_.text(pipe_.x, y, arrived, note);
    }

    void packets(const SvgBox& inside) {
        const int more = tokens_.width(fmt::format("+{}", port_.queue_length));
        const int gap = wide_ ? 10 : 8;
        int right = inside.right();
        std::size_t shown = 0;
        for (const Packet& each : port_.queue) {
            const std::string label = packet_label(each.id);
            const int w = tokens_.width(label);
            // The last one that is shown must leave room for the count of the rest.
            const bool rest = shown + 1 < port_.queue_length;
            if (right - w - (rest ? gap + more : 0) < inside.x) break;
            tokens_.packet({right - w, inside.y, w, inside.h}, label);
            right -= w + gap;
            ++shown;
        }
        if (port_.queue_length > shown)
            tokens_.more({right - more, inside.y, more, inside.h}, port_.queue_length - shown,
                         true);
    }

    // -- the gate ------------------------------------------------------------------------------
    struct Sign {
        std::string_view word, colour;
        bool barred;
    };
    [[nodiscard]] Sign sign() const {
        if (!port_.created) return {"not created yet", colour::soft_ink, true};
        if (port_.closed) return {"port closed", colour::ink, true};
        if (port_.active > port_.limit) return {"over the limit", colour::over, true};
        if (port_.active == port_.limit) return {"full", colour::ink, true};
        // A thread that was seen in its call may be released already.
        if (view_.stage.observed) return {"not seen full", colour::soft_ink, false};
        return {"open", colour::open, false};
    }

    // A barrier as at a level crossing: across the way when nobody is let through.
    void barrier(int middle, int y, int half, const Sign& sign) {
        const int x = middle - half;
        svg_.rect({x - 8, y - 8, 16, 40}, {.fill = sign.colour}, 3);
        svg_.line(x, y, sign.barred ? x + 2 * half : x + half, sign.barred ? y : y - 36,
                  {.stroke = sign.colour, .stroke_width = 8});
    }

    void gate() {
        const Sign s = sign();
        svg_.rect(gate_, {.fill = colour::white, .stroke = s.colour, .stroke_width = 5}, 8);
        svg_.text(gate_.x + 16, gate_.y + 34, "Gate", kTitleFont);
        // Wide lanes: number above the barrier. Narrow ones: beside it.
        const int half = wide_ ? gate_.w : gate_.w / 2;
        const int number_x = gate_.x + half / 2;
        const int sign_x = gate_.right() - half / 2;
        const int number_y = gate_.y + (wide_ ? 116 : 114);
        const std::string limit = port_.limit > 9'999 ? "any" : fmt::format("{}", port_.limit);
        const std::string number =
            port_.created ? fmt::format("{} / {}", port_.active, limit) : "– / " + limit;
        svg_.text(number_x, number_y, number,
                  fitting(number, {.size = 66, .bold = true}, half - 20, kStageSvgSmallest),
                  SvgAnchor::middle);
        const std::string_view unit = view_.stage.observed ? "seen / limit" : "active / limit";
        svg_.text(number_x, number_y + 36, unit, tokens_.note_font(), SvgAnchor::middle);
        barrier(sign_x, wide_ ? gate_.bottom() - 92 : gate_.y + 88, std::min(80, half / 2 - 30), s);
        svg_.text(sign_x, wide_ ? gate_.bottom() - 22 : number_y + 36, s.word,
                  fitting(s.word, {.size = 30, .bold = true, .colour = s.colour}, half - 24,
                          kStageSvgSmallest),
                  SvgAnchor::middle);
    }

    // -- threads -------------------------------------------------------------------------------
    [[nodiscard]] ThreadCell cell(const StageThread& thread, Look look) const {
        ThreadCell cell{.look = look,
                        .label = shortened(thread_name(view_.header, thread.id),
                                           tokens_.label_font(), wide_ ? 170 : 120),
                        .acted = thread.posted_last};
        cell.has_hand =
            look == Look::running || (look == Look::paused && thread.hand != PacketId::none);
        if (thread.hand != PacketId::none) cell.packet = packet_label(thread.hand);
        if (look == Look::running && thread.cpu >= 0) cell.note = fmt::format("CPU {}", thread.cpu);
        if (look != Look::paused && look != Look::outside) return cell;
        cell.note = reason_note(thread.reason);
        if (thread.reason == Reason::event && thread.event != EventId::none)
            cell.note = fmt::format("event {}", event_name(view_.header, thread.event));
        return cell;
    }

    void threads(const Place& box, std::string_view title, const std::vector<StageThread>& threads,
                 Look look) {
        place(box, title, threads.empty() ? "" : fmt::format("{}", threads.size()));
        std::vector<ThreadCell> cells;
        for (const StageThread& each : threads) cells.push_back(cell(each, look));
        tokens_.cells(box.content(), std::move(cells));
    }

    // The stack stands in a tray: the thread that began to wait last is on top, next to wake. Of
    // an observed stack only the order in which it was seen is known.
    void stack() {
        const auto& waiting = port_.waiting;
        place(waiting_, view_.stage.observed ? "Seen waiting" : "Waiting (LIFO)",
              waiting.empty() ? "" : fmt::format("{}", waiting.size()));
        const SvgBox in = waiting_.content();
        const int row = tokens_.sizes().row, token = tokens_.sizes().token;
        const auto room = static_cast<std::size_t>(std::max(1, (in.h - 10) / row));
        const std::size_t shown = waiting.size() <= room ? waiting.size() : room - 1;
        int widest = tokens_.width("+0000");
        for (const StageThread& each : waiting)
            widest = std::max(widest, tokens_.width(cell(each, Look::waiting).label));
        const int x = in.x + 12, right = x + widest + 12;
        const SvgPaint tray{.stroke = colour::strong, .stroke_width = 5};
        svg_.line(in.x, in.y, in.x, in.bottom(), tray);
        svg_.line(in.x, in.bottom(), right, in.bottom(), tray);
        svg_.line(right, in.y, right, in.bottom(), tray);
        // It fills from below.
        const std::size_t lines = shown + (shown < waiting.size() ? 1 : 0);
        int y = in.bottom() - static_cast<int>(lines) * row;
        for (std::size_t i = 0; i < shown; ++i, y += row)
            tokens_.thread({x, y, widest, token},
                           cell(waiting[waiting.size() - 1 - i], Look::waiting));
        if (lines > shown) tokens_.more({x, y, widest, token}, waiting.size() - shown, false);
        if (waiting.empty()) tokens_.words({in.x, in.y, right - in.x, in.h}, "none");
        if (shown == 0 || view_.stage.observed) return;
        const int top = in.bottom() - static_cast<int>(lines) * row;
        const SvgFont note = tokens_.note_font();
        svg_.text(right + 12, top + token / 2 + 9,
                  shortened("◄ next to wake", note, in.right() - right - 12), note);
    }

    // -- the ways between the places -----------------------------------------------------------
    void flows() {
        const int y = pipe_.middle_y();
        svg_.arrow(queue_.right() + 4, y, gate_.x - 5, y, colour::strong);
        if (wide_)
            svg_.arrow(gate_.right() + 5, y, released_.x - 4, y, colour::strong);
        else
            down_arrow(released_.middle_x(), gate_, released_);
        const int up = wide_ ? waiting_.x + 90 : gate_.x + 60;
        svg_.arrow(up, waiting_.y - 3, up, gate_.bottom() + 5, colour::strong);
        down_arrow(paused_.x + paused_.w * 2 / 5, released_, paused_);
        const int back = paused_.x + paused_.w * 3 / 5;
        svg_.arrow(back, paused_.y - 3, back, released_.bottom() + 4, colour::strong);
    }
    void down_arrow(int x, const SvgBox& from, const SvgBox& to) {
        svg_.arrow(x, from.bottom() + 4, x, to.y - 3, colour::strong);
    }

    // What the picture leaves out.
    [[nodiscard]] std::string left_out() const {
        std::string text;
        const auto say = [&](const std::string& words) {
            text += text.empty() ? words : " · " + words;
        };
        if (is_gated(view_.header)) say(std::string(kGatedWords));
        for (std::size_t p = 0; p < view_.stage.ports.size(); ++p) {
            const StagePort& other = view_.stage.ports[p];
            if (p != which_ && other.same_as == PortId::none)
                say(fmt::format("{}: {} / {} active, {} queued, {} waiting",
                                port_words(other, view_.header), other.active, other.limit,
                                other.queue_length, other.waiting.size()));
        }
        if (view_.stage.not_started > 0)
            say(fmt::format("{} not started", view_.stage.not_started));
        if (!view_.stage.ended.empty()) say(fmt::format("{} exited", view_.stage.ended.size()));
        if (port_.discarded > 0) say(fmt::format("{} packets discarded", port_.discarded));
        return text;
    }

    void footer() {
        const std::string rest = left_out();
        const int width = lane_.w - 52, x = lane_.x + 26;
        const SvgFont font = {.size = wide_ ? 27 : 24};
        int y = lane_.bottom() - 47;
        for (const std::string& line : wrapped(view_.caption, font, width, rest.empty() ? 2 : 1)) {
            svg_.text(x, y, line, font);
            y += 31;
        }
        if (!rest.empty())
            svg_.text(x, lane_.bottom() - 16, shortened(rest, tokens_.note_font(), width),
                      tokens_.note_font());
    }

    Svg& svg_;
    const StageView& view_;
    SvgBox lane_;
    bool wide_;
    TokenPainter tokens_;
    std::size_t which_;
    StagePort port_;
    Place handles_, queue_, gate_, released_, waiting_, paused_, outside_, in_call_;
    SvgBox pipe_;
};

}  // namespace

void draw_lane(Svg& svg, const StageView& view, const SvgBox& lane) {
    LanePainter(svg, view, lane).draw();
}

}  // namespace sim
