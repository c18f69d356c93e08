#include "real/schedule_recorder.hpp"

#include <algorithm>
#include <memory>

#include "real/blocking.hpp"
#include "real/clock.hpp"
#include "real/schedule_cast.hpp"
#include "sim/gated.hpp"
#include "sim/trace_io.hpp"

namespace real {
namespace {

using Verb = sim::ScheduleCommand::Verb;

// A line without `nap` has this long to settle, as in the model; only used up when something ends
// by itself.
constexpr Nanos kSettle = 60'000'000;
// So much more may a line take before time-outs count as late.
constexpr Nanos kLate = 40'000'000;
constexpr Nanos kLimit = 300'000'000'000;

sim::TraceHeader make_header(const sim::Schedule& schedule, const Backend& backend) {
    sim::TraceHeader header;
    header.scenario_name = schedule.origin.substr(schedule.origin.find_last_of("/\\") + 1);
    header.scenario = schedule.text;
    header.backend = backend.name;
    header.lane = backend.lane;
    header.windows_evidence = backend.windows_evidence;
    header.processors = available_processors();
    header.clock = clock_name();
    header.clock_step = clock_step();
    header.host = backend.host;
    describe_blocking(backend, header);
    sim::name_gate(header, "one command at a time; idle threads poll and yield");
    for (const sim::ScheduleLine& line : schedule.lines) {
        for (const sim::ScheduleCommand& command : line.commands) {
            const auto value = static_cast<std::uint32_t>(command.number);
            if (command.verb == Verb::port) {
                header.ports.emplace_back(1, command.port);
                header.concurrency.push_back(value == 0 ? header.processors : value);
            }
            if (command.verb == Verb::threads)
                for (std::uint32_t t = 1; t <= value; ++t)
                    header.threads.push_back("T" + std::to_string(t));
        }
    }
    return header;
}

// The same schedule with every command on a line of its own. The text of a line has as many parts
// as it has commands.
sim::Schedule one_by_one(const sim::Schedule& schedule) {
    sim::Schedule result = schedule;
    result.lines.clear();
    for (const sim::ScheduleLine& line : schedule.lines) {
        std::string_view text = line.text;
        for (const sim::ScheduleCommand& command : line.commands) {
            text.remove_prefix(std::min(text.find_first_not_of(" \t;"), text.size()));
            const std::string_view part = text.substr(0, text.find(';'));
            text.remove_prefix(part.size());
            sim::ScheduleLine alone;
            alone.text = part.substr(0, part.find_last_not_of(" \t") + 1);
            alone.line = line.line;
            alone.commands = {command};
            if (&command == &line.commands.front()) alone.comments = line.comments;
            result.lines.push_back(std::move(alone));
        }
    }
    return result;
}

// One schedule being carried out.
class Performance {
public:
    Performance(const sim::Schedule& schedule, Cast& cast, const sim::TraceHeader& header,
                RecorderHost& host)
        : schedule_(schedule), cast_(cast), header_(header), host_(host) {}

    sim::Outcome run() {
        for (const sim::ScheduleLine& line : schedule_.lines) {
            if (host_.stop_requested()) return sim::Outcome::stopped;
            if (!host_.gated() && cast_.stamp() > kLimit) return sim::Outcome::time_limit;
            if (host_.gated() && !may_go_on(line)) return sim::Outcome::stopped;
            const bool done = carry_out(line);
            if (!done) return sim::Outcome::stopped;
        }
        if (late_) host_.write(std::string(kLatePrefix) + " the computer was too slow\n");
        return sim::Outcome::complete;
    }
    void write_facts() {
        std::string lines;
        for (const sim::Fact& fact : cast_.take_facts())
            sim::append_line(lines, header_, fact, ++seq_);
        host_.write(lines);
    }
    void end(sim::Outcome outcome) {
        write_facts();
        const Nanos now = cast_.stamp();
        std::string lines;
        sim::append_line(lines, header_,
                         {.t0 = now, .t1 = now, .kind = sim::FactKind::ended, .outcome = outcome},
                         ++seq_);
        host_.write(lines);
    }

private:
    // What waits for a time may end while nobody says that the run goes on.
    bool may_go_on(const sim::ScheduleLine& line) {
        host_.write(announcement(line.text));
        late_ = late_ || cast_.timed();
        return host_.next_step();
    }
    bool carry_out(const sim::ScheduleLine& line) {
        const Nanos begin = cast_.stamp();
        Nanos time = 0;
        bool timed = cast_.timed();
        bool done = true;
        for (const sim::ScheduleCommand& command : line.commands) {
            if (command.verb == Verb::nap) time += command.time;
            done = done && cast_.carry_out(command);
            // It may have ended already, if the computer is slow.
            timed = timed || cast_.timed() || command.verb == Verb::alert ||
                    (command.time > 0 && command.time != sim::kInfinite);
        }
        const Nanos left = time == 0 ? kSettle - (cast_.stamp() - begin) : 0;
        if (time == 0) time = kSettle;
        done = done && cast_.pass(std::max<Nanos>(left, 0));
        late_ = late_ || (timed && cast_.stamp() - begin > time + kLate);
        std::string text;
        for (const std::string& comment : line.comments) text += comment + "\n";
        text += "> " + line.text + "\n";
        for (const std::string& event : cast_.take_events()) text += "    " + event + "\n";
        if (done) text += "    " + cast_.state() + "\n";
        host_.write(text);
        write_facts();
        return done;
    }

    const sim::Schedule& schedule_;
    Cast& cast_;
    const sim::TraceHeader& header_;
    RecorderHost& host_;
    std::size_t seq_ = 0;
    bool late_ = false;
};

}  // namespace

RecorderResult record_schedule(const sim::Schedule& whole, Ports& ports, const Backend& backend,
                               RecorderHost& host) {
    const sim::Schedule schedule = host.gated() ? one_by_one(whole) : whole;
    const sim::TraceHeader header = make_header(schedule, backend);
    host.write(sim::header_to_line(header) + "\n");
    auto cast = std::make_unique<Cast>(ports, host);
    Performance performance(schedule, *cast, header, host);
    RecorderResult result;
    result.outcome = performance.run();
    performance.end(result.outcome);
    result.all_left = cast->leave();
    // A puppet that never left still uses it: not destroyed then, on purpose.
    if (!result.all_left) static_cast<void>(cast.release());
    return result;
}

}  // namespace real
