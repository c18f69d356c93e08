// Schedules (*.schedule): short scripts of get, post, block, suspend … for numbered puppets, and
// transcripts of them, where indented lines say what was seen (the format of
// tests/recorded/nt-kernel-schedules). Carried out on PortModel, a schedule prints a transcript; a
// transcript's own events and states are expectations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/diagnostic.hpp"
#include "sim/policy.hpp"
#include "sim/trace.hpp"

namespace sim {

struct ScheduleCommand {
    enum class Verb : std::uint8_t {
        port,
        threads,
        get,
        post,
        tpost,
        getpost,
        block,
        unblock,
        zwait,
        yield,
        sleep0,
        sleep,
        cs,
        leave,
        read,
        write,
        join,
        alert,
        apc,
        suspend,
        resume,
        exit,
        close,
        nap,
    };
    Verb verb = Verb::nap;
    char port = 'A';           // A … Z
    std::uint32_t thread = 0;  // 1 … 32
    std::uint32_t other = 0;   // join: the thread waited for
    std::uint64_t number = 0;  // port: concurrency; threads: how many; posts: the key
    Nanos time = kInfinite;    // get: timeout; sleep, nap: duration

    bool operator==(const ScheduleCommand&) const = default;
};

struct ScheduleLine {
    std::string text;  // "post A 1; post A 2", as written
    std::vector<ScheduleCommand> commands;
    int line = 0;                       // in the file
    std::vector<std::string> events;    // expected, without indentation
    std::string state;                  // expected; empty in a bare schedule
    std::vector<std::string> comments;  // lines before it, "# …"
};

struct Schedule {
    std::string origin;
    std::string text;
    std::vector<ScheduleLine> lines;
    std::vector<std::string> trailing_comments;
    bool transcript = false;  // has expectations
};

// Does the driver carry out this command, or the thread that it names?
[[nodiscard]] bool is_for_driver(const ScheduleCommand&);
// By its name, or because it is a transcript.
[[nodiscard]] bool is_schedule(std::string_view text, std::string_view name);
// Does what happens depend on how fast a computer is? Only if something in it ends by itself.
[[nodiscard]] bool depends_on_time(const Schedule&);

[[nodiscard]] Result<Schedule> parse_schedule(std::string_view text, std::string_view origin);

struct ScheduleRun {
    std::string transcript;  // what happened, in the format of a transcript
    Trace trace;
    // The first line whose events or state differ from what is expected; empty when none does.
    std::string first_difference;
};
// Processors is what concurrency 0 means. Commands of different puppets on one line may run in any
// order: with expectations, the first order that meets them all is shown.
[[nodiscard]] ScheduleRun run_schedule(const Schedule&, const Policies&, std::uint32_t processors);

}  // namespace sim
