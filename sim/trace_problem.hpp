// What is wrong with a line of a trace file. Shared by the two halves of the reader.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "sim/diagnostic.hpp"

namespace sim {

// Codes T001 to T011 are listed in docs/trace-format.md. `line` counts from 1; 0: the whole file.
[[nodiscard]] inline Diagnostic trace_problem(std::string code, std::string message,
                                              std::string_view origin, int line,
                                              std::string help = {}) {
    return {.code = std::move(code),
            .message = std::move(message),
            .origin = std::string(origin),
            .line = line,
            .column = 1,
            .length = 1,
            .source_line = {},
            .help = std::move(help)};
}

}  // namespace sim
