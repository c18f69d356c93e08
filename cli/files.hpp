// Reading and writing whole files. `-` is standard input or output. A failed save never destroys
// the file that was there: text goes to a neighbour first, which then takes its place.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "sim/diagnostic.hpp"
#include "sim/trace.hpp"

namespace cli {

inline constexpr std::size_t kMaxFileSize = std::size_t{4} << 30;

// On Windows, so that a trace is the same bytes everywhere.
void use_binary_streams();
// A file that may not grow any further (ulimit -f) is then an error of the write, with a sentence,
// and not the end of the process.
void survive_size_limit();
[[nodiscard]] sim::Result<std::string> read_file(const std::string& path);

// A file that is written in blocks. What finish() has not ended well is taken away again, or is
// kept beside the file, as NAME.part: a measurement cannot be made again.
class FileWriter {
public:
    enum class WhenItFails { take_away, keep };
    explicit FileWriter(std::string path, WhenItFails = WhenItFails::take_away);
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;
    ~FileWriter();
    void write(std::string_view block);  // after a failure it does nothing
    // An empty string when all went well, else one sentence.
    [[nodiscard]] std::string finish();

private:
    [[nodiscard]] bool to_stdout() const { return path_ == "-"; }
    void fail(int error);
    void give_up_neighbour();

    WhenItFails when_it_fails_;
    std::string path_;
    std::string neighbour_;  // where the text goes first; path_ itself for a device or a pipe
    std::FILE* file_ = nullptr;
    std::string failure_;
};
// An empty string when all went well, else one sentence.
[[nodiscard]] std::string write_file(const std::string& path, std::string_view text);

struct SavedTrace {
    std::string fingerprint;  // of the whole text of the trace
    std::string failure;      // one sentence; empty when all went well
};
// Writes the trace block by block, so that its text is never held as a whole. An empty path only
// takes the fingerprint.
[[nodiscard]] SavedTrace save_trace(
    const std::string& path, const sim::Trace& trace,
    FileWriter::WhenItFails when_it_fails = FileWriter::WhenItFails::take_away);
// Whether write_file could write there now, without writing: an empty string, or one sentence.
[[nodiscard]] std::string why_not_writable(const std::string& path);
// Is standard error a terminal? Progress is shown only there.
[[nodiscard]] bool on_terminal();
void print(std::string_view text);        // to standard output
void print_error(std::string_view text);  // to standard error

}  // namespace cli
