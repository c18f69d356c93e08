#include "gui/session.hpp"

#include <filesystem>
#include <utility>

#include "gui/text.hpp"
#include "sim/model_of.hpp"
#include "sim/schedule.hpp"
#include "sim/simulator.hpp"
#include "sim/trace_io.hpp"

namespace gui {
namespace {

bool is_trace(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{';
}

std::string base_name(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

void set_lane(Session& session, std::size_t side, sim::Trace trace) {
    session.lane_titles[side] =
        trace.header.lane.empty() ? std::string(text(Text::lane_model)) : trace.header.lane;
    session.dispatches[side] = sim::dispatches(trace);
    session.lanes[side] = std::make_unique<sim::Lane>(std::move(trace));
}

void describe(Session& session, const sim::Scenario& scenario) {
    session.title = scenario.title.empty() ? session.scenario_name : scenario.title;
    session.teaches = scenario.teaches;
}

// What the viewer must know about a trace that is not whole.
std::string notice_of(const sim::Trace& trace) {
    if (trace.truncated) return text(Text::truncated);
    if (trace.header.dropped > 0) return text(Text::dropped, trace.header.dropped);
    return {};
}

std::vector<sim::DispatchPair> pairs_of_one_lane(const Session& session, std::size_t side) {
    std::vector<sim::DispatchPair> pairs;
    pairs.reserve(session.dispatches[side].size());
    for (const sim::Dispatch& dispatch : session.dispatches[side]) {
        sim::DispatchPair pair;
        pair.packet = dispatch.packet;
        (side == kLeft ? pair.left : pair.right) = dispatch.thread;
        (side == kLeft ? pair.left_step : pair.right_step) = dispatch.step;
        pairs.push_back(pair);
    }
    return pairs;
}

// Longer searches are for the command line.
constexpr std::uint64_t kCheckEffort = 1'000'000;

void judge(Session& session) {
    session.check.reset();
    const auto& measured = session.lanes[kRight];
    if (!measured || measured->trace().header.backend == "model") return;
    sim::CheckOptions options;
    options.effort = kCheckEffort;
    session.check = sim::check(measured->trace(), options);
}

void align(Session& session) {
    const auto& [left, right] = session.lanes;
    session.comparison.reset();
    session.pairs.clear();
    if (left && right) {
        session.alignment = Alignment(left->trace(), right->trace());
        session.comparison = sim::compare(left->trace(), right->trace());
        session.pairs = session.comparison->pairs;
    } else if (left) {
        session.alignment = Alignment(left->trace());
        session.pairs = pairs_of_one_lane(session, kLeft);
    } else if (right) {
        session.alignment = Alignment(sim::Trace{}, right->trace());
        session.pairs = pairs_of_one_lane(session, kRight);
    } else {
        session.alignment = Alignment();
    }
}

// The comments at the head of a schedule say what it shows.
void describe(Session& session, const sim::Schedule& schedule) {
    session.title = session.scenario_name;
    if (schedule.lines.empty()) return;
    for (const std::string& comment : schedule.lines.front().comments) {
        const std::size_t begin = comment.find_first_not_of("# ");
        if (begin == std::string::npos) continue;
        session.teaches += (session.teaches.empty() ? "" : " ") + comment.substr(begin);
    }
}

// The model that stands beside a measurement: what the session holds, on that computer.
std::optional<sim::Trace> model_beside(const Session& session, const sim::TraceHeader& measured) {
    if (session.schedule) {
        const auto schedule = sim::parse_schedule(session.scenario_text, session.scenario_name);
        if (!schedule) return std::nullopt;
        return sim::run_schedule(*schedule, {}, measured.processors).trace;
    }
    const auto scenario = sim::parse_scenario(
        session.scenario_text, session.scenario_name,
        {.processors = measured.processors, .read_file = sim::reader_of(session.scenario_files)});
    if (!scenario) return std::nullopt;
    return sim::model_of(*scenario, measured);
}

sim::Result<Session> open_schedule(std::string_view text, const std::string& origin) {
    const sim::Result<sim::Schedule> schedule = sim::parse_schedule(text, origin);
    if (!schedule) return schedule.error();
    Session session;
    session.file = origin;
    session.schedule = true;
    session.scenario_text = std::string(text);
    session.scenario_name = base_name(origin);
    describe(session, *schedule);
    set_lane(session, kLeft, sim::run_schedule(*schedule, {}, sim::Machine{}.processors).trace);
    align(session);
    return session;
}

// The trace of a schedule, with the model beside it unless it is the model's.
Session open_trace_of_schedule(Session session, sim::Trace trace) {
    session.schedule = true;
    if (const auto schedule = sim::parse_schedule(session.scenario_text, session.scenario_name))
        describe(session, *schedule);
    if (trace.header.backend == "model") {
        set_lane(session, kLeft, std::move(trace));
    } else {
        if (auto model = model_beside(session, trace.header))
            set_lane(session, kLeft, std::move(*model));
        set_lane(session, kRight, std::move(trace));
    }
    align(session);
    return session;
}

sim::Result<Session> open_trace(std::string_view text, const std::string& origin) {
    sim::Result<sim::Trace> read = sim::trace_from_ndjson(text, origin);
    if (!read) return read.error();
    sim::Trace trace = std::move(*read);
    Session session;
    session.file = origin;
    session.scenario_text = trace.header.scenario;
    session.scenario_files = trace.header.files;
    session.scenario_name =
        trace.header.scenario_name.empty() ? base_name(origin) : trace.header.scenario_name;
    session.title = session.scenario_name;
    session.notice = notice_of(trace);
    if (sim::is_schedule(session.scenario_text, session.scenario_name))
        return open_trace_of_schedule(std::move(session), std::move(trace));
    const sim::Result<sim::Scenario> scenario = sim::scenario_of(trace.header);
    if (scenario) describe(session, *scenario);
    if (trace.header.backend == "model") {
        set_lane(session, kLeft, std::move(trace));
        if (!scenario) session.scenario_text.clear();
    } else {
        if (scenario) set_lane(session, kLeft, sim::model_of(*scenario, trace.header));
        if (!scenario) session.scenario_text.clear();
        set_lane(session, kRight, std::move(trace));
    }
    align(session);
    return session;
}

sim::Result<Session> open_scenario(
    std::string_view text, const std::string& origin,
    const std::function<std::optional<std::string>(std::string_view name)>& read_file) {
    const sim::Result<sim::Scenario> scenario =
        sim::parse_scenario(text, origin, {.read_file = read_file});
    if (!scenario) return scenario.error();
    Session session;
    session.file = origin;
    session.scenario_text = std::string(text);
    session.scenario_files = scenario->files;
    session.scenario_name = base_name(origin);
    describe(session, *scenario);
    set_lane(session, kLeft, sim::simulate(*scenario).trace);
    align(session);
    return session;
}

}  // namespace

sim::Result<Session> open_session(
    std::string_view text, const std::string& origin,
    const std::function<std::optional<std::string>(std::string_view name)>& read_file) {
    if (is_trace(text)) {
        sim::Result<Session> session = open_trace(text, origin);
        if (session) judge(*session);
        return session;
    }
    if (sim::is_schedule(text, origin)) return open_schedule(text, origin);
    return open_scenario(text, origin, read_file);
}

namespace {

void put_beside_model(Session& session, sim::Trace measured) {
    session.notice = notice_of(measured);
    if (auto model = model_beside(session, measured.header))
        set_lane(session, kLeft, std::move(*model));
    set_lane(session, kRight, std::move(measured));
    align(session);
}

// How far the model is when it has done the last of what was measured so far: the last event that
// both tell, and what follows from it inside the port.
std::size_t model_steps_until_now(const Session& session) {
    const sim::FactLog& left = session.lanes[kLeft]->trace().facts;
    const sim::FactLog& right = session.lanes[kRight]->trace().facts;
    std::size_t steps = 0;
    for (std::size_t m = session.alignment.last(); m > 0 && steps == 0; --m) {
        const Moment now = session.alignment.at(m), before = session.alignment.at(m - 1);
        if (now.left == before.left || now.right == before.right) continue;
        const sim::Fact a = left[now.left - 1], b = right[now.right - 1];
        if (sim::info(a.kind).fact_class == sim::FactClass::evidence) continue;
        if (a.kind == b.kind && a.thread == b.thread && a.packet == b.packet) steps = now.left;
    }
    while (steps < left.size() &&
           (sim::hidden(left[steps]) || left[steps].kind == sim::FactKind::parked))
        ++steps;
    return steps;
}

}  // namespace

void set_measurement(Session& session, sim::Trace measured) {
    put_beside_model(session, std::move(measured));
    judge(session);
}

void set_step(Session& session, sim::Trace so_far) {
    put_beside_model(session, std::move(so_far));
    if (session.lanes[kLeft]) {
        sim::Trace model = session.lanes[kLeft]->trace();
        std::vector<sim::Fact> facts = model.facts.all();
        facts.resize(model_steps_until_now(session));
        model.facts = facts;
        set_lane(session, kLeft, std::move(model));
        align(session);
    }
    session.comparison.reset();
    session.check.reset();
}

}  // namespace gui
