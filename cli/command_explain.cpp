// iocpscope explain ID|CODE...
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/json.hpp"
#include "cli/lessons.hpp"
#include "sim/code.hpp"
#include "sim/rule.hpp"

namespace cli {
namespace {

struct Options {
    std::vector<std::string> words;
    std::string folder;
    bool json = false;
};

std::string upper(std::string_view word) {
    std::string text(word);
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

const sim::CodeInfo* code_called(std::string_view word) {
    const auto codes = sim::codes();
    const auto found = std::find_if(codes.begin(), codes.end(),
                                    [&](const sim::CodeInfo& each) { return each.code == word; });
    return found == codes.end() ? nullptr : &*found;
}

// -- words ----------------------------------------------------------------------------------------

// Broken at blanks into lines of at most 78 columns behind the indent.
std::string wrapped(std::string_view text, std::string_view indent) {
    constexpr std::size_t kWidth = 78;
    std::string out;
    std::size_t column = kWidth;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (column + 1 + word.size() > kWidth) {
            out += (out.empty() ? "" : "\n") + std::string(indent);
            column = indent.size();
        } else {
            out += " ";
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out + "\n";
}

std::string indented(std::string_view text) {
    std::string out = "    ";
    for (const char c : text) {
        out += c;
        if (c == '\n') out += "    ";
    }
    return out + "\n";
}

std::string_view word(sim::Modelled modelled) {
    switch (modelled) {
        case sim::Modelled::whole: return "does so";
        case sim::Modelled::part: return "does so in part";
        case sim::Modelled::none: return "does not do it";
    }
    return {};
}

std::string rule_text(sim::Rule which, const std::vector<Lesson>& shown) {
    const sim::RuleInfo& rule = sim::info(which);
    const sim::Coverage& coverage = sim::coverage(which);
    std::string text = fmt::format("{}  ({})\n", rule.id, sim::describe(rule.grade));
    text += wrapped(rule.sentence, "  ");
    if (!rule.link.empty()) text += fmt::format("  {}\n", rule.link);
    text += wrapped(fmt::format("The model {}{}{}.", word(coverage.modelled),
                                coverage.words.empty() ? "" : ": ", coverage.words),
                    "  ");
    if (shown.empty()) return text + "  No lesson shows it yet.\n";
    text += shown.size() == 1 ? "  Shown by the lesson\n" : "  Shown by the lessons\n";
    for (const Lesson& lesson : shown)
        text += fmt::format("    {}  {}\n", lesson.file, lesson.scenario.title);
    return text;
}

std::string code_text(const sim::CodeInfo& code) {
    std::string text = fmt::format("{}  {}\n", code.code, code.title);
    text += wrapped(code.explanation, "  ");
    if (!code.wrong.empty())
        text += "\n  Wrong:\n" + indented(code.wrong) + "\n  Right:\n" + indented(code.right);
    return text;
}

// -- JSON -----------------------------------------------------------------------------------------

void put(Json& json, sim::Rule which, const std::vector<Lesson>& shown) {
    const sim::RuleInfo& rule = sim::info(which);
    json.begin_object().key("id").value(rule.id);
    json.key("grade").value(sim::describe(rule.grade));
    json.key("sentence").value(rule.sentence);
    json.key("link").value(rule.link);
    json.key("model").value(word(sim::coverage(which).modelled));
    json.key("model_words").value(sim::coverage(which).words);
    json.key("lessons").begin_list();
    for (const Lesson& lesson : shown) json.value(lesson.file);
    json.end_list().end_object();
}

void put(Json& json, const sim::CodeInfo& code) {
    json.begin_object().key("code").value(code.code);
    json.key("title").value(code.title);
    json.key("explanation").value(code.explanation);
    json.key("wrong").value(code.wrong);
    json.key("right").value(code.right);
    json.end_object();
}

// -------------------------------------------------------------------------------------------------

std::vector<Lesson> lessons_about(const std::vector<Lesson>& lessons, sim::Rule rule) {
    std::vector<Lesson> some;
    for (const Lesson& lesson : lessons) {
        const auto& rules = lesson.scenario.rules;
        if (std::find(rules.begin(), rules.end(), rule) != rules.end()) some.push_back(lesson);
    }
    return some;
}

void complain(const std::string& word) {
    std::vector<std::string_view> known;
    for (std::size_t i = 1; i < sim::rule_count(); ++i)
        known.push_back(sim::info(static_cast<sim::Rule>(i)).id);
    for (const sim::CodeInfo& code : sim::codes()) known.push_back(code.code);
    const std::string_view near = sim::closest(word, known);
    print_error(fmt::format("iocpscope: there is no rule and no code `{}`{}\n", word,
                            near.empty() ? "; rules look like W-LIFO-1, codes like S014"
                                         : fmt::format("; did you mean `{}`?", near)));
}

int explain(const Options& options) {
    const std::vector<Lesson> lessons = find_lessons(options.folder).lessons;
    int result = kFine;
    std::string text;
    Json json;
    json.begin_list();
    for (const std::string& word : options.words) {
        if (const auto rule = sim::rule_from_id(upper(word))) {
            const auto shown = lessons_about(lessons, *rule);
            put(json, *rule, shown);
            text += (text.empty() ? "" : "\n") + rule_text(*rule, shown);
        } else if (const sim::CodeInfo* code = code_called(upper(word))) {
            put(json, *code);
            text += (text.empty() ? "" : "\n") + code_text(*code);
        } else {
            complain(word);
            result = kBadInput;
        }
    }
    json.end_list();
    print(options.json ? json.take() : text);
    return result;
}

}  // namespace

void add_explain(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("explain", "What a rule says, or what the code of an error means");
    command->add_option("words", options->words, "ids of rules (W-LIFO-1) or codes (S014)")
        ->required();
    command->add_option("--folder", options->folder, "where the lessons are");
    command->add_flag("--json", options->json, "print JSON");
    command->callback([options, &run] { run = [options] { return explain(*options); }; });
}

}  // namespace cli
