// How much the runs of one `record --runs N` or `compare --runs N` differ: the least, the median
// and the most over the runs of what each of them was measured to be.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/blocking_summary.hpp"
#include "cli/json.hpp"
#include "sim/trace.hpp"

namespace cli {

class RunSpread {
public:
    // A run that has reached its end, whatever end that was.
    void add(const sim::Trace&);
    [[nodiscard]] std::size_t runs() const { return runs_; }

    // A table; empty for fewer than two runs. What no run has measured has no line, and what only
    // some have says how many.
    [[nodiscard]] std::string text() const;
    // {"runs": 3, "wall_time_ns": {"count": 3, "least": …, "median": …, "most": …}, …}; null for
    // what no run has measured.
    void put(Json&) const;

private:
    struct Row {
        std::string_view key;
        std::string_view words;
        bool time = false;                 // in nanoseconds
        std::vector<sim::Nanos> values{};  // one of each run that has it
    };
    enum Number { wall_time, packets, waits, preemptions, threads, depth, block_delay };

    std::size_t runs_ = 0;
    std::array<Row, 7> rows_{{{"wall_time_ns", "wall time", true},
                              {"packets", "packets taken"},
                              {"voluntary_switches", "switches by waiting"},
                              {"involuntary_switches", "switches by preemption"},
                              {"threads_with_packets", "threads that got packets"},
                              {"largest_depth_seen", "largest depth seen"},
                              {"block_delay_ns", "block to release, a run's median", true}}};
};

}  // namespace cli
