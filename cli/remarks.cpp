#include "cli/remarks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/explain.hpp"

namespace cli {
namespace {

constexpr std::string_view kSays = "        >>  ";
constexpr std::string_view kAsks = "        ??  ";
constexpr std::size_t kMaxRows = 60;

// Every line of a text with the mark before it.
std::string marked(std::string_view mark, std::string_view text) {
    std::string lines;
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    for (bool more = true; more;) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines += std::string(mark) + sim::printable(line);
        while (lines.ends_with(' ')) lines.pop_back();
        lines += "\n";
        more = end != std::string_view::npos;
        if (more) text.remove_prefix(end + 1);
    }
    return lines;
}

std::string_view answer_of(const sim::Question& question) {
    return question.answer < question.choices.size()
               ? std::string_view(question.choices[question.answer])
               : std::string_view();
}

}  // namespace

Remarks::Remarks(const sim::Scenario& scenario, const sim::Trace& trace)
    : narrations_(scenario.narrations),
      questions_(scenario.questions),
      remarks_(sim::remarks(scenario, trace)) {}

std::string Remarks::text_of(const sim::Remark& remark) const {
    if (remark.kind == sim::Remark::Kind::narration)
        return marked(kSays, narrations_[remark.index].say);
    const sim::Question& question = questions_[remark.index];
    std::string text = marked(kAsks, question.ask);
    for (std::size_t i = 0; i < question.choices.size(); ++i)
        text += marked(kAsks, fmt::format("  {}) {}", i + 1, question.choices[i]));
    if (!question.choices.empty())
        text +=
            marked(kAsks, fmt::format("Answer: {}) {}", question.answer + 1, answer_of(question)));
    if (!question.why.empty()) text += marked(kAsks, question.why);
    return text;
}

std::string Remarks::text_at(std::size_t step) const {
    std::string text;
    const auto first = std::lower_bound(
        remarks_.begin(), remarks_.end(), step,
        [](const sim::Remark& remark, std::size_t wanted) { return remark.step < wanted; });
    for (auto each = first; each != remarks_.end() && each->step == step; ++each)
        text += text_of(*each);
    return text;
}

std::string Remarks::text(const sim::Trace& trace) const {
    if (remarks_.empty()) return {};
    std::string text = "  narration and questions\n";
    for (std::size_t i = 0; i < std::min(remarks_.size(), kMaxRows); ++i) {
        const std::size_t step = remarks_[i].step;
        const bool new_step = i == 0 || remarks_[i - 1].step != step;
        if (new_step && step == 0) text += "    at the start\n";
        if (new_step && step > 0)
            text += fmt::format("    step {}, {}: {}\n", step,
                                sim::format_time(trace.facts[step - 1].t1),
                                sim::sentence(trace.header, trace.facts[step - 1]));
        text += text_of(remarks_[i]);
    }
    if (remarks_.size() > kMaxRows)
        text += fmt::format("    … and {} more\n", remarks_.size() - kMaxRows);
    return text;
}

void Remarks::put(Json& json, std::optional<std::size_t> at) const {
    json.begin_list();
    for (const sim::Remark& remark : remarks_) {
        if (at && remark.step != *at) continue;
        json.begin_object().key("step").value(static_cast<std::uint64_t>(remark.step));
        if (remark.kind == sim::Remark::Kind::narration) {
            json.key("kind").value(std::string_view("narration"));
            json.key("say").value(narrations_[remark.index].say);
        } else {
            const sim::Question& question = questions_[remark.index];
            json.key("kind").value(std::string_view("question"));
            json.key("ask").value(question.ask);
            json.key("choices").begin_list();
            for (const std::string& choice : question.choices) json.value(choice);
            json.end_list();
            json.key("answer").value(answer_of(question));
            json.key("why").value(question.why);
        }
        json.end_object();
    }
    json.end_list();
}

}  // namespace cli
