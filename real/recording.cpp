#include "real/recording.hpp"

#include <algorithm>
#include <utility>

#include "real/backends.hpp"
#include "real/clock.hpp"
#include "real/gateable.hpp"
#include "real/port.hpp"
#include "real/recordable.hpp"

namespace real {
namespace {

using sim::Fact;
using sim::FactKind;
using sim::Outcome;

// How long a child that was asked to stop may take: its workers get two seconds to leave.
constexpr Nanos kStopWithin = 5'000'000'000;
// Between the two looks at the threads of a question.
constexpr Nanos kBetweenLooks = 3'000'000;
constexpr std::size_t kLongestMessages = 65536;

sim::Diagnostic problem(std::string code, std::string message, std::string origin,
                        std::string help = {}) {
    sim::Diagnostic diagnostic;
    diagnostic.code = std::move(code);
    diagnostic.message = std::move(message);
    diagnostic.origin = std::move(origin);
    diagnostic.help = std::move(help);
    return diagnostic;
}

ChildCommand command_for(const StartOptions& options) {
    ChildCommand command;
    if (options.backend == kWineBackend) {
        command.program = find_in_path("wine");
        command.arguments = {options.program.empty() ? windows_program_path() : options.program};
        // No crash dialogs, no offer to install Mono or Gecko, no chatter.
        command.environment = {{"WINEDEBUG", "-all"}, {"WINEDLLOVERRIDES", "mscoree=;mshtml="}};
    } else {
        command.program = options.program.empty() ? recorder_program_path() : options.program;
    }
    command.arguments.emplace_back(kRecordCommand);
    command.arguments.emplace_back("--backend");
    command.arguments.push_back(options.backend);
    if (!options.blocking.empty()) {
        command.arguments.emplace_back("--blocking");
        command.arguments.push_back(options.blocking);
    }
    return command;
}

}  // namespace

Recording::Recording(const StartOptions& options) : under_wine_(options.backend == kWineBackend) {
    // Until the child's own header arrives, so that even a run that never began says what it was.
    trace_.header.backend = options.backend;
    trace_.header.scenario = options.scenario_text;
    trace_.header.files = options.files;
    trace_.header.scenario_name = options.origin.substr(options.origin.find_last_of("/\\") + 1);
}

Recording::~Recording() = default;

sim::Result<std::unique_ptr<Recording>> Recording::start(const StartOptions& options) {
    const std::vector<Backend> known = backends();
    const auto backend = std::find_if(known.begin(), known.end(), [&](const Backend& each) {
        return each.name == options.backend;
    });
    if (backend == known.end())
        return problem("R001", "there is no back end `" + options.backend + "`", options.origin,
                       "`iocpscope backends` lists them");
    if (!backend->unavailable.empty())
        return problem("R002", "cannot record with `" + options.backend + "` here", options.origin,
                       backend->unavailable);
    // A scenario that cannot be read is the child's to complain about: it knows this computer.
    if (const auto scenario = sim::parse_scenario(options.scenario_text, options.origin,
                                                  {.read_file = sim::reader_of(options.files)})) {
        if (const std::string why = unrecordable(*scenario, *backend); !why.empty())
            return problem("R004", why, options.origin, "`iocpscope simulate` plays it");
        if (const std::string why = ungateable(*scenario); options.gated && !why.empty())
            return problem("R005", why, options.origin, "record it without the gate");
    }
    const ChildCommand command = command_for(options);
    if (command.program.empty())
        return problem("R003", "the program iocpscope, which records, is not beside this one",
                       options.origin,
                       "build it: cmake --preset release && cmake --build "
                       "--preset release");
    std::unique_ptr<Recording> recording(new Recording(options));
    recording->trace_.header.lane = backend->lane;
    if (const std::string why = recording->child_.start(command); !why.empty())
        return problem("R003", "the recorder does not start: " + why, options.origin);
    if (options.gated) recording->child_.send(std::string(kGatedLine) + "\n");
    if (options.open_for > 0) recording->child_.send(open_line(options.open_for));
    recording->child_.send(
        options.schedule ? schedule_message(options.scenario_text, options.origin)
                         : scenario_message(options.scenario_text, options.origin, options.files));
    return recording;
}

bool Recording::poll(Nanos wait_at_most) {
    if (finished_) return true;
    const Nanos deadline = clock_now() + wait_at_most;
    bool something = false;
    do {
        Nanos wait = std::max<Nanos>(deadline - clock_now(), 0);
        if (question_) wait = std::min(wait, std::max<Nanos>(look_again_at_ - clock_now(), 0));
        if (kill_at_ && clock_now() >= *kill_at_) child_.kill();
        const bool ended = child_.exit_code().has_value();
        const std::size_t before = unread_.size() + messages_.size();
        std::string error;
        child_.receive(wait, unread_, error);
        add_message(error);
        something = unread_.size() + messages_.size() > before;
        take_lines();
        look_again();
        finished_ = ended;  // it had ended before the last of it was read
    } while (!finished_ && !something && clock_now() < deadline);
    return finished_;
}

void Recording::close() {
    child_.send(std::string(kCloseLine) + "\n");
}

void Recording::stop() {
    if (finished_ || kill_at_) return;
    kill_at_ = clock_now() + kStopWithin;
    child_.send(std::string(kStopLine) + "\n");
    // Under Wine the signal would end the process without a word; the line above is enough.
    if (!under_wine_) child_.interrupt();
}

void Recording::next(std::uint64_t steps) {
    asked_ += steps;
    child_.send(next_line(steps));
}

void Recording::run_on() {
    runs_on_ = true;
    child_.send(std::string(kRunLine) + "\n");
}

std::optional<std::string> Recording::waits_with() const {
    if (finished_ || runs_on_ || announced_ <= asked_) return std::nullopt;
    return next_step_;
}

void Recording::take_lines() {
    std::size_t begin = 0;
    for (std::size_t end; (end = unread_.find('\n', begin)) != std::string::npos; begin = end + 1)
        take_line(std::string_view(unread_).substr(begin, end - begin));
    unread_.erase(0, begin);
}

void Recording::take_line(std::string_view line) {
    ++line_number_;
    if (!parser_) return take_first_line(line);
    if (auto question = question_from_line(line)) {
        question_ = std::move(question);
        first_look_.reset();
        look_again_at_ = 0;
        return;
    }
    if (is_of_transcript(line)) {
        transcript_ += std::string(line) + "\n";
        if (const auto step = announced_step(line)) {
            ++announced_;
            next_step_ = *step;
        }
        return;
    }
    auto parsed = parser_->parse(line, "the recorder", line_number_);
    if (parsed) {
        trace_.facts.push_back(parsed->fact);
    } else {
        garbled_ = true;
        add_message(sim::render(parsed.error()));
    }
}

void Recording::take_first_line(std::string_view line) {
    auto header = sim::header_from_line(line, "the recorder");
    if (!header) return add_message(sim::render(header.error()));
    trace_.header = std::move(*header);
    parser_ = std::make_unique<sim::FactParser>(trace_.header);
}

// Two looks some milliseconds apart: a thread that slept in both and was not switched out in
// between slept all the time. And in the middle a look at Wine's server: while it sleeps nobody
// waits for its answer, so what the threads wait for is no answer.
void Recording::look_again() {
    if (!question_ || clock_now() < look_again_at_) return;
    const std::optional<bool> nobody_asks = first_look_ ? wine_servers_asleep() : true;
    auto seen = look_at_threads(child_.process_id(), question_->threads);
    if (!seen || !nobody_asks) return answer(Sighting::unknown);
    if (!seen->all_asleep() || !*nobody_asks) return answer(Sighting::moving);
    if (!first_look_) {
        first_look_ = std::move(seen);
        look_again_at_ = clock_now() + kBetweenLooks;
        return;
    }
    answer(*seen == *first_look_ ? Sighting::parked : Sighting::moving);
}

void Recording::answer(Sighting sighting) {
    child_.send(to_line(Answer{.number = question_->number, .sighting = sighting}));
    question_.reset();
}

void Recording::add_message(std::string_view text) {
    const std::size_t room = kLongestMessages - std::min(messages_.size(), kLongestMessages);
    messages_.append(text.substr(0, room));
}

namespace {

void sort(std::vector<Fact>& facts) {
    std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) {
        return a.t0 != b.t0 ? a.t0 < b.t0 : a.t1 < b.t1;
    });
}

}  // namespace

sim::Trace Recording::so_far() const {
    sim::Trace trace;
    if (!parser_) return trace;
    trace.header = trace_.header;
    std::vector<Fact> facts = trace_.facts.all();
    sort(facts);
    trace.facts = facts;
    return trace;
}

sim::Trace Recording::take() {
    sim::Trace trace = std::exchange(trace_, {});
    if (!parser_) return trace;  // the run never began
    Fact ended{.kind = FactKind::ended};
    ended.outcome = kill_at_ ? Outcome::stopped : Outcome::crashed;
    std::vector<Fact> facts = trace.facts.all();
    for (const Fact& fact : facts) {
        if (fact.kind == FactKind::ended) ended = fact;
        ended.t0 = ended.t1 = std::max(ended.t1, fact.t1);
    }
    if (garbled_) ended.outcome = Outcome::crashed;
    std::erase_if(facts, [](const Fact& fact) { return fact.kind == FactKind::ended; });
    sort(facts);
    facts.push_back(ended);
    trace.facts = facts;
    trace.header.dropped = static_cast<std::uint64_t>(std::max<std::int64_t>(ended.amount, 0));
    return trace;
}

}  // namespace real
