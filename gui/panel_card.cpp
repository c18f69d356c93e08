// The card: one sentence for what just happened, why, by which rule, and how well that is known.
#include <algorithm>
#include <optional>
#include <string>

#include "gui/panels.hpp"
#include "gui/text.hpp"
#include "gui/widgets.hpp"
#include "sim/explain.hpp"

namespace gui {
namespace {

// The lane whose fact this moment is about: the model when it moved, else the measurement.
std::size_t speaking_lane(const View& view) {
    const std::size_t cursor = view.player->cursor();
    if (view.lanes[kLeft].lane == nullptr) return kRight;
    if (cursor == 0 || view.lanes[kRight].lane == nullptr) return kLeft;
    return view.alignment->at(cursor).left > view.alignment->at(cursor - 1).left ? kLeft : kRight;
}

std::optional<sim::Fact> last_fact(const LaneView& lane) {
    if (lane.lane == nullptr || lane.step == 0) return std::nullopt;
    return lane.lane->trace().facts[lane.step - 1];
}

std::string when_and_who(const LaneView& lane, const sim::Fact& fact) {
    std::string when = sim::format_time(fact.t0);
    if (fact.t1 != fact.t0) {
        const std::string until = sim::format_time(fact.t1);
        if (until != when) when += " \xE2\x80\xA6 " + until;
    }
    return lane.title + ", " + when;
}

void draw_start(ImDrawList& list, const View& view, Rect area) {
    area.y +=
        draw_wrapped(list, Pen(view.fonts->sentence, theme::ink), area, text(Text::card_start)) +
        view.frame.em * 0.3F;
    draw_wrapped(list, Pen(view.fonts->regular, theme::soft_ink), area,
                 text(Text::card_start_hint));
}

// Left: the rule's id and how well it is established; a click copies the link to its page.
void draw_rule_id(ImDrawList& list, const View& view, const Rect& area, const sim::Card& card,
                  UiState& ui) {
    const float em = view.frame.em;
    const std::string url(card.link);
    const Rect pill{area.x, area.y, area.w, std::min(area.h * 0.55F, em * 1.35F)};
    fill(list, pill, theme::thread_dark, em * 0.3F);
    draw_line(list, Pen(view.fonts->bold, theme::thread_ink),
              {pill.x + em * 0.3F, pill.y, pill.w - em * 0.6F, pill.h}, card.rule_id,
              Align::centre);
    const Rect grade{area.x, pill.bottom() + em * 0.1F, area.w, area.bottom() - pill.bottom()};
    const bool copied = !url.empty() && ui.copied_link == url;
    draw_wrapped(list, Pen(view.fonts->regular, url.empty() ? theme::soft_ink : theme::link), grade,
                 copied ? std::string_view(text(Text::card_link_copied)) : card.badge,
                 {.smallest = view.frame.readable});
    if (url.empty()) return;
    const Click click = click_area("link", area);
    if (click.hovered) tooltip((std::string(text(Text::card_link)) + "\n" + url).c_str());
    if (click.clicked) {
        ImGui::SetClipboardText(url.c_str());
        ui.copied_link = url;
    }
}

void draw_rule(ImDrawList& list, const View& view, const Rect& area, const sim::Card& card,
               UiState& ui) {
    const float em = view.frame.em;
    if (area.h < em * 0.9F) return;
    if (card.rule_id.empty()) {
        draw_wrapped(list, Pen(view.fonts->regular, theme::soft_ink), area,
                     text(Text::card_no_rule));
        return;
    }
    const float id_w = std::min(em * 8.4F, area.w * 0.3F);
    draw_rule_id(list, view, {area.x, area.y, id_w, area.h}, card, ui);
    const float x = area.x + id_w + em * 0.6F;
    draw_wrapped(list, Pen(view.fonts->regular, theme::ink),
                 {x, area.y + em * 0.1F, area.right() - x, area.h - em * 0.1F}, card.rule,
                 {.smallest = view.frame.readable});
}

// What happened last in the lane that does not speak.
std::string words_of_other(const LaneView& other, const std::string& what) {
    const std::optional<sim::Fact> fact = last_fact(other);
    const char* who = text(other.stage.observed ? Text::column_measured : Text::column_model);
    if (!fact) return text(Text::nothing_yet, who);
    const std::string words = sim::sentence(other.lane->trace().header, *fact);
    if (words == what) {
        return text(Text::other_lane_same, who, sim::format_time(fact->t0));
    }
    return text(Text::other_lane, who, words);
}

// At the bottom of the card, under a line; returns the height that it took.
float draw_other_lane(ImDrawList& list, const View& view, const Rect& area, const LaneView& other,
                      const std::string& what) {
    const float em = view.frame.em;
    const Pen pen(view.fonts->regular, theme::ink);
    const std::string words = words_of_other(other, what);
    const float h = em * 1.25F, y = area.bottom() - h;
    list.AddLine({area.x, y - em * 0.3F}, {area.right(), y - em * 0.3F}, theme::border, 1);
    draw_line(list, pen, {area.x, y, area.w, h}, words);
    return h + em * 0.45F;
}

}  // namespace

void draw_card(const View& view, UiState& ui, Requests&) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    Rect area = panel_area(list, view, view.frame.card);
    const float em = view.frame.em, line_h = em * 1.3F;
    const std::size_t speaker = speaking_lane(view);
    const LaneView& lane = view.lanes[speaker];
    const std::optional<sim::Fact> fact = last_fact(lane);
    if (!fact) {
        draw_start(list, view, area);
        return;
    }
    const sim::Card card = sim::explain(lane.lane->trace().header, *fact);
    const LaneView& other = view.lanes[1 - speaker];
    const bool roomy = area.h > line_h * 4.5F;
    if (other.lane != nullptr && roomy) {
        area.h -= draw_other_lane(list, view, area, other, card.what);
    }
    if (roomy) {
        draw_line(list, Pen(view.fonts->bold, theme::soft_ink), {area.x, area.y, area.w, line_h},
                  when_and_who(lane, *fact));
        area.y += line_h + em * 0.1F;
        area.h -= line_h + em * 0.1F;
    }
    const Pen sentence(view.fonts->sentence, theme::ink);
    const float wanted = wrapped_height(sentence, area.w, card.what);
    const Rect what{area.x, area.y, area.w, std::min(wanted, std::max(area.h * 0.5F, em * 1.2F))};
    const float used =
        draw_wrapped(list, sentence, what, card.what, {.smallest = view.frame.readable}) +
        em * 0.35F;
    draw_rule(list, view, {area.x, area.y + used, area.w, area.h - used}, card, ui);
}

}  // namespace gui
