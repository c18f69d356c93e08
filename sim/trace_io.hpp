// Traces as NDJSON: the header on the first line, then one fact per line (docs/trace-format.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sim/diagnostic.hpp"
#include "sim/trace.hpp"

namespace sim {

[[nodiscard]] std::string header_to_line(const TraceHeader&);  // without the newline
// With the newline. seq counts from 1.
void append_line(std::string& out, const TraceHeader&, const Fact&, std::size_t seq);
[[nodiscard]] std::string to_ndjson(const Trace&);

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

    struct Line {
        Fact fact;
        std::int64_t seq = -1;  // -1: the line has none
    };
    [[nodiscard]] Result<Line> parse(std::string_view line, std::string_view origin,
                                     int line_number) const;

private:
    class Handler;
    using Numbers = std::unordered_map<std::string_view, std::uint32_t>;
    struct Maps {
        Numbers ports, threads, events, locks, handles;
        std::unordered_map<std::string_view, FactKind> kinds;
        std::unordered_map<std::string_view, Field> fields;
        std::unordered_map<std::string_view, Rule> rules;
    };
    TraceHeader header_;  // the maps point into its names
    Maps maps_;
};

// One line on its own.
[[nodiscard]] Result<Fact> fact_from_line(std::string_view line, const TraceHeader&,
                                          std::string_view origin, int line_number);

}  // namespace sim
