// The recorder: runs a scenario on real threads with a real port and tells what happened, as the
// lines of a trace. It runs in a process of its own (recording.hpp starts it), so that a pool that
// hangs or crashes takes nobody along.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "real/port.hpp"
#include "real/recorder_protocol.hpp"
#include "real/recorder_settle.hpp"
#include "sim/scenario.hpp"

namespace real {

// What the recorder needs from the world around it. `write` and `stop_requested` are called from
// two threads at once.
class RecorderHost : public Witness {
public:
    // Whole lines of the trace, in the order in which they became known.
    virtual void write(std::string_view lines) = 0;
    [[nodiscard]] virtual bool stop_requested() const = 0;
    // A sentence about why the run cannot be what it should.
    virtual void complain(std::string_view sentence) = 0;
    // Is the run gated: carried out one step at a time, each when next_step() returns?
    [[nodiscard]] virtual bool gated() const { return false; }
    // Returns when the next step may be done. False: none may, somebody asked for a stop.
    [[nodiscard]] virtual bool next_step() { return true; }
};

struct RecorderResult {
    sim::Outcome outcome = sim::Outcome::complete;
    // False: some worker never left (a hung port). The caller must end the process without running
    // destructors, because that thread still uses what they would destroy.
    bool all_left = true;
};

// Runs the scenario to its end. The trace that was written is complete: header, facts (every
// thread's in order, threads mixed), `ended`.
[[nodiscard]] RecorderResult record(const sim::Scenario&, Ports&, const Backend&, RecorderHost&);

// What the child process runs on. The defaults are the program's; a test brings its own.
struct RecorderChild {
    Backend backend;
    std::unique_ptr<Ports> (*make_ports)(sim::Blocking);
    sim::Result<sim::Scenario> (*parse)(std::string_view text, std::string_view origin,
                                        const NamedFiles& files);
    // How our Linux port is to learn that a worker blocks: a name of blocking.hpp; empty: the best.
    std::string blocking{};
};
// The body of the child: reads the scenario from standard input, writes the trace to standard
// output (recorder_protocol.hpp), errors to standard error. SIGTERM, SIGINT, Ctrl+C, a `stop` line
// and the end of the input stop the run; the trace is complete nevertheless. Returns the exit code
// of the process: 0, 2 bad scenario, 4 the environment cannot.
[[nodiscard]] int run_record_child(const RecorderChild&);
// The same for `iocpscope __record --backend BACKEND [--blocking WAY]`.
[[nodiscard]] int run_record_child(std::string_view backend, std::string_view blocking);

}  // namespace real
