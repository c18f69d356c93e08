// Traces as NDJSON: the header on the first line, then one fact per line (docs/trace-format.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/diagnostic.hpp"
#include "sim/trace.hpp"

namespace sim {

struct FactWords;  // sim/trace_fact.hpp

[[nodiscard]] std::string header_to_line(const TraceHeader&);  // without the newline

// Writes the facts of one trace. Made once per header, because names are escaped through it.
class FactWriter {
public:
    explicit FactWriter(const TraceHeader&);
    FactWriter(const FactWriter&) = delete;
    FactWriter& operator=(const FactWriter&) = delete;
    ~FactWriter();
    // With the newline. seq counts from 1.
    void append(std::string& out, const Fact&, std::size_t seq);

private:
    struct Members;
    std::unique_ptr<const Members> members_;
    std::vector<char> line_;  // room for the longest
};

// One line on its own.
void append_line(std::string& out, const TraceHeader&, const Fact&, std::size_t seq);

[[nodiscard]] std::string to_ndjson(const Trace&);
// The same text in blocks of some hundred KiB, for traces whose text nobody wants to hold whole.
// `take` returns false to end it early.
void to_ndjson(const Trace&, const std::function<bool(std::string_view block)>& take);

// A file that ends in the middle of a line, or without its `ended` fact, loads up to there with
// `truncated` set. Anything else that is wrong is an error with its line.
[[nodiscard]] Result<Trace> trace_from_ndjson(std::string_view text, std::string_view origin);

// For reading a stream line by line, as a recorder's child writes it.
[[nodiscard]] Result<TraceHeader> header_from_line(std::string_view line, std::string_view origin);

// Reads the facts of one trace. Made once per header, because names become numbers through it.
class FactParser {
public:
    explicit FactParser(const TraceHeader&);
    FactParser(const FactParser&) = delete;
    FactParser& operator=(const FactParser&) = delete;
    ~FactParser();

    struct Line {
        Fact fact;
        std::int64_t seq = -1;  // -1: the line has none
    };
    // False: the line is no fact of this trace, or it is one that needs a closer look. parse()
    // looks closer, and says what is wrong.
    [[nodiscard]] bool read(std::string_view line, Line&) const;
    [[nodiscard]] Result<Line> parse(std::string_view line, std::string_view origin,
                                     int line_number) const;

private:
    std::unique_ptr<const FactWords> words_;
};

// One line on its own.
[[nodiscard]] Result<Fact> fact_from_line(std::string_view line, const TraceHeader&,
                                          std::string_view origin, int line_number);

}  // namespace sim
