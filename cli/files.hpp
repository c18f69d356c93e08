// Reading and writing whole files. `-` is standard input or output. A failed save never destroys
// the file that was there: text goes to a neighbour first, which then takes its place.
#pragma once

#include <string>
#include <string_view>

#include "sim/diagnostic.hpp"

namespace cli {

inline constexpr std::size_t kMaxFileSize = std::size_t{4} << 30;

// On Windows, so that a trace is the same bytes everywhere.
void use_binary_streams();
[[nodiscard]] sim::Result<std::string> read_file(const std::string& path);
// An empty string when all went well, else one sentence.
[[nodiscard]] std::string write_file(const std::string& path, std::string_view text);
// Whether write_file could write there now, without writing: an empty string, or one sentence.
[[nodiscard]] std::string why_not_writable(const std::string& path);
// Is standard error a terminal? Progress is shown only there.
[[nodiscard]] bool on_terminal();
void print(std::string_view text);        // to standard output
void print_error(std::string_view text);  // to standard error

}  // namespace cli
