#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "real/blocking.hpp"
#include "real/clock.hpp"
#include "real/gateable.hpp"
#include "real/recordable.hpp"
#include "real/recorder.hpp"
#include "real/recorder_protocol.hpp"
#include "real/schedule_recorder.hpp"
#include "real/standard_input.hpp"
#include "real/step_source.hpp"
#include "real/thread_wrapper.hpp"

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#endif

namespace real {
namespace {

// Set by a signal, a `stop` line or the end of the input. A signal handler can reach nothing else.
std::atomic<bool> stop_flag{false};

constexpr Nanos kAnswerWithin = 10'000'000'000;
constexpr Nanos kShortNap = 200'000;

// Standard output carries the trace. One fwrite per batch of whole lines, so that lines of the
// drain and questions of the driver never mix.
class ChildHost final : public RecorderHost {
public:
    void write(std::string_view lines) override {
        const bool written = std::fwrite(lines.data(), 1, lines.size(), stdout) == lines.size() &&
                             std::fflush(stdout) == 0;
        if (!written) stop_flag = true;  // nobody reads any longer
    }
    [[nodiscard]] bool stop_requested() const override { return stop_flag; }
    void complain(std::string_view sentence) override {
        std::fprintf(stderr, "%.*s\n", static_cast<int>(sentence.size()), sentence.data());
        std::fflush(stderr);
    }
    [[nodiscard]] std::optional<bool> asleep(const std::vector<std::string>& names) override {
        const std::uint32_t number = ++questions_;
        write(to_line(Question{.number = number, .threads = names}));
        const Nanos deadline = clock_now() + kAnswerWithin;
        while (!stop_flag && clock_now() < deadline) {
            const std::uint64_t word = answer_.load(std::memory_order_acquire);
            if (word >> 8 == number) {
                const auto sighting = static_cast<Sighting>(word & 0xFF);
                if (sighting == Sighting::unknown) return std::nullopt;
                return sighting == Sighting::parked;
            }
            sleep_for(kShortNap);
        }
        return std::nullopt;
    }
    [[nodiscard]] bool gated() const override { return gated_; }
    [[nodiscard]] bool next_step() override { return !gated_ || steps_.take(stop_flag); }
    // Before the run begins.
    void gate() { gated_ = true; }
    // By the thread that reads the input.
    [[nodiscard]] StepSource& steps() { return steps_; }
    void take(const Answer& answer) {
        answer_.store(
            std::uint64_t{answer.number} << 8 | static_cast<std::uint64_t>(answer.sighting),
            std::memory_order_release);
    }

private:
    bool gated_ = false;
    StepSource steps_;
    std::uint32_t questions_ = 0;
    std::atomic<std::uint64_t> answer_{0};  // the last one: number and sighting
};

void listen(StandardInput& input, ChildHost& host) {
    while (const auto line = input.line()) {
        if (*line == kStopLine) break;
        if (const auto answer = answer_from_line(*line)) host.take(*answer);
        if (const auto steps = steps_from_line(*line)) host.steps().allow(*steps);
        if (*line == kRunLine) host.steps().allow_all();
    }
    stop_flag = true;
}

#ifdef _WIN32
BOOL WINAPI on_console_event(DWORD) {
    stop_flag = true;
    return TRUE;
}
void prepare_process() {
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
    SetConsoleCtrlHandler(on_console_event, TRUE);
}
#else
void on_signal(int) {
    stop_flag = true;
}
void prepare_process() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    // A parent that is gone is an error of fwrite, not the end of the process.
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, nullptr);
}
#endif

// Threads that cannot be joined (one reads the input, hung ones are in a port) make destructors
// unsafe, so the process ends at once.
[[noreturn]] void leave_process(int code) {
    std::fflush(stdout);
    std::fflush(stderr);
    std::_Exit(code);
}

// In a measured run `processors` means those of this computer.
sim::Result<sim::Scenario> parse_here(std::string_view text, std::string_view origin,
                                      const NamedFiles& files) {
    return sim::parse_scenario(
        text, origin, {.processors = available_processors(), .read_file = sim::reader_of(files)});
}

// What the parent sends first.
struct Job {
    NamedFiles files;
    std::string origin;
    std::string text;
    bool schedule = false;
    bool gated = false;
};
std::optional<Job> read_job(StandardInput& input) {
    Job job;
    for (;;) {
        const auto line = input.line();
        if (!line) return std::nullopt;
        if (*line == kGatedLine) {
            job.gated = true;
            continue;
        }
        const auto file = file_heading_from_line(*line);
        auto heading = file ? file : scenario_heading_from_line(*line);
        job.schedule = !heading;
        if (!heading) heading = schedule_heading_from_line(*line);
        auto text = heading ? input.bytes(heading->length) : std::nullopt;
        if (!text) return std::nullopt;
        if (file) {
            job.files.emplace_back(file->name, std::move(*text));
            continue;
        }
        job.origin = heading->name;
        job.text = std::move(*text);
        return job;
    }
}

}  // namespace

namespace {

std::size_t threads_of(const sim::Schedule& schedule) {
    std::size_t count = 0;
    for (const sim::ScheduleLine& line : schedule.lines)
        for (const sim::ScheduleCommand& command : line.commands)
            if (command.verb == sim::ScheduleCommand::Verb::threads) count += command.number;
    return count;
}

int run_schedule_child(const RecorderChild& child, const std::string& text,
                       const std::string& origin, StandardInput& input, ChildHost& host) {
    const auto schedule = sim::parse_schedule(text, origin);
    if (!schedule) {
        host.complain(sim::render(schedule.error()));
        return 2;
    }
    Thread listener;
    if (!listener.start("input", [&] { listen(input, host); })) {
        host.complain("the system gives no thread to read the input");
        return 4;
    }
    Backend backend = child.backend;
    if (const std::string why = settle_blocking(backend, child.blocking, threads_of(*schedule));
        !why.empty()) {
        host.complain(why);
        leave_process(4);
    }
    const std::unique_ptr<Ports> ports = child.make_ports(backend.blocking);
    static_cast<void>(record_schedule(*schedule, *ports, backend, host));
    leave_process(0);
}

}  // namespace

int run_record_child(const RecorderChild& child) {
    prepare_process();
    // Both live until the process ends: the reading thread uses them to the last.
    static StandardInput input;
    static ChildHost host;
    if (!child.backend.unavailable.empty()) {
        host.complain(child.backend.unavailable);
        return 4;
    }
    const auto job = read_job(input);
    if (!job) {
        host.complain("this command is for iocpscope itself: `iocpscope record SCENARIO` runs it");
        return 2;
    }
    if (job->gated) host.gate();
    if (job->schedule) return run_schedule_child(child, job->text, job->origin, input, host);
    const auto scenario = child.parse(job->text, job->origin, job->files);
    if (!scenario) {
        host.complain(sim::render(scenario.error()));
        return 2;
    }
    if (const std::string why = unrecordable(*scenario, child.backend); !why.empty()) {
        host.complain(why);
        return 4;
    }
    if (const std::string why = ungateable(*scenario); job->gated && !why.empty()) {
        host.complain(why);
        return 4;
    }
    Thread listener;
    if (!listener.start("input", [] { listen(input, host); })) {
        host.complain("the system gives no thread to read the input");
        return 4;
    }
    Backend backend = child.backend;
    if (const std::string why = settle_blocking(backend, child.blocking, scenario->thread_count());
        !why.empty()) {
        host.complain(why);
        leave_process(4);
    }
    const std::unique_ptr<Ports> ports = child.make_ports(backend.blocking);
    if (const std::string why = unrecordable_here(*scenario, *ports); !why.empty()) {
        host.complain(why);
        leave_process(4);
    }
    const RecorderResult result = record(*scenario, *ports, backend, host);
    leave_process(result.outcome == sim::Outcome::crashed ? 4 : 0);
}

int run_record_child(std::string_view backend, std::string_view blocking) {
    for (const Backend& each : backends())
        if (each.name == backend)
            return run_record_child({.backend = each,
                                     .make_ports = make_ports,
                                     .parse = parse_here,
                                     .blocking = std::string(blocking)});
    std::fprintf(stderr, "this program has no back end `%.*s`\n", static_cast<int>(backend.size()),
                 backend.data());
    return 2;
}

}  // namespace real
