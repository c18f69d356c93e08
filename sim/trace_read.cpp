#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>

#include "sim/trace_fact.hpp"
#include "sim/trace_io.hpp"
#include "sim/trace_problem.hpp"

namespace sim {
namespace {

constexpr std::size_t kMaxErrors = 20;
// Longer lines, which only long names can make, are read the careful way.
constexpr std::size_t kUsualLine = 512;

constexpr std::size_t kSample = 1'000;

// A copy that RapidJSON may write into. False when a byte is not ASCII.
bool copy_ascii(std::string_view text, char* to) {
    unsigned char all = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        to[i] = text[i];
        all |= static_cast<unsigned char>(text[i]);
    }
    to[text.size()] = '\0';
    return all < 0x80;
}

// What the first lines took tells how many there will be, within reason.
void reserve_facts(Trace& trace, std::size_t read, std::size_t all) {
    constexpr std::size_t kMost = 16'000'000;
    trace.facts.reserve(std::min(kMost, all / (read / trace.facts.size() + 1)));
}

// Has the fact all that its kind needs, and nothing else?
bool complete(const FactHandler& handler, const Fact& fact, const FactWords& words) {
    if (handler.basics != 7 || fact.t0 > fact.t1) return false;
    const FactWords::Fields& fields = words.fields[static_cast<std::size_t>(fact.kind)];
    return (fields.needed & ~handler.fields) == 0 && (handler.fields & ~fields.allowed) == 0;
}

}  // namespace

// -- one fact -------------------------------------------------------------------------------------

FactParser::FactParser(const TraceHeader& header)
    : words_(std::make_unique<const FactWords>(header)) {}
FactParser::~FactParser() = default;

// The way that nearly all lines take: in place on a copy, without validating what is ASCII anyway,
// and recursively, which is no danger as the handler ends it at the second level.
bool FactParser::read(std::string_view text, Line& result) const {
    char copy[kUsualLine + 1];
    if (text.size() > kUsualLine || !copy_ascii(text, copy)) return false;
    result = {};
    FactHandler handler(*words_, result.fact);
    rapidjson::Reader reader;  // allocates nothing while it parses in place
    rapidjson::InsituStringStream stream(copy);
    if (!reader.Parse<rapidjson::kParseInsituFlag>(stream, handler)) return false;
    result.seq = handler.seq;
    return complete(handler, result.fact, *words_);
}

Result<FactParser::Line> FactParser::parse(std::string_view text, std::string_view origin,
                                           int line) const {
    Line result;
    if (read(text, result)) return result;
    result = {};
    FactHandler handler(*words_, result.fact);
    rapidjson::Reader reader;
    rapidjson::MemoryStream stream(text.data(), text.size());
    const rapidjson::ParseResult parsed =
        reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
            stream, handler);
    if (parsed.IsError()) {
        if (!handler.why.empty()) return trace_problem("T003", handler.why, origin, line);
        return trace_problem(
            "T002",
            fmt::format("not a JSON object: {}", rapidjson::GetParseError_En(parsed.Code())),
            origin, line);
    }
    if (handler.basics != 7)
        return trace_problem("T004", "a fact needs `t0`, `t1` and `ev`", origin, line);
    if (result.fact.t0 > result.fact.t1)
        return trace_problem("T005", "`t0` is later than `t1`", origin, line);
    std::uint32_t allowed = 0;
    for (const FieldUse& use : info(result.fact.kind).fields) {
        const std::uint32_t bit = 1u << static_cast<unsigned>(use.field);
        allowed |= bit;
        if (!use.optional && (handler.fields & bit) == 0)
            return trace_problem("T004",
                                 fmt::format("fact `{}` has no field `{}`",
                                             info(result.fact.kind).name, name(use.field)),
                                 origin, line);
    }
    if ((handler.fields & ~allowed) != 0)
        return trace_problem(
            "T006",
            fmt::format("fact `{}` has a field that it cannot have", info(result.fact.kind).name),
            origin, line);
    result.seq = handler.seq;
    return result;
}

Result<Fact> fact_from_line(std::string_view line, const TraceHeader& header,
                            std::string_view origin, int line_number) {
    auto parsed = FactParser(header).parse(line, origin, line_number);
    if (!parsed) return parsed.error();
    return parsed->fact;
}

// -- the file -------------------------------------------------------------------------------------

namespace {

// What is wrong is shown with the line in which it is.
Diagnostics with_line(Diagnostics errors, std::string_view line) {
    for (Diagnostic& each : errors)
        if (each.line > 0) each.source_line = line;
    return errors;
}

}  // namespace

Result<Trace> trace_from_ndjson(std::string_view text, std::string_view origin) {
    if (text.empty()) return trace_problem("T001", "the file is empty", origin, 0);
    std::size_t end = text.find('\n');
    if (end == std::string_view::npos) end = text.size();
    auto header = header_from_line(text.substr(0, end), origin);
    if (!header) return with_line(header.error(), text.substr(0, end));
    Trace trace;
    trace.header = std::move(*header);
    const FactParser parser(trace.header);
    Diagnostics errors;
    FactParser::Line fact;
    bool cut = false;
    int line = 1;
    for (std::size_t at = end + 1; at < text.size() && errors.size() < kMaxErrors;) {
        ++line;
        end = text.find('\n', at);
        const bool last = end == std::string_view::npos;
        const std::string_view content = text.substr(at, last ? end : end - at);
        at = last ? text.size() : end + 1;
        const auto wrong = [&](const Diagnostics& found) {
            for (Diagnostic& each : with_line(found, content)) errors.push_back(std::move(each));
        };
        if (!parser.read(content, fact)) {
            const auto parsed = parser.parse(content, origin, line);
            if (!parsed) {
                // Only the last line can be cut; a whole line that is wrong is an error.
                if (last)
                    cut = true;
                else
                    wrong(parsed.error());
                continue;
            }
            fact = *parsed;
        }
        if (fact.seq != static_cast<std::int64_t>(trace.facts.size()) + 1 && errors.empty())
            wrong({trace_problem("T010",
                                 fmt::format("fact {} is expected here, this is {}",
                                             trace.facts.size() + 1, fact.seq),
                                 origin, line, "facts are missing or out of order")});
        trace.facts.push_back(fact.fact);
        if (trace.facts.size() == kSample) reserve_facts(trace, at, text.size());
    }
    if (!errors.empty()) return errors;
    trace.truncated = cut || trace.facts.empty() || trace.facts.back().kind != FactKind::ended;
    return trace;
}

}  // namespace sim
