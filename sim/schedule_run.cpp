#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/puppets.hpp"

namespace sim {
namespace {

// A line without `nap` has this much virtual time to settle before its state is looked at.
constexpr Nanos kSettle = 60'000'000;
// Orders tried per line and lines looked at in all, so that a hopeless transcript ends.
constexpr std::size_t kMaxOrders = 720;
constexpr std::size_t kMaxTried = 200'000;

struct LineResult {
    std::vector<std::string> events;
    std::string state;
    std::vector<Fact> facts;
};

// Which puppet carries out a command; 0 for the driver, whose commands keep their order.
std::uint32_t actor(const ScheduleCommand& command) {
    return is_for_driver(command) ? 0 : command.thread;
}

// Is this order of the line's commands possible? Commands of one actor keep their order.
bool possible(const ScheduleLine& line, const std::vector<std::size_t>& order) {
    for (std::size_t i = 0; i < order.size(); ++i)
        for (std::size_t j = i + 1; j < order.size(); ++j)
            if (order[i] > order[j] &&
                actor(line.commands[order[i]]) == actor(line.commands[order[j]]))
                return false;
    return true;
}

// The orders worth trying, the written one first.
std::vector<std::vector<std::size_t>> orders(const ScheduleLine& line) {
    std::vector<std::size_t> order(line.commands.size());
    std::iota(order.begin(), order.end(), 0);
    std::vector<std::vector<std::size_t>> list{order};
    const bool one_actor =
        std::all_of(line.commands.begin(), line.commands.end(),
                    [&](const auto& c) { return actor(c) == actor(line.commands.front()); });
    if (one_actor || order.size() > 6) return list;
    while (std::next_permutation(order.begin(), order.end()) && list.size() < kMaxOrders)
        if (possible(line, order)) list.push_back(order);
    return list;
}

LineResult carry_out(Puppets& puppets, const ScheduleLine& line,
                     const std::vector<std::size_t>& order) {
    bool napped = false;
    for (const std::size_t i : order) {
        puppets.carry_out(line.commands[i]);
        napped = napped || line.commands[i].verb == ScheduleCommand::Verb::nap;
    }
    if (!napped) puppets.pass(kSettle);
    return {puppets.take_events(), puppets.state(), puppets.take_facts()};
}

bool same_set(std::vector<std::string> a, std::vector<std::string> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

// A `?` in an expected state is a number that could not be seen.
bool same_state(std::string_view expected, std::string_view got) {
    while (!expected.empty() && !got.empty()) {
        if (expected[0] == '?') {
            got.remove_prefix(std::min(got.find_first_not_of("0123456789"), got.size()));
        } else if (expected[0] == got[0]) {
            got.remove_prefix(1);
        } else {
            return false;
        }
        expected.remove_prefix(1);
    }
    return expected.empty() && got.empty();
}

bool meets(const ScheduleLine& line, const LineResult& result) {
    return (line.state.empty() || same_state(line.state, result.state)) &&
           same_set(line.events, result.events);
}

std::string describe_difference(const Schedule& schedule, const ScheduleLine& line,
                                const LineResult& got) {
    std::string text = fmt::format("{}:{}: `{}` does not give what is expected\n", schedule.origin,
                                   line.line, line.text);
    const auto list = [&](std::string_view title, const std::vector<std::string>& events,
                          const std::string& state) {
        text += fmt::format("  {}:\n", title);
        for (const std::string& event : events) text += fmt::format("    {}\n", event);
        if (!state.empty()) text += fmt::format("    {}\n", state);
    };
    list("expected", line.events, line.state);
    list("the model", got.events, got.state);
    return text;
}

// Looks for an order of the commands of each line with which all expectations are met, going back
// to another order of an earlier line when a later line cannot be met.
class Search {
public:
    explicit Search(const Schedule& schedule) : schedule_(schedule) {}

    bool from(std::size_t at, const Puppets& before) {
        if (at == schedule_.lines.size()) return true;
        const ScheduleLine& line = schedule_.lines[at];
        for (const auto& order : orders(line)) {
            if (++tried_ > kMaxTried) return false;
            Puppets puppets = before;
            LineResult result = carry_out(puppets, line, order);
            if (!meets(line, result)) {
                note_failure(at, line, result);
                continue;
            }
            result.events = line.events;  // one set, two orders: the transcript's is as good
            results.resize(at);
            results.push_back(std::move(result));
            if (from(at + 1, puppets)) return true;
        }
        return false;
    }

    std::vector<LineResult> results;
    std::string difference;  // at the line that was farthest from the start

private:
    void note_failure(std::size_t at, const ScheduleLine& line, const LineResult& result) {
        if (!difference.empty() && at <= farthest_) return;
        difference = describe_difference(schedule_, line, result);
        farthest_ = at;
    }

    const Schedule& schedule_;
    std::size_t tried_ = 0;
    std::size_t farthest_ = 0;
};

std::string transcript_of(const Schedule& schedule, const std::vector<LineResult>& results) {
    std::string text;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const ScheduleLine& line = schedule.lines[i];
        for (const std::string& comment : line.comments) text += comment + "\n";
        text += "> " + line.text + "\n";
        for (const std::string& event : results[i].events) text += "    " + event + "\n";
        text += "    " + results[i].state + "\n";
    }
    if (results.size() == schedule.lines.size())
        for (const std::string& comment : schedule.trailing_comments) text += comment + "\n";
    return text;
}

TraceHeader header_for(const Schedule& schedule, const Policies& policies,
                       std::uint32_t processors) {
    TraceHeader header;
    const std::size_t slash = schedule.origin.find_last_of("/\\");
    header.scenario_name =
        slash == std::string::npos ? schedule.origin : schedule.origin.substr(slash + 1);
    header.scenario = schedule.text;
    header.lane = "Model";
    header.policies = policies;
    header.processors = processors;
    for (const ScheduleLine& line : schedule.lines) {
        for (const ScheduleCommand& command : line.commands) {
            const auto value = static_cast<std::uint32_t>(command.number);
            if (command.verb == ScheduleCommand::Verb::port) {
                header.ports.emplace_back(1, command.port);
                header.concurrency.push_back(value == 0 ? processors : value);
            }
            if (command.verb == ScheduleCommand::Verb::threads)
                for (std::uint32_t t = 1; t <= value; ++t)
                    header.threads.push_back(fmt::format("T{}", t));
        }
    }
    return header;
}

std::vector<LineResult> as_written(const Schedule& schedule, Puppets puppets) {
    std::vector<LineResult> results;
    for (const ScheduleLine& line : schedule.lines) {
        std::vector<std::size_t> order(line.commands.size());
        std::iota(order.begin(), order.end(), 0);
        results.push_back(carry_out(puppets, line, order));
    }
    return results;
}

}  // namespace

ScheduleRun run_schedule(const Schedule& schedule, const Policies& policies,
                         std::uint32_t processors) {
    const Puppets puppets(policies, processors);
    ScheduleRun run;
    std::vector<LineResult> results;
    Search search(schedule);
    if (schedule.transcript && search.from(0, puppets)) {
        results = std::move(search.results);
    } else {
        results = as_written(schedule, puppets);
        run.first_difference = search.difference;
    }
    run.transcript = transcript_of(schedule, results);
    run.trace.header = header_for(schedule, policies, processors);
    for (const LineResult& result : results)
        run.trace.facts.append(result.facts.begin(), result.facts.end());
    const Nanos end = run.trace.facts.empty() ? 0 : run.trace.facts.back().t1;
    run.trace.facts.push_back({.t0 = end, .t1 = end, .kind = FactKind::ended});
    return run;
}

}  // namespace sim
