#include "gui/stage_draw.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "gui/text.hpp"
#include "sim/explain.hpp"
#include "sim/gated.hpp"

namespace gui {
namespace {

using TokenKey = std::pair<bool, std::uint32_t>;

bool has_identity(const Token& token) {
    return token.look != Look::more && token.look != Look::empty_hand;
}

// What somebody outside does to a port.
bool is_deed(sim::FactKind kind) {
    return kind == sim::FactKind::posted || kind == sim::FactKind::event_set ||
           kind == sim::FactKind::port_closed;
}

float ease(float t) {
    return t * t * (3 - 2 * t);
}

// Draws one stage at one instant between two layouts.
class Painter {
public:
    Painter(ImDrawList& list, const View& view, const LaneView& lane, const StageLayout& layout)
        : list_(list), view_(view), lane_(lane), layout_(layout), em_(layout.em) {}

    void draw(const StageLayout& before) {
        draw_lane_frame(list_, layout_.frame, layout_.observed, em_);
        draw_header();
        draw_flows();
        for (std::size_t i = 0; i < kPlaceCount; ++i) draw_place(static_cast<Place>(i));
        draw_pipe();
        draw_gate();
        draw_notes();
        draw_tokens(before);
    }

private:
    [[nodiscard]] Pen regular(Colour colour = theme::ink) const {
        Pen pen(view_.fonts->stage, colour);
        pen.size = em_;
        return pen;
    }
    [[nodiscard]] Pen bold(Colour colour = theme::ink) const {
        Pen pen(view_.fonts->stage_bold, colour);
        pen.size = em_;
        return pen;
    }

    void draw_header() {
        const Rect& header = layout_.header;
        const std::string time = sim::is_gated(lane_.lane->trace().header)
                                     ? std::string(text(Text::times_mean_nothing))
                                     : sim::format_time(lane_.lane->time_at(lane_.step));
        const float time_w = draw_line(list_, regular(theme::soft_ink), header, time, Align::right);
        Rect room{header.x, header.y, header.w - time_w - em_, header.h};
        const float w = draw_line(list_, bold(), room, lane_.title);
        room = {header.x + w + em_ * 0.6F, header.y, room.w - w - em_ * 0.6F, header.h};
        if (layout_.observed && text_width(regular(), text(Text::lane_as_observed)) <= room.w) {
            const float seen =
                draw_line(list_, regular(theme::soft_ink), room, text(Text::lane_as_observed));
            room = {room.x + seen + em_ * 0.6F, room.y, room.w - seen - em_ * 0.6F, room.h};
        }
        if (!layout_.port.empty() && room.w > em_ * 4)
            draw_line(list_, regular(theme::soft_ink), room, layout_.port);
    }

    [[nodiscard]] const char* title_of(Place place) const {
        const bool seen = layout_.observed;
        switch (place) {
            case Place::handles: return text(Text::place_handles);
            case Place::queue: return text(seen ? Text::place_queue_seen : Text::place_queue);
            case Place::gate: return text(Text::place_gate);
            case Place::released: return text(Text::place_released);
            case Place::paused: return text(Text::place_paused);
            case Place::waiting: return text(seen ? Text::place_waiting_seen : Text::place_waiting);
            case Place::outside: return text(Text::place_outside);
            case Place::in_call: return text(Text::place_in_call);
        }
        return "";
    }

    void draw_place(Place place) {
        const PlaceBox& box = layout_.at(place);
        if (place == Place::gate) return;
        fill(list_, box.rect, theme::place, em_ * 0.35F);
        outline(list_, box.rect, theme::border, std::max(1.0F, em_ * 0.06F), em_ * 0.35F);
        Rect title{box.rect.x + em_ * 0.45F, box.rect.y + em_ * 0.1F, box.rect.w - em_ * 0.9F,
                   em_ * 1.4F};
        if (place != Place::handles && box.count > 0) {
            title.w -= em_ * 0.5F +
                       draw_line(list_, bold(), title, std::to_string(box.count), Align::right);
        }
        draw_line(list_, bold(theme::soft_ink), title, title_of(place));
    }

    // The ways between the places, pale: where tokens will move.
    void draw_flows() {
        const float t = std::max(1.5F, em_ * 0.14F), head = em_ * 0.55F;
        const Rect queue = layout_.at(Place::queue).rect, gate = layout_.at(Place::gate).rect;
        const Rect released = layout_.at(Place::released).rect;
        const Rect waiting = layout_.at(Place::waiting).rect;
        const Rect paused = layout_.at(Place::paused).rect;
        const float y = layout_.pipe.centre().y;
        arrow(list_, {queue.right(), y}, {gate.x, y}, theme::strong_border, t, head);
        arrow(list_, {gate.right(), y}, {released.x, y}, theme::strong_border, t, head);
        arrow(list_, {gate.centre().x, waiting.y}, {gate.centre().x, gate.bottom()},
              theme::strong_border, t, head);
        arrow(list_, {paused.x + paused.w * 0.4F, released.bottom()},
              {paused.x + paused.w * 0.4F, paused.y}, theme::strong_border, t, head);
        arrow(list_, {paused.x + paused.w * 0.6F, paused.y},
              {paused.x + paused.w * 0.6F, released.bottom()}, theme::strong_border, t, head);
    }

    void draw_pipe() {
        const Rect& pipe = layout_.pipe;
        fill(list_, pipe, theme::panel, 0);
        const float wall = std::max(1.5F, em_ * 0.14F);
        list_.AddLine({pipe.x, pipe.y}, {pipe.right(), pipe.y}, theme::strong_border, wall);
        list_.AddLine({pipe.x, pipe.bottom()}, {pipe.right(), pipe.bottom()}, theme::strong_border,
                      wall);
        if (layout_.at(Place::queue).count == 0) {
            draw_line(list_, regular(theme::soft_ink), pipe.inset(em_ * 0.4F),
                      text(Text::queue_empty), Align::centre);
        }
    }

    void draw_gate() {
        const Rect& gate = layout_.at(Place::gate).rect;
        const bool over = layout_.active > layout_.limit;
        const bool full = layout_.active >= layout_.limit;
        // A thread that was seen in its call may be released already: fewer than the limit seen
        // active does not show that the gate is open.
        const bool only_seen = layout_.observed && !full && !layout_.closed;
        const bool not_yet = !layout_.created;
        const Colour state = not_yet                  ? theme::soft_ink
                             : layout_.closed || over ? theme::over
                             : full                   ? theme::full
                             : only_seen              ? theme::soft_ink
                                                      : theme::open;
        fill(list_, gate, theme::panel, em_ * 0.35F);
        outline(list_, gate, state, em_ * (full ? 0.3F : 0.16F), em_ * 0.35F);
        Rect title{gate.x, gate.y + em_ * 0.15F, gate.w, em_ * 1.4F};
        draw_line(list_, bold(theme::soft_ink), title, text(Text::place_gate), Align::centre);
        Pen digits(view_.fonts->gate, state);
        const std::string number = (not_yet ? "\xE2\x80\x93" : std::to_string(layout_.active)) +
                                   " / " + std::to_string(layout_.limit);
        const Rect room{layout_.gate_number.x + em_ * 0.1F, layout_.gate_number.y,
                        layout_.gate_number.w - em_ * 0.2F, layout_.gate_number.h};
        digits.size *= std::min(1.0F, room.w * 0.95F / std::max(text_width(digits, number), 1.0F));
        draw_line(list_, digits, room, number, Align::centre);
        for (std::size_t i = 0; i < layout_.slots.size(); ++i) {
            const bool beyond = i >= layout_.limit;
            const Colour colour = beyond ? theme::over : theme::thread;
            if (i < layout_.active) fill(list_, layout_.slots[i], colour, em_ * 0.15F);
            outline(list_, layout_.slots[i], beyond ? theme::over : theme::thread_dark, em_ * 0.1F,
                    em_ * 0.15F);
        }
        const Text word = not_yet          ? Text::gate_not_yet
                          : layout_.closed ? Text::gate_closed
                          : over           ? Text::gate_over
                          : full           ? Text::gate_full
                          : only_seen      ? Text::gate_seen
                                           : Text::gate_open;
        draw_line(list_, bold(state), layout_.gate_word, text(word), Align::centre);
    }

    // Words for what is empty, and for what has no token.
    void draw_notes() {
        draw_line(list_, regular(), layout_.at(Place::handles).content,
                  layout_.bound.empty() ? text(Text::no_handle_bound) : layout_.bound);
        if (!layout_.observed && layout_.at(Place::in_call).count == 0) {
            draw_line(list_, regular(theme::soft_ink), first_line(Place::in_call),
                      text(Text::call_takes_no_time));
        }
        for (const Place place : {Place::released, Place::paused, Place::waiting}) {
            if (layout_.at(place).count > 0) continue;
            draw_line(list_, regular(theme::soft_ink), first_line(place), text(Text::nobody));
        }
        Rect line = layout_.outside_words;
        line.h = em_ * 1.35F;
        if (layout_.not_started > 0) {
            draw_line(list_, regular(theme::soft_ink), line,
                      text(Text::not_started, layout_.not_started));
            line.y += line.h;
        }
        if (layout_.ended > 0) {
            draw_line(list_, regular(theme::soft_ink), line,
                      text(Text::ended_count, layout_.ended));
        }
    }

    [[nodiscard]] Rect first_line(Place place) const {
        const Rect& content = layout_.at(place).content;
        return {content.x, content.y, content.w, std::min(content.h, em_ * 1.4F)};
    }

    void draw_tokens(const StageLayout& before) {
        const float t = ease(std::clamp(view_.blend, 0.0F, 1.0F));
        std::map<TokenKey, const Token*> came_from;
        if (t < 1) {
            for (const Token& token : before.tokens) {
                if (has_identity(token)) came_from[{token.is_packet, token.id}] = &token;
            }
        }
        std::vector<Token> moving;
        for (Token token : layout_.tokens) {
            token.acted = token.acted || is_subject(token);
            if (t >= 1 || !has_identity(token)) {
                draw_token(list_, *view_.fonts, token, em_, 1);
                continue;
            }
            const auto found = came_from.find({token.is_packet, token.id});
            if (found == came_from.end()) {
                draw_arriving(token, t);
                continue;
            }
            const Token& old = *found->second;
            if (old.rect == token.rect) {
                draw_token(list_, *view_.fonts, token, em_, 1);
            } else {
                token.rect = on_the_way(old.rect, token.rect, token.place, t);
                if (t < 0.5F) token.look = old.look;
                token.note.clear();
                moving.push_back(std::move(token));
            }
            came_from.erase(found);
        }
        for (const auto& [key, token] : came_from) {
            draw_token(list_, *view_.fonts, *token, em_, 1 - t);
        }
        for (const Token& token : moving) draw_token(list_, *view_.fonts, token, em_, 1);
    }

    // A new packet comes from whoever posted it; a new thread appears where it is.
    void draw_arriving(Token token, float t) {
        if (token.is_packet) {
            Rect start = token.rect;
            start.x = layout_.pipe.x;
            start.y = layout_.pipe.centre().y - token.rect.h / 2;
            token.rect = on_the_way(start, token.rect, token.place, t);
        }
        token.note.clear();
        draw_token(list_, *view_.fonts, token, em_, std::min(1.0F, 2 * t));
    }

    // Whoever is released goes through the gate: a curve that passes its centre half way.
    [[nodiscard]] Rect on_the_way(const Rect& from, const Rect& to, Place place, float t) const {
        Rect here = mix(from, to, t);
        const Rect& gate = layout_.at(Place::gate).rect;
        if (place != Place::released || from.x > gate.right()) return here;
        const Point middle = gate.centre();
        const float pull = 4 * t * (1 - t);  // of the curve's bend; 1 half way
        here.x += pull * (middle.x - (from.centre().x + to.centre().x) / 2);
        here.y += pull * (middle.y - (from.centre().y + to.centre().y) / 2);
        return here;
    }

    // Is the token the packet that the last fact tells of, or the main thread when it did it?
    [[nodiscard]] bool is_subject(const Token& token) const {
        if (lane_.step == 0) return false;
        const sim::Fact& fact = lane_.lane->trace().facts[lane_.step - 1];
        if (token.is_packet) return fact.packet == sim::PacketId{token.id};
        return sim::ThreadId{token.id} == sim::ThreadId::none && token.place == Place::outside &&
               fact.thread == sim::ThreadId::none && has_identity(token) && is_deed(fact.kind);
    }

    ImDrawList& list_;
    const View& view_;
    const LaneView& lane_;
    const StageLayout& layout_;
    float em_;
};

}  // namespace

void draw_stage(ImDrawList& list, const View& view, const LaneView& lane, const Rect& frame) {
    const sim::TraceHeader& header = lane.lane->trace().header;
    const float em = view.frame.stage_em;
    const StageLayout layout = layout_stage(lane.stage, lane.port, header, frame, em);
    if (view.blend >= 1) {
        Painter(list, view, lane, layout).draw(layout);
        return;
    }
    const StageLayout before = layout_stage(lane.before, lane.port, header, frame, em);
    Painter(list, view, lane, layout).draw(before);
}

}  // namespace gui
