// Every code that a message of this program can have, with what it means: for `iocpscope explain`.
#pragma once

#include <span>
#include <string_view>

namespace sim {

struct CodeInfo {
    std::string_view code;         // "S014", "T003"
    std::string_view title;        // one line
    std::string_view explanation;  // a paragraph
    std::string_view wrong;        // of a scenario: an example with this error; may be empty
    std::string_view right;        // the same, repaired
};

// All of them: scenarios first, then traces, schedules, sweeps, files and recordings.
[[nodiscard]] std::span<const CodeInfo> codes();

}  // namespace sim
