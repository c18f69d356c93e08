#include <algorithm>

#include "sim/trace_io.hpp"
#include "tests/fuzz/harness.hpp"

namespace fuzz {
namespace {

// Both ways to read a line must agree; a line of more than 512 bytes is read the careful way.
void check_line(const sim::FactParser& parser, std::string_view line) {
    sim::FactParser::Line quick;
    const bool read = parser.read(line, quick);
    const auto careful = parser.parse(std::string(line) + std::string(600, ' '), "fuzz", 1);
    must(!read || careful.has_value(), "the quick way reads what the careful one refuses");
    if (read) must(quick.fact == careful->fact && quick.seq == careful->seq, "two readings");
    const auto usual = parser.parse(line, "fuzz", 1);
    must(usual.has_value() == careful.has_value(), "the usual way differs from the careful one");
}

sim::TraceHeader some_header() {
    sim::TraceHeader header;
    header.ports = {"P", "Q"};
    header.concurrency = {1, 2};
    header.threads = {"T1", "T2", "T3", "T4"};
    header.events = {"go"};
    header.locks = {"L"};
    header.handles = {"file"};
    return header;
}

// The facts of all lines that are facts, in whatever order: more get through than seq would let.
sim::Trace gathered(std::string_view text) {
    sim::Trace trace;
    trace.header = some_header();
    const auto header = sim::header_from_line(text.substr(0, text.find('\n')), "fuzz");
    if (header) trace.header = *header;
    const sim::FactParser parser(trace.header);
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        check_line(parser, line);
        if (const auto fact = parser.parse(line, "fuzz", 1)) trace.facts.push_back(fact->fact);
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return trace;
}

// A header as big as a file can make it is slow to fold for a good reason.
bool small(const sim::TraceHeader& header) {
    return header.threads.size() <= 64 && header.ports.size() <= 16;
}

}  // namespace

void trace(std::string_view bytes) {
    const auto read = sim::trace_from_ndjson(bytes, "fuzz.trace");
    if (!read) {
        check_errors(read.error(), bytes);
    } else {
        const std::string text = sim::to_ndjson(*read);
        auto again = sim::trace_from_ndjson(text, "fuzz.trace");
        must(again.has_value(), "what was written cannot be read");
        must(again->facts == read->facts, "facts changed on their way");
        must(sim::to_ndjson(*again) == text, "a trace is written differently the second time");
        if (small(read->header)) look_at(*read);
    }
    const sim::Trace any = gathered(bytes);
    if (small(any.header)) look_at(any);
}

}  // namespace fuzz
