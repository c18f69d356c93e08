// Narrations and questions, and the predicates that they and expectations are tied to.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "sim/scenario_parse_reading.hpp"

namespace sim::parse {
namespace {

std::optional<Predicate> predicate(PredicateReader& predicates, const Table& table) {
    const Value* when = table.get("when");
    if (!when) return std::nullopt;
    return predicates.read(*when->node);
}

void read_narration(Reading& reading, PredicateReader& predicates, const Table& table) {
    auto when = predicate(predicates, table);
    if (!when) return;
    reading.scenario.narrations.push_back({std::move(*when), table.text("say")});
}

// The index of the right answer.
std::uint32_t read_answer(Problems& problems, const Table& table,
                          const std::vector<std::string>& choices) {
    const Value* answer = table.get("answer");
    if (!answer || choices.empty()) return 0;
    const auto found = std::find(choices.begin(), choices.end(), answer->text);
    if (found != choices.end()) return static_cast<std::uint32_t>(found - choices.begin());
    const std::set<std::string_view> different(choices.begin(), choices.end());
    problems.add(ErrorCode::not_a_choice, table.value_place("answer"),
                 quoted(answer->text) + " is none of the choices",
                 problems.suggest(answer->text, {different.begin(), different.end()}));
    return 0;
}

void read_question(Reading& reading, PredicateReader& predicates, const Table& table) {
    Problems& problems = reading.problems();
    Question question;
    question.ask = table.text("ask");
    question.why = table.text("why");
    if (const Value* choices = table.get("choices")) {
        for (const Node* item : texts_of(problems, *choices->node, "a choice")) {
            if (std::find(question.choices.begin(), question.choices.end(), item->text) !=
                question.choices.end()) {
                problems.add(ErrorCode::not_a_choice, item->place,
                             quoted(item->text) + " is a choice already", "write each choice once");
            } else if (item->text.empty() || item->text.size() > 500) {
                problems.add(ErrorCode::text_too_long, item->place, "a choice has 1 to 500 bytes");
            }
            question.choices.push_back(item->text);
        }
    }
    question.answer = read_answer(problems, table, question.choices);
    auto when = predicate(predicates, table);
    if (!when) return;
    question.when = std::move(*when);
    reading.scenario.questions.push_back(std::move(question));
}

}  // namespace

PredicateReader::PredicateReader(Reading& reading)
    : reading_(reading),
      threads_(reading.scenario.thread_names()),
      handles_(reading.scenario.handle_names()) {
    for (const PortSpec& port : reading.scenario.ports) ports_.push_back(port.name);
    index_.emplace(PredicateNames{ports_, threads_, handles_});
}

std::optional<Predicate> PredicateReader::read(const Node& text) {
    // Names that are missing because of an error of their own would only be complained about twice.
    if (reading_.threads.incomplete() || reading_.handles.incomplete() || ports_.empty())
        return std::nullopt;
    auto compiled = parse_predicate(text.text, {ports_, threads_, handles_, &*index_});
    if (auto* good = std::get_if<Predicate>(&compiled)) return std::move(*good);
    const auto& problem = std::get<PredicateProblem>(compiled);
    reading_.problems().add(ErrorCode::not_a_predicate,
                            reading_.problems().inside(text, problem.at, problem.length),
                            problem.message, problem.help);
    return std::nullopt;
}

void read_teaching(Reading& reading) {
    PredicateReader predicates(reading);
    for (const Found& f : reading.sections.many) {
        if (f.section == Section::narration) read_narration(reading, predicates, reading.table(f));
        if (f.section == Section::question) read_question(reading, predicates, reading.table(f));
    }
}

}  // namespace sim::parse
