// The title of the lesson, what it teaches, and the badge: do the lanes agree, and what that
// proves.
#include <string>

#include "gui/panels.hpp"
#include "gui/text.hpp"
#include "gui/widgets.hpp"

namespace gui {
namespace {

struct Badge {
    Mark mark = Mark::undecided;
    Text word = Text::not_compared;
    Colour colour = theme::undecided;
    std::string sentence;
};

// Whether a documented port could have made the measured run, and if not, what it breaks.
std::string check_sentence(const View& view) {
    if (view.check == nullptr) return {};
    switch (view.check->verdict) {
        case sim::Verdict::conforms: return std::string(" ") + text(Text::check_conforms);
        case sim::Verdict::inconclusive: return std::string(" ") + text(Text::check_undecided);
        case sim::Verdict::violates: break;
    }
    std::string rules;
    for (const sim::RuleFinding& finding : view.check->rules)
        if (finding.verdict == sim::RuleVerdict::violated)
            rules += (rules.empty() ? "" : ", ") + std::string(sim::info(finding.rule).id);
    return " " + text(Text::check_violates, rules);
}

Badge badge_of(const View& view) {
    if (view.measuring.stepping())
        return {.word = Text::gated_word, .sentence = text(Text::gated_badge)};
    if (view.comparison == nullptr) {
        const bool can = view.measuring.state != Measuring::State::cannot;
        return {.sentence = text(can ? Text::not_compared_why : Text::nothing_to_compare)};
    }
    const sim::Comparison& comparison = *view.comparison;
    switch (comparison.agreement) {
        case sim::Agreement::agree:
            return {Mark::agree, Text::agree, theme::agree, comparison.badge};
        case sim::Agreement::differ:
            return {Mark::differ, Text::differ, theme::differ, comparison.reason};
        case sim::Agreement::undecided:
            return {Mark::undecided, Text::undecided, theme::undecided, comparison.reason};
    }
    return {};
}

void draw_badge(ImDrawList& list, const View& view, const Rect& rect, Requests& requests) {
    const float em = std::min(view.frame.em, rect.h * 0.45F);
    const Badge badge = badge_of(view);
    const Click click = click_area("badge", rect);
    fill(list, rect, theme::panel, em * 0.35F);
    outline(list, rect, badge.colour, em * 0.14F, em * 0.35F);
    const float radius = std::min(em * 0.85F, rect.h * 0.36F);
    const Point centre{rect.x + em * 0.5F + radius, rect.centre().y};
    draw_mark(list, badge.mark, centre, radius);
    Pen word(view.fonts->bold, badge.colour);
    word.size = std::min(word.size, rect.h * 0.42F);
    const float x = centre.x + radius + em * 0.5F;
    const float word_w =
        draw_line(list, word, {x, rect.y, rect.w * 0.4F, rect.h}, text(badge.word));
    Pen pen(view.fonts->regular, theme::ink);
    pen.size = std::min(pen.size, rect.h * 0.36F);
    Rect room{x + word_w + em * 0.7F, rect.y + em * 0.2F, 0, rect.h - em * 0.4F};
    room.w = rect.right() - em * 0.5F - room.x;
    draw_wrapped(list, pen, room, badge.sentence + check_sentence(view),
                 {.smallest = view.frame.readable, .centred = true});
    if (view.comparison == nullptr) return;
    const bool differs = view.comparison->agreement == sim::Agreement::differ;
    if (click.hovered) {
        const std::string checked =
            view.check == nullptr ? std::string() : "\n" + view.check->reason;
        tooltip((view.comparison->reason + "\n" + view.comparison->badge + checked +
                 (differs ? std::string("\n") + text(Text::jump_to_difference) : std::string()))
                    .c_str());
    }
    if (click.clicked && differs) requests.emplace_back(ToDifference{});
}

// What goes before the lesson: a recording that runs or failed, or a trace that is not whole.
std::string notice_of(const View& view) {
    if (view.lanes[kRight].lane != nullptr) {
        const Measuring& measuring = view.measuring;
        if (measuring.state == Measuring::State::running && !measuring.gated) {
            return text(Text::measure_notice, measuring.facts);
        }
        if (measuring.state == Measuring::State::failed) {
            return std::string(text(Text::measure_failed)) + " " + measuring.message;
        }
    }
    return view.notice;
}

}  // namespace

void draw_top(const View& view, UiState& ui, Requests& requests) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Rect& top = view.frame.top;
    const float em = std::min(view.frame.em, top.h * 0.45F);
    const float badge_w = top.w * (view.frame.teaches ? 0.42F : 0.56F);
    const Rect badge{top.right() - badge_w, top.y, badge_w, top.h};
    const Rect help{badge.x - em * 5, top.y, em * 4.4F, em * 1.6F};
    const float title_h = view.frame.teaches ? em * 1.75F : top.h;
    const Rect title{top.x + em * 0.2F, top.y, help.x - top.x - em * 0.6F, title_h};
    Pen pen(view.fonts->title, theme::ink);
    pen.size = std::min(pen.size, title.h * 0.8F);
    // Where the title is all there is, it may take two lines.
    if (view.frame.teaches)
        draw_line(list, pen, title, view.title);
    else
        draw_wrapped(list, pen, title, view.title,
                     {.smallest = view.frame.readable, .centred = true});
    const std::string notice = notice_of(view);
    if (view.frame.teaches) {
        const Rect line{top.x + em * 0.2F, top.y + title_h, badge.x - top.x - em, top.h - title_h};
        const std::string& words = notice.empty() ? view.teaches : notice;
        draw_wrapped(list,
                     Pen(view.fonts->regular, notice.empty() ? theme::soft_ink : theme::differ),
                     line, words, {.smallest = view.frame.readable});
        if (click_area("teaches", line).hovered && !words.empty()) tooltip(words.c_str());
    }
    if (word_button(list, view, "help", help, text(Text::help_hint))) ui.help = !ui.help;
    draw_badge(list, view, badge, requests);
}

}  // namespace gui
