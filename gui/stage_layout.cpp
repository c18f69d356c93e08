#include "gui/stage_layout.hpp"

#include <algorithm>
#include <string_view>

#include "gui/grid.hpp"
#include "gui/stage_boxes.hpp"
#include "gui/text.hpp"
#include "sim/bound_words.hpp"

namespace gui {
namespace {

// All of these are in units of the stage's text size.
constexpr float kToken = 1.9F;  // height of a thread, diameter of a packet
constexpr float kRow = 2.1F;
constexpr float kCloseRow = 1.8F;   // when more must fit
constexpr float kTightRow = 1.55F;  // when many must fit
constexpr float kBetween = 0.16F;   // of a row's height stays free
constexpr float kPair = 0.22F;      // between a thread and its hand
constexpr float kPacketGap = 0.15F;
constexpr float kBold = 0.7F;  // width of a bold character, on the safe side
constexpr float kRegular = 0.6F;
constexpr std::size_t kMaxSlots = 8;

std::string_view name_of(const std::vector<std::string>& names, std::size_t i) {
    return i < names.size() ? std::string_view(names[i]) : std::string_view("?");
}

// A thread without an id is the one that runs the scenario from outside.
std::string_view name_of(const sim::StageThread& thread, const sim::TraceHeader& header) {
    if (thread.id == sim::ThreadId::none) return text(Text::main_thread);
    return name_of(header.threads, sim::index(thread.id));
}

float thread_width(const sim::StageThread& thread, const sim::TraceHeader& header) {
    const auto chars = static_cast<float>(name_of(thread, header).size());
    return std::clamp(chars * kBold + 0.8F, 2.25F, 5.6F);
}

std::string reason_note(const sim::StageThread& thread, const sim::TraceHeader& header) {
    switch (thread.reason) {
        case sim::Reason::none: return {};
        case sim::Reason::sleep: return text(Text::reason_sleep);
        case sim::Reason::event:
            return text(Text::reason_event, name_of(header.events, sim::index(thread.event)));
        case sim::Reason::lock: return text(Text::reason_lock);
        case sim::Reason::io: return text(Text::reason_io);
        case sim::Reason::join: return text(Text::reason_join);
        case sim::Reason::suspended: return text(Text::reason_suspended);
        case sim::Reason::port: return text(Text::reason_port);
        case sim::Reason::unannounced: return text(Text::reason_unannounced);
    }
    return {};
}

// One stage in the making.
class Builder {
public:
    Builder(const sim::Stage& stage, std::size_t port, const sim::TraceHeader& header,
            const Rect& frame, float em)
        : stage_(stage), port_(port), header_(header) {
        out_.em = em;
        out_.frame = frame;
        out_.observed = stage.observed;
        out_.not_started = stage.not_started;
    }

    StageLayout build() {
        place_boxes(out_);
        place_outside();
        if (port_ < stage_.ports.size()) {
            const sim::StagePort& port = stage_.ports[port_];
            out_.port = sim::port_words(port, header_);
            place_gate(port);
            name_bound(port);
            place_queue(port);
            place_waiting(port);
            place_working(Place::released, port.released);
            place_working(Place::paused, port.paused);
            place_calling(port);
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] float em(float units) const { return units * out_.em; }

    // One line of words; a letter is a bit over half as wide as high.
    void name_bound(const sim::StagePort& port) {
        out_.at(Place::handles).count = port.bound.size();
        if (port.bound.empty() && header_.handles.empty()) return;
        const auto most = static_cast<std::size_t>(out_.at(Place::handles).content.w / em(0.58F));
        out_.bound = sim::bound_words(port, header_, most);
    }

    void place_gate(const sim::StagePort& port) {
        out_.active = port.active;
        out_.limit = port.limit;
        out_.created = port.created;
        out_.closed = port.closed;
        const Rect area = out_.at(Place::gate).content;
        out_.gate_number = {area.x, area.y, area.w, area.h - em(2.9F)};
        out_.gate_word = {area.x, area.bottom() - em(1.4F), area.w, em(1.4F)};
        const std::size_t count = std::max(port.limit, port.active);
        if (count == 0 || count > kMaxSlots) return;
        const float y = out_.gate_number.bottom() + em(0.25F);
        const float step = std::min(area.w / static_cast<float>(count), em(1.25F));
        const float x = area.centre().x - step * static_cast<float>(count) / 2;
        const float side = std::min(step * 0.72F, em(0.9F));
        for (std::size_t i = 0; i < count; ++i) {
            out_.slots.push_back(
                {x + step * static_cast<float>(i) + (step - side) / 2, y, side, side});
        }
    }

    // The oldest packet stands at the exit on the right; the pile of those without room is at the
    // left end.
    void place_queue(const sim::StagePort& port) {
        PlaceBox& box = out_.at(Place::queue);
        box.count = port.queue_length;
        out_.pipe = {box.content.x, box.content.centre().y - em(1.2F), box.content.w, em(2.4F)};
        const float gap = em(kPacketGap), margin = em(0.18F);
        const float y = out_.pipe.centre().y - em(kToken / 2);
        float x = out_.pipe.right() - margin;
        const float pile_w = em(more_width(port.queue_length));
        std::size_t shown = 0;
        for (const sim::Packet& packet : port.queue) {
            const float w = packet_width(packet.id, em(kToken));
            const bool last = shown + 1 == port.queue_length;
            const float room = x - (out_.pipe.x + margin) - (last ? 0 : pile_w + gap);
            if (w > room) break;
            x -= w;
            Token token = packet_token(packet.id, Place::queue, {x, y, w, em(kToken)});
            out_.tokens.push_back(std::move(token));
            x -= gap;
            ++shown;
        }
        if (shown < port.queue_length) {
            add_more(Place::queue, {x - pile_w, y, pile_w, em(kToken)}, port.queue_length - shown);
        }
    }

    void place_waiting(const sim::StagePort& port) {
        PlaceBox& box = out_.at(Place::waiting);
        box.count = port.waiting.size();
        const float w = widest(port.waiting);
        const float centre = out_.at(Place::gate).rect.centre().x;
        const float x = std::min(centre - w / 2, box.content.right() - w);
        const CellSize cells[] = {{w, em(kRow)}, {w, em(kCloseRow)}, {w, em(kTightRow)}};
        const Grid grid =
            place_in_grid({x, box.content.y, w, box.content.h}, port.waiting.size(), cells);
        for (std::size_t i = 0; i < grid.cells.size(); ++i) {
            const sim::StageThread& thread = port.waiting[port.waiting.size() - 1 - i];
            Token token = thread_token(thread, Place::waiting, Look::waiting, in_cell(grid, i, w));
            // Only the model knows the order of the stack.
            if (i == 0 && !stage_.observed) {
                const Rect room{box.content.x, token.rect.y, x - box.content.x - em(0.2F),
                                token.rect.h};
                set_note(token, text(Text::next_to_wake), room);
            }
            out_.tokens.push_back(std::move(token));
        }
        add_more_of(grid, Place::waiting, w);
    }

    // Released and paused threads: the thread, its hand, and a note.
    void place_working(Place place, const std::vector<sim::StageThread>& threads) {
        PlaceBox& box = out_.at(place);
        box.count = threads.size();
        const float hand_w = widest_hand(threads);
        const float w = std::min(widest(threads), box.content.w - hand_w - em(kPair));
        const float pair_w = w + em(kPair) + hand_w;
        const float rich_w = std::min(box.content.w, pair_w + em(4.9F));
        const float column_w = std::min(box.content.w, pair_w + em(0.3F));
        const CellSize cells[] = {{rich_w, em(kRow)},
                                  {rich_w, em(kCloseRow)},
                                  {column_w, em(kRow)},
                                  {column_w, em(kCloseRow)},
                                  {column_w, em(kTightRow)}};
        const Grid grid = place_in_grid(box.content, threads.size(), cells);
        for (std::size_t i = 0; i < grid.cells.size(); ++i) {
            const sim::StageThread& thread = threads[i];
            const Look look = place == Place::released ? Look::running : Look::paused;
            Token token = thread_token(thread, place, look, in_cell(grid, i, w));
            const Rect hand{token.rect.right() + em(kPair), token.rect.y, hand_w, token.rect.h};
            if (grid.choice < 2) {
                const float note_x = hand.right() + em(0.3F);
                set_note(token, working_note(place, thread),
                         {note_x, token.rect.y, grid.cells[i].right() - note_x, token.rect.h});
            }
            add_hand(thread, place, hand);
            out_.tokens.push_back(std::move(token));
        }
        add_more_of(grid, place, pair_w);
    }

    void place_outside() {
        std::vector<sim::StageThread> all = stage_.outside;
        std::vector<std::string> notes;
        for (const auto& thread : all) notes.push_back(reason_note(thread, header_));
        // The main thread acts from outside and is in no list of the stage.
        all.insert(all.begin(), sim::StageThread{});
        notes.insert(notes.begin(), std::string());
        for (std::size_t i = 0; i < stage_.ports.size(); ++i) {
            if (i != port_) append_other_port(stage_.ports[i], all, notes);
        }
        const std::size_t alive = all.size();
        all.insert(all.end(), stage_.ended.begin(), stage_.ended.end());
        notes.resize(all.size());
        PlaceBox& box = out_.at(Place::outside);
        box.count = all.size();
        Grid grid = outside_grid(all, notes);
        if (grid.hidden > 0 && !stage_.ended.empty()) {
            // Those who are gone are the first to be only counted.
            out_.ended = stage_.ended.size();
            all.resize(alive);
            notes.resize(alive);
            grid = outside_grid(all, notes);
        }
        const float w = widest(all);
        for (std::size_t i = 0; i < grid.cells.size(); ++i) {
            const Look look = i < alive ? Look::outside : Look::ended;
            Token token = thread_token(all[i], Place::outside, look, in_cell(grid, i, w));
            if (grid.choice < 2 && !notes[i].empty()) {
                const float x = token.rect.right() + em(0.3F);
                set_note(token, notes[i],
                         {x, token.rect.y, grid.cells[i].right() - x, token.rect.h});
            }
            out_.tokens.push_back(std::move(token));
        }
        add_more_of(grid, Place::outside, w);
    }

    // Leaves room at the bottom for what is only counted.
    Grid outside_grid(const std::vector<sim::StageThread>& all,
                      const std::vector<std::string>& notes) {
        Rect area = out_.at(Place::outside).content;
        const int lines = (out_.not_started > 0 ? 1 : 0) + (out_.ended > 0 ? 1 : 0);
        const float words_h = std::min(area.h, em(1.35F) * static_cast<float>(lines));
        area.h -= words_h;
        out_.outside_words = {area.x, area.bottom(), area.w, words_h};
        const float w = widest(all);
        const bool any_note =
            std::any_of(notes.begin(), notes.end(), [](const auto& note) { return !note.empty(); });
        const float noted_w = std::min(area.w, w + em(any_note ? 5.4F : 0.4F));
        const float bare_w = std::min(area.w, w + em(0.3F));
        const CellSize cells[] = {{noted_w, em(kRow)},
                                  {noted_w, em(kCloseRow)},
                                  {bare_w, em(kCloseRow)},
                                  {bare_w, em(kTightRow)},
                                  {area.w / 2, em(kTightRow)}};
        return place_in_grid(area, all.size(), cells);
    }

    void append_other_port(const sim::StagePort& port, std::vector<sim::StageThread>& all,
                           std::vector<std::string>& notes) const {
        const std::string note = text(Text::at_port, name_of(header_.ports, sim::index(port.id)));
        for (const auto* group : {&port.waiting, &port.in_call, &port.released, &port.paused}) {
            all.insert(all.end(), group->begin(), group->end());
            notes.resize(all.size(), note);
        }
    }

    void place_calling(const sim::StagePort& port) {
        PlaceBox& box = out_.at(Place::in_call);
        box.count = port.in_call.size();
        const float w = widest(port.in_call);
        const float cell_w = std::min(box.content.w, w + em(0.3F));
        const CellSize cells[] = {
            {cell_w, em(kRow)}, {cell_w, em(kCloseRow)}, {cell_w, em(kTightRow)}};
        const Grid grid = place_in_grid(box.content, port.in_call.size(), cells);
        for (std::size_t i = 0; i < grid.cells.size(); ++i) {
            out_.tokens.push_back(
                thread_token(port.in_call[i], Place::in_call, Look::calling, in_cell(grid, i, w)));
        }
        add_more_of(grid, Place::in_call, w);
    }

    // -- tokens -----------------------------------------------------------------------------------
    [[nodiscard]] float widest(const std::vector<sim::StageThread>& threads) const {
        float w = 2.25F;
        for (const auto& thread : threads) w = std::max(w, thread_width(thread, header_));
        return em(w);
    }

    // Of a packet that is `height` high: a circle, or a longer capsule for a long number.
    [[nodiscard]] float packet_width(sim::PacketId id, float height) const {
        const auto digits = static_cast<float>(std::to_string(sim::index(id)).size());
        return std::max(height, em(digits * kBold + 0.5F));
    }

    [[nodiscard]] static float more_width(std::size_t hidden) {
        return static_cast<float>(std::to_string(hidden).size() + 1) * kBold + 0.7F;
    }

    [[nodiscard]] float widest_hand(const std::vector<sim::StageThread>& threads) const {
        float w = em(kToken);
        for (const auto& thread : threads) w = std::max(w, packet_width(thread.hand, em(kToken)));
        return w;
    }

    [[nodiscard]] Rect in_cell(const Grid& grid, std::size_t i, float w) const {
        const Rect& cell = grid.cells[i];
        return {cell.x, cell.y, std::min(w, cell.w - em(0.1F)), cell.h - em(kBetween)};
    }

    [[nodiscard]] Token thread_token(const sim::StageThread& thread, Place place, Look look,
                                     const Rect& rect) const {
        Token token;
        token.look = look;
        token.place = place;
        token.acted = thread.posted_last;
        token.id = static_cast<std::uint32_t>(thread.id);
        token.rect = rect;
        token.label = name_of(thread, header_);
        return token;
    }

    [[nodiscard]] static Token packet_token(sim::PacketId id, Place place, const Rect& rect) {
        Token token;
        token.look = Look::packet;
        token.place = place;
        token.is_packet = true;
        token.id = static_cast<std::uint32_t>(id);
        token.rect = rect;
        token.label = std::to_string(sim::index(id));
        return token;
    }

    // The hand begins at the left of its room; the room is as wide as the widest hand.
    void add_hand(const sim::StageThread& thread, Place place, const Rect& room) {
        if (thread.hand != sim::PacketId::none) {
            const float w = std::min(room.w, packet_width(thread.hand, room.h));
            out_.tokens.push_back(packet_token(thread.hand, place, {room.x, room.y, w, room.h}));
        } else if (place == Place::released) {
            Token token;
            token.look = Look::empty_hand;
            token.place = place;
            token.rect = {room.x, room.y, std::min(room.w, room.h), room.h};
            out_.tokens.push_back(std::move(token));
        }
    }

    void set_note(Token& token, std::string note, const Rect& room) const {
        if (note.empty() || room.w < em(2.0F)) return;  // less would only be an ellipsis
        token.note = std::move(note);
        token.note_rect = room;
    }

    [[nodiscard]] std::string working_note(Place place, const sim::StageThread& thread) const {
        if (place == Place::paused) return reason_note(thread, header_);
        return thread.cpu >= 0 ? text(Text::on_processor, thread.cpu) : std::string();
    }

    void add_more_of(const Grid& grid, Place place, float w) {
        if (grid.hidden == 0 || grid.more.empty()) return;
        const float wanted = std::max(w, em(more_width(grid.hidden)));
        add_more(
            place,
            {grid.more.x, grid.more.y, std::min(wanted, grid.more.w), grid.more.h - em(kBetween)},
            grid.hidden);
    }

    void add_more(Place place, const Rect& rect, std::size_t hidden) {
        Token token;
        token.look = Look::more;
        token.place = place;
        token.rect = rect;
        token.label = "+" + std::to_string(hidden);
        out_.tokens.push_back(std::move(token));
    }

    const sim::Stage& stage_;
    std::size_t port_;
    const sim::TraceHeader& header_;
    StageLayout out_;
};

}  // namespace

StageLayout layout_stage(const sim::Stage& stage, std::size_t port, const sim::TraceHeader& header,
                         const Rect& frame, float em) {
    return Builder(stage, port, header, frame, em).build();
}

}  // namespace gui
