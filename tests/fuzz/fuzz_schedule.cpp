#include "sim/schedule.hpp"
#include "tests/fuzz/harness.hpp"

namespace fuzz {
namespace {

std::size_t commands(const sim::Schedule& schedule) {
    std::size_t count = 0;
    for (const sim::ScheduleLine& line : schedule.lines) count += line.commands.size();
    return count;
}

}  // namespace

void schedule(std::string_view bytes) {
    const auto schedule = sim::parse_schedule(bytes, "fuzz.schedule");
    if (!schedule) return check_errors(schedule.error(), bytes);
    // More would only be more of the same.
    if (commands(*schedule) > 100) return;
    for (const bool as_recorded : {false, true}) {
        sim::Policies policies;
        if (as_recorded) policies.self_insert = sim::SelfInsert::nt52;
        if (as_recorded) policies.close = sim::Close::keep;
        const sim::ScheduleRun run = sim::run_schedule(*schedule, policies, 2);
        look_at(run.trace);
        // What a run prints is a transcript that the same run meets.
        const auto again = sim::parse_schedule(run.transcript, "fuzz.schedule");
        if (!again) continue;
        must(sim::run_schedule(*again, policies, 2).first_difference.empty() ||
                 !run.first_difference.empty(),
             "a run does not meet its own transcript");
    }
}

}  // namespace fuzz
