#include "sim/schedule.hpp"

#include <algorithm>

namespace sim {

bool is_for_driver(const ScheduleCommand& command) {
    using Verb = ScheduleCommand::Verb;
    switch (command.verb) {
        case Verb::port:
        case Verb::threads:
        case Verb::post:
        case Verb::unblock:
        case Verb::write:
        case Verb::apc:
        case Verb::suspend:
        case Verb::resume:
        case Verb::close:
        case Verb::nap: return true;
        default: return false;
    }
}

bool is_schedule(std::string_view text, std::string_view name) {
    if (name.ends_with(".schedule")) return true;
    // A transcript under another name: its first line that is no comment begins with `> `.
    while (text.starts_with('#')) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return false;
        text.remove_prefix(end + 1);
    }
    return text.starts_with("> ");
}

bool depends_on_time(const Schedule& schedule) {
    return std::any_of(schedule.lines.begin(), schedule.lines.end(), [](const ScheduleLine& line) {
        return std::any_of(line.commands.begin(), line.commands.end(),
                           [](const ScheduleCommand& command) {
                               return command.verb == ScheduleCommand::Verb::alert ||
                                      (command.time > 0 && command.time != kInfinite);
                           });
    });
}

}  // namespace sim
