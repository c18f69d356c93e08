// The drain: a thread of its own that empties the notebooks of all workers while they run and
// writes the lines of the trace, so that nothing is lost when the run is killed, and no worker ever
// writes.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "real/fact_buffer.hpp"
#include "real/recorder.hpp"
#include "real/thread_wrapper.hpp"
#include "sim/trace_io.hpp"

namespace real {

class Drain {
public:
    // The buffers must outlive it.
    Drain(std::vector<FactBuffer*> buffers, const sim::TraceHeader& header, RecorderHost& host);
    ~Drain();
    Drain(const Drain&) = delete;
    Drain& operator=(const Drain&) = delete;

    // False: the system cannot give another thread.
    [[nodiscard]] bool start();
    // Instead of start(): writes what there is now, and gives it, until the next call.
    const std::vector<sim::Fact>& write_now();
    // Empties what is left, then writes `ended`: no earlier than any fact before it, with the
    // number of lost facts. The workers must have stopped writing.
    void finish(sim::Fact ended);

private:
    void run();
    std::size_t sweep();
    void append(const sim::Fact&);

    std::vector<FactBuffer*> buffers_;
    sim::FactWriter writer_;
    RecorderHost& host_;
    Thread thread_;
    std::atomic<bool> leave_{false};
    std::vector<sim::Fact> facts_;  // of one sweep
    std::string lines_;             // of one sweep
    std::size_t seq_ = 0;
    sim::Nanos latest_ = 0;
};

}  // namespace real
