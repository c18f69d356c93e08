// Where the traces of a measurement go: one file, or files of a folder when it is made many times.
#pragma once

#include <string>
#include <string_view>

namespace cli {

struct TraceOutput {
    std::string path;     // what -o names; empty: nothing is written
    bool folder = false;  // -o names a folder
};
// "runs/run-001.trace" for the first of a folder; the file itself where there is none.
[[nodiscard]] std::string file_for(const TraceOutput&, std::string_view what, std::size_t number);
// A run cannot be made again: what could not be saved is said before it. Makes the folder; gives
// the exit code.
[[nodiscard]] int prepare(const TraceOutput&, std::string_view what);

}  // namespace cli
