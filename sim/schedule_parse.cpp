#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "sim/schedule.hpp"

namespace sim {
namespace {

constexpr std::uint32_t kMaxPuppets = 32;
constexpr std::size_t kMaxLines = 2'000;
constexpr std::size_t kMaxCommandsPerLine = 64;
constexpr std::int64_t kMaxMs = 86'400'000;  // a day

// What follows a verb: P a port letter, T a puppet, U another puppet, N a number, M milliseconds;
// in brackets: may be missing.
struct Grammar {
    std::string_view word;
    ScheduleCommand::Verb verb;
    std::string_view shape;
};
using V = ScheduleCommand::Verb;
constexpr std::array<Grammar, 24> kGrammar = {{
    {"port", V::port, "PN"},  {"threads", V::threads, "N"}, {"get", V::get, "TP[M]"},
    {"post", V::post, "PN"},  {"tpost", V::tpost, "TPN"},   {"getpost", V::getpost, "TPN[M]"},
    {"block", V::block, "T"}, {"unblock", V::unblock, "T"}, {"zwait", V::zwait, "T"},
    {"yield", V::yield, "T"}, {"sleep0", V::sleep0, "T"},   {"sleep", V::sleep, "TM"},
    {"cs", V::cs, "T"},       {"leave", V::leave, "T"},     {"read", V::read, "T"},
    {"write", V::write, "T"}, {"join", V::join, "TU"},      {"alert", V::alert, "T"},
    {"apc", V::apc, "T"},     {"suspend", V::suspend, "T"}, {"resume", V::resume, "T"},
    {"exit", V::exit, "T"},   {"close", V::close, "P"},     {"nap", V::nap, "M"},
}};

std::string usage(const Grammar& grammar) {
    std::string text(grammar.word);
    bool optional = false;
    for (const char c : grammar.shape) {
        if (c == '[') optional = true;
        if (c == '[' || c == ']') continue;
        text += optional ? " [" : " ";
        text += c == 'P'   ? "PORT"
                : c == 'T' ? "THREAD"
                : c == 'U' ? "OTHER"
                : c == 'N' ? "NUMBER"
                           : "MS";
        if (optional) text += ']';
    }
    return text;
}

std::optional<std::int64_t> number(std::string_view word) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return value;
}

struct Word {
    std::string_view text;
    int column = 1;
};

// One schedule file being read; collects errors and remembers what has been declared.
class Parser {
public:
    Parser(std::string_view text, std::string_view origin) {
        schedule_.origin = origin;
        schedule_.text = text;
    }
    Result<Schedule> parse();

private:
    void read_line(std::string_view line, int number);
    void read_commands(std::string_view text, int first_column, int line);
    void read_command(const std::vector<Word>& words, ScheduleLine& into);
    bool read_argument(char shape, const Word& word, ScheduleCommand& command);
    void declare(const ScheduleCommand&, const Word& at);
    void fail(std::string code, std::string message, const Word& at, std::string help = {});

    Schedule schedule_;
    Diagnostics errors_;
    std::vector<std::string> comments_;
    std::string_view source_;
    int line_ = 0;
    std::uint32_t puppets_ = 0;
    std::array<bool, 26> ports_{};
};

void Parser::fail(std::string code, std::string message, const Word& at, std::string help) {
    errors_.push_back({.code = std::move(code),
                       .message = std::move(message),
                       .origin = schedule_.origin,
                       .line = line_,
                       .column = at.column,
                       .length = std::max<int>(1, static_cast<int>(at.text.size())),
                       .source_line = std::string(source_),
                       .help = std::move(help)});
}

Result<Schedule> Parser::parse() {
    std::string_view rest = schedule_.text;
    schedule_.transcript = rest.substr(0, 1) == ">" || rest.find("\n>") != std::string_view::npos;
    int count = 0;
    while (!rest.empty() && errors_.size() < 100) {
        const std::size_t end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        read_line(line, ++count);
    }
    schedule_.trailing_comments = std::move(comments_);
    if (errors_.empty() && schedule_.lines.empty()) {
        source_ = {};
        line_ = 0;
        fail("C001", "the schedule has no commands", {}, "begin with `port A 1` and `threads 2`");
    }
    if (schedule_.lines.size() > kMaxLines)
        fail("C002", fmt::format("more than {} lines", kMaxLines), {});
    if (!errors_.empty()) return std::move(errors_);
    return std::move(schedule_);
}

void Parser::read_line(std::string_view line, int number) {
    line_ = number;
    source_ = line;
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return;
    if (line[start] == '#') {
        comments_.emplace_back(line.substr(start));
        return;
    }
    if (!schedule_.transcript)
        return read_commands(line.substr(start), static_cast<int>(start) + 1, number);
    if (line[0] == '>') return read_commands(line.substr(1), 2, number);
    if (start == 0 || schedule_.lines.empty())
        return fail("C003", "in a transcript a line begins with `> `, `#` or spaces",
                    {line.substr(start), static_cast<int>(start) + 1});
    ScheduleLine& last = schedule_.lines.back();
    std::string_view content = line.substr(start);
    if (content.starts_with("state:"))
        last.state = content;
    else
        last.events.emplace_back(content);
}

void Parser::read_commands(std::string_view text, int first_column, int line) {
    ScheduleLine result;
    result.line = line;
    const std::size_t begin = text.find_first_not_of(' ');
    result.text = begin == std::string_view::npos ? std::string() : std::string(text.substr(begin));
    while (!result.text.empty() && result.text.back() == ' ') result.text.pop_back();
    result.comments = std::move(comments_);
    comments_.clear();
    std::vector<Word> words;
    std::size_t at = 0;
    while (at <= text.size()) {
        if (at == text.size() || text[at] == ';') {
            if (!words.empty()) read_command(words, result);
            words.clear();
            ++at;
        } else if (text[at] == ' ' || text[at] == '\t') {
            ++at;
        } else {
            const std::size_t end = std::min(text.find_first_of(" \t;", at), text.size());
            words.push_back({text.substr(at, end - at), first_column + static_cast<int>(at)});
            at = end;
        }
    }
    if (result.commands.size() > kMaxCommandsPerLine)
        fail("C002", fmt::format("more than {} commands on one line", kMaxCommandsPerLine), {});
    if (!result.commands.empty()) schedule_.lines.push_back(std::move(result));
}

void Parser::read_command(const std::vector<Word>& words, ScheduleLine& into) {
    const Grammar* grammar = nullptr;
    std::vector<std::string_view> known;
    for (const Grammar& each : kGrammar) {
        known.push_back(each.word);
        if (each.word == words[0].text) grammar = &each;
    }
    if (grammar == nullptr) {
        const std::string_view near = closest(words[0].text, known);
        return fail("C004", fmt::format("unknown command `{}`", words[0].text), words[0],
                    near.empty() ? "" : fmt::format("did you mean `{}`?", near));
    }
    ScheduleCommand command{.verb = grammar->verb};
    std::size_t next = 1;
    bool optional = false;
    for (const char shape : grammar->shape) {
        if (shape == '[') optional = true;
        if (shape == '[' || shape == ']') continue;
        if (next == words.size()) {
            if (optional) break;
            return fail("C005", fmt::format("`{}` needs more", grammar->word), words[0],
                        fmt::format("write `{}`", usage(*grammar)));
        }
        if (!read_argument(shape, words[next++], command)) return;
    }
    if (next < words.size())
        return fail("C006", fmt::format("`{}` does not take this", grammar->word), words[next],
                    fmt::format("write `{}`", usage(*grammar)));
    declare(command, words[0]);
    into.commands.push_back(command);
}

bool Parser::read_argument(char shape, const Word& word, ScheduleCommand& command) {
    if (shape == 'P') {
        if (word.text.size() != 1 || word.text[0] < 'A' || word.text[0] > 'Z') {
            fail("C007", fmt::format("`{}` is no port", word.text), word, "ports are A to Z");
            return false;
        }
        command.port = word.text[0];
        return true;
    }
    if (shape == 'T' || shape == 'U') {
        const auto n = word.text.starts_with('T') ? number(word.text.substr(1)) : std::nullopt;
        if (!n || *n < 1 || *n > kMaxPuppets) {
            fail("C008", fmt::format("`{}` is no thread", word.text), word,
                 fmt::format("threads are T1 to T{}", kMaxPuppets));
            return false;
        }
        (shape == 'T' ? command.thread : command.other) = static_cast<std::uint32_t>(*n);
        return true;
    }
    const auto n = number(word.text);
    const bool concurrency = command.verb == V::port;  // any 32-bit value (C-VALUE-BIG)
    if (!n || (*n < 0 && !concurrency) || *n > 0xFFFFFFFFll || *n < -0x80000000ll ||
        (shape == 'M' && *n > kMaxMs) || (command.verb == V::threads && *n > kMaxPuppets)) {
        fail("C009", fmt::format("`{}` is no number that fits here", word.text), word,
             shape == 'M' ? "a time is in milliseconds, up to a day" : "");
        return false;
    }
    if (shape == 'M')
        command.time = *n * 1'000'000;
    else
        command.number = static_cast<std::uint32_t>(*n);
    return true;
}

void Parser::declare(const ScheduleCommand& command, const Word& at) {
    if (command.verb == V::port) {
        bool& declared = ports_[static_cast<std::size_t>(command.port - 'A')];
        if (declared) fail("C010", fmt::format("port {} exists already", command.port), at);
        declared = true;
        return;
    }
    if (command.verb == V::threads) {
        if (puppets_ > 0) fail("C010", "the threads exist already", at);
        puppets_ = static_cast<std::uint32_t>(command.number);
        return;
    }
    const bool names_port = command.verb == V::get || command.verb == V::post ||
                            command.verb == V::tpost || command.verb == V::getpost ||
                            command.verb == V::close;
    if (names_port && !ports_[static_cast<std::size_t>(command.port - 'A')])
        fail("C011", fmt::format("port {} does not exist yet", command.port), at,
             fmt::format("create it before: `port {} 1`", command.port));
    for (const std::uint32_t thread : {command.thread, command.other})
        if (thread > puppets_)
            fail("C011", fmt::format("thread T{} does not exist yet", thread), at,
                 fmt::format("start it before: `threads {}`", thread));
}

}  // namespace

Result<Schedule> parse_schedule(std::string_view text, std::string_view origin) {
    return Parser(text, origin).parse();
}

}  // namespace sim
