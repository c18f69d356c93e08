// How a recording and its child talk.
//
//   parent → child   gated                       first, if at all: one step at a time
//                    open NANOSECONDS            first, too: keep a run with clients open so long
//                    file LENGTH NAME            then LENGTH bytes: a file that the scenario names
//                    scenario LENGTH ORIGIN      then LENGTH bytes: the text of the scenario
//                    schedule LENGTH ORIGIN      the same, instead, of a schedule
//                    answer NUMBER parked        all threads of that question sleep in the kernel
//                    answer NUMBER moving        some thread does not, or did not all the time
//                    answer NUMBER unknown       the parent cannot see them
//                    next N                      gated: do N more steps; at most 2^32
//                    run                         gated: do all that is left
//                    close                       open: it has been open long enough
//                    stop                        end the run now; the end of the input means the
//                                                same
//   child → parent   the lines of a trace, header first, and between them those of a transcript,
//                    which begin with > or # or a space, and
//                    {"ask":"parked","number":7,"threads":["T1","T2"]}
//
// Why the child asks: under Wine nothing inside the process tells whether a thread waits. Its
// threads are threads of Linux, though, and the parent sees those in /proc. The names are the ones
// that the child gave to its threads. The child waits for the answer before the run goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/ids.hpp"

namespace real {

enum class Sighting : std::uint8_t { parked, moving, unknown };

struct Question {
    std::uint32_t number = 0;
    std::vector<std::string> threads;

    bool operator==(const Question&) const = default;
};
struct Answer {
    std::uint32_t number = 0;
    Sighting sighting = Sighting::unknown;

    bool operator==(const Answer&) const = default;
};
// Of the scenario or of a file that it names, which come first.
struct TextHeading {
    std::size_t length = 0;
    std::string name;
};
using NamedFiles = std::vector<std::pair<std::string, std::string>>;  // name and text

// All writers end the line; all readers take one without its end, and give nothing when it is
// something else.
[[nodiscard]] std::string to_line(const Question&);
[[nodiscard]] std::optional<Question> question_from_line(std::string_view line);
[[nodiscard]] std::string to_line(const Answer&);
[[nodiscard]] std::optional<Answer> answer_from_line(std::string_view line);
[[nodiscard]] std::string scenario_message(std::string_view text, std::string_view origin,
                                           const NamedFiles& files);
[[nodiscard]] std::optional<TextHeading> scenario_heading_from_line(std::string_view line);
[[nodiscard]] std::string schedule_message(std::string_view text, std::string_view origin);
[[nodiscard]] std::optional<TextHeading> schedule_heading_from_line(std::string_view line);
[[nodiscard]] bool is_of_transcript(std::string_view line);
[[nodiscard]] std::optional<TextHeading> file_heading_from_line(std::string_view line);
[[nodiscard]] std::string open_line(sim::Nanos);
[[nodiscard]] std::optional<sim::Nanos> open_for_from_line(std::string_view line);
inline constexpr std::string_view kCloseLine = "close";
inline constexpr std::string_view kStopLine = "stop";
inline constexpr std::string_view kGatedLine = "gated";
inline constexpr std::string_view kRunLine = "run";
[[nodiscard]] std::string next_line(std::uint64_t steps);
[[nodiscard]] std::optional<std::uint64_t> steps_from_line(std::string_view line);
// The line of a transcript that says which step of a gated run comes next, when it is told to.
[[nodiscard]] std::string announcement(std::string_view step);
[[nodiscard]] std::optional<std::string> announced_step(std::string_view line);

// The hidden subcommand of the program: `iocpscope __record --backend BACKEND`.
inline constexpr const char* kRecordCommand = "__record";

}  // namespace real
