#include "cli/stepper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "cli/files.hpp"
#include "sim/explain.hpp"

namespace cli {
namespace {

constexpr std::uint64_t kMostSteps = std::uint64_t{1} << 32;
constexpr std::string_view kBlanks = " \t\r";

std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    text.remove_prefix(word.size());
    return word;
}

std::string unknown(std::string_view word) {
    static const std::vector<std::string_view> known = {"next", "run", "stop"};
    const std::string_view near = sim::closest(word, known);
    if (!near.empty()) return fmt::format("`{}` is no command; did you mean `{}`?", word, near);
    return fmt::format("`{}` is no command; there are `next`, `next N`, `run` and `stop`", word);
}

}  // namespace

StepCommand read_step_command(std::string_view line) {
    using Kind = StepCommand::Kind;
    StepCommand command;
    const std::string_view word = take_word(line);
    const std::string_view number = take_word(line);
    const std::string_view rest = take_word(line);
    if (word.empty()) return command;
    if (word != "next" && word != "run" && word != "stop") return {.problem = unknown(word)};
    if (!rest.empty() || (word != "next" && !number.empty()))
        return {.problem =
                    fmt::format("`{}` is too much after `{}`", rest.empty() ? number : rest, word)};
    command.kind = word == "next" ? Kind::next : word == "run" ? Kind::run : Kind::stop;
    if (number.empty()) return command;
    const char* const last = number.data() + number.size();
    const auto [end, error] = std::from_chars(number.data(), last, command.steps);
    if (error == std::errc{} && end == last && command.steps >= 1 && command.steps <= kMostSteps)
        return command;
    return {.problem = fmt::format("`next {}`: how many steps is a whole number from 1 to {}",
                                   number, kMostSteps)};
}

std::string how_it_ended(const sim::Trace& trace) {
    return fmt::format("# {}\n", sim::sentence(trace.header, trace.facts.back()));
}

void Stepper::show(const real::Recording& recording) {
    const std::string& transcript = recording.transcript();
    if (transcript.size() == shown_) return;
    report_(std::string_view(transcript).substr(shown_));
    shown_ = transcript.size();
}

// One command after the other: `stop`, too, waits for the steps that were asked for before it.
void Stepper::go_on(real::Recording& recording) {
    show(recording);
    if (stopped_ || !recording.waits_with()) return;
    if (const auto line = lines_.take()) return obey(read_step_command(*line), recording);
    if (lines_.ended()) obey({.kind = StepCommand::Kind::stop}, recording);
}

void Stepper::obey(const StepCommand& command, real::Recording& recording) {
    if (!command.problem.empty()) return print_error(command.problem + "\n");
    switch (command.kind) {
        case StepCommand::Kind::nothing: return;
        case StepCommand::Kind::next: return recording.next(command.steps);
        case StepCommand::Kind::run: return recording.run_on();
        case StepCommand::Kind::stop: stopped_ = true; return recording.stop();
    }
}

void Stepper::finish(const real::Recording& recording) {
    show(recording);
}

}  // namespace cli
