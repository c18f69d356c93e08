// What the calls of two runs returned, and what the packets ended with, where the runs differ.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/trace.hpp"

namespace sim {

// One sentence for each difference, without a full stop: first the packets that both runs
// delivered, by number, then the calls. `in_left` and `in_right` are what the runs are called in
// it. Whether an operation succeeded at once or was pending is no difference (N-NOTIFY-7), and how
// many bytes it transferred is none either, because a stream may come in other pieces.
[[nodiscard]] std::vector<std::string> result_differences(const Trace& left, const Trace& right,
                                                          std::string_view in_left,
                                                          std::string_view in_right);

}  // namespace sim
