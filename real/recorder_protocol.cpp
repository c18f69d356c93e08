#include "real/recorder_protocol.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace real {
namespace {

constexpr std::string_view kAsk = "{\"ask\":";
constexpr std::string_view kNext = "    next: ";
constexpr std::array<std::string_view, 3> kSightings = {"parked", "moving", "unknown"};

// Takes `prefix` off the front of `text`; false when it does not begin with it.
bool take(std::string_view& text, std::string_view prefix) {
    if (text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

// The number that is all that follows the word.
std::optional<std::uint64_t> number_after(std::string_view word, std::string_view line,
                                          std::uint64_t most) {
    std::uint64_t number = 0;
    if (!take(line, word)) return std::nullopt;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error != std::errc{} || end != line.data() + line.size() || number > most)
        return std::nullopt;
    return number;
}

template <class Number>
bool take_number(std::string_view& text, Number& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return take(text, " ");
}

void append_text(std::string& message, std::string_view word, std::string_view name,
                 std::string_view text) {
    // A file name may hold anything; the line ends at the first newline.
    std::string one_line(name);
    std::replace(one_line.begin(), one_line.end(), '\n', ' ');
    message += std::string(word) + std::to_string(text.size()) + " " + one_line + "\n";
    message += text;
}

std::optional<TextHeading> heading_from_line(std::string_view word, std::string_view line) {
    TextHeading heading;
    if (!take(line, word) || !take_number(line, heading.length)) return std::nullopt;
    constexpr std::size_t kLongest = std::size_t{256} << 20;
    if (heading.length > kLongest) return std::nullopt;
    heading.name = std::string(line);
    return heading;
}

}  // namespace

std::string to_line(const Question& question) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    json.StartObject();
    json.Key("ask");  // first: the parent recognises the line by it
    json.String("parked");
    json.Key("number");
    json.Uint(question.number);
    json.Key("threads");
    json.StartArray();
    for (const std::string& name : question.threads)
        json.String(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    json.EndArray();
    json.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

std::optional<Question> question_from_line(std::string_view line) {
    // Nearly every line is a fact; do not parse those.
    if (line.substr(0, kAsk.size()) != kAsk) return std::nullopt;
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
    if (json.HasParseError() || !json.IsObject()) return std::nullopt;
    if (!json.HasMember("number") || !json["number"].IsUint() || !json.HasMember("threads") ||
        !json["threads"].IsArray())
        return std::nullopt;
    Question question{.number = json["number"].GetUint(), .threads = {}};
    for (const auto& name : json["threads"].GetArray()) {
        if (!name.IsString()) return std::nullopt;
        question.threads.emplace_back(name.GetString(), name.GetStringLength());
    }
    return question;
}

std::string to_line(const Answer& answer) {
    return "answer " + std::to_string(answer.number) + " " +
           std::string(kSightings[static_cast<std::size_t>(answer.sighting)]) + "\n";
}

std::optional<Answer> answer_from_line(std::string_view line) {
    Answer answer;
    if (!take(line, "answer ") || !take_number(line, answer.number)) return std::nullopt;
    const auto found = std::find(kSightings.begin(), kSightings.end(), line);
    if (found == kSightings.end()) return std::nullopt;
    answer.sighting = static_cast<Sighting>(found - kSightings.begin());
    return answer;
}

std::string scenario_message(std::string_view text, std::string_view origin,
                             const NamedFiles& files) {
    std::string message;
    for (const auto& [name, content] : files) append_text(message, "file ", name, content);
    append_text(message, "scenario ", origin, text);
    return message;
}

std::optional<TextHeading> scenario_heading_from_line(std::string_view line) {
    return heading_from_line("scenario ", line);
}
std::string schedule_message(std::string_view text, std::string_view origin) {
    std::string message;
    append_text(message, "schedule ", origin, text);
    return message;
}
std::optional<TextHeading> schedule_heading_from_line(std::string_view line) {
    return heading_from_line("schedule ", line);
}

std::string next_line(std::uint64_t steps) {
    return "next " + std::to_string(steps) + "\n";
}
std::optional<std::uint64_t> steps_from_line(std::string_view line) {
    return number_after("next ", line, std::uint64_t{1} << 32);
}
std::string open_line(sim::Nanos open_for) {
    return "open " + std::to_string(open_for) + "\n";
}
std::optional<sim::Nanos> open_for_from_line(std::string_view line) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
    const auto number = number_after("open ", line, kMost);
    return number ? std::optional(static_cast<sim::Nanos>(*number)) : std::nullopt;
}
std::string announcement(std::string_view step) {
    return std::string(kNext) + std::string(step) + "\n";
}
std::optional<std::string> announced_step(std::string_view line) {
    if (!take(line, kNext)) return std::nullopt;
    return std::string(line);
}

bool is_of_transcript(std::string_view line) {
    return !line.empty() && (line[0] == '>' || line[0] == '#' || line[0] == ' ');
}

std::optional<TextHeading> file_heading_from_line(std::string_view line) {
    return heading_from_line("file ", line);
}

}  // namespace real
