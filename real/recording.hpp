// A recording in progress, seen from the parent: starts the child process that runs the scenario
// (recorder.hpp), takes its trace as it arrives, and keeps what there is when the child is stopped,
// hangs or crashes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "real/child_process.hpp"
#include "real/proc_evidence.hpp"
#include "real/recorder_protocol.hpp"
#include "sim/diagnostic.hpp"
#include "sim/trace.hpp"
#include "sim/trace_io.hpp"

namespace real {

using sim::Nanos;

struct StartOptions {
    std::string scenario_text;
    NamedFiles files{};   // that it names
    std::string origin;   // its file name, for messages and the trace header
    std::string backend;  // "linux", "win32", "wine"
    // The program that becomes the child: iocpscope, or iocpscope.exe for Wine. Empty: found
    // beside the running one.
    std::string program{};
    bool schedule = false;  // scenario_text is a schedule
    bool gated = false;     // one step at a time, each when next() says so
    Nanos open_for = 0;     // how long a run with clients is kept open for others
    // observed, sampled or announced (blocking.hpp); empty: the best that works here.
    std::string blocking{};
};

class Recording {
public:
    // Errors: R001 no such back end; R002 it cannot run here, with what to install; R003 the
    // child's program is not there or does not start; R004 the scenario needs what the worker pool
    // cannot do yet; R005 it cannot be gated.
    [[nodiscard]] static sim::Result<std::unique_ptr<Recording>> start(const StartOptions&);
    ~Recording();  // ends the child if it still runs

    // Takes what has arrived, and waits at most so long for something; 0 never waits. True when
    // the recording has finished, however it did. Must be called now and then while it runs: under
    // Wine it answers the child's questions.
    bool poll(Nanos wait_at_most);
    // Asks the child to end the run; a child that does not listen is killed by a later poll().
    void stop();
    // A run that is kept open for others comes to its own end now.
    void close();
    // Of a gated run: so many more steps, at most 2^32; all that are left.
    void next(std::uint64_t steps = 1);
    void run_on();
    // It has done what it was told, all of it has arrived, and it waits to be told more. What it
    // would do then, in words; nothing while it is at it, or has finished.
    [[nodiscard]] std::optional<std::string> waits_with() const;
    // What has arrived so far, sorted, without an end; no facts before the run has begun.
    [[nodiscard]] sim::Trace so_far() const;

    [[nodiscard]] std::size_t facts_so_far() const { return trace_.facts.size(); }
    // The trace: sorted by t0, then t1, then arrival; its last fact is `ended`. When the child died
    // that fact is added, with outcome `stopped` if stop() was called and `crashed` otherwise. No
    // facts at all when the run never began: child_messages() says why.
    [[nodiscard]] sim::Trace take();
    // Of a schedule or a gated run: what was seen so far, in the format of a transcript.
    [[nodiscard]] const std::string& transcript() const { return transcript_; }
    // What the child said on standard error: why it could not run, or what Wine has to say.
    [[nodiscard]] const std::string& child_messages() const { return messages_; }
    // 0; 2 the scenario is bad; 4 the environment cannot; negative: ended by a signal. Nothing
    // while the child runs.
    [[nodiscard]] std::optional<int> exit_code() { return child_.exit_code(); }

private:
    explicit Recording(const StartOptions&);

    void take_lines();
    void take_line(std::string_view line);
    void take_first_line(std::string_view line);
    void look_again();
    void answer(Sighting);
    void add_message(std::string_view text);

    ChildProcess child_;
    bool under_wine_ = false;
    bool finished_ = false;
    std::optional<Nanos> kill_at_;  // stop() was called; clock_now()

    std::string unread_;  // the beginning of a line
    std::string messages_;
    std::string transcript_;
    std::uint64_t asked_ = 0, announced_ = 0;  // steps of a gated run
    bool runs_on_ = false;
    std::string next_step_;  // the one announced last
    sim::Trace trace_;
    std::unique_ptr<sim::FactParser> parser_;  // once the header has arrived
    bool garbled_ = false;                     // a line was no fact
    int line_number_ = 0;

    std::optional<Question> question_;       // the child waits for the answer
    std::optional<ThreadsSeen> first_look_;  // at the threads in question
    Nanos look_again_at_ = 0;
};

}  // namespace real
