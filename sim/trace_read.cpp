#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>

#include "sim/trace_io.hpp"
#include "sim/trace_problem.hpp"

namespace sim {
namespace {

constexpr std::size_t kMaxErrors = 20;

using Names = std::unordered_map<std::string_view, std::uint32_t>;

Names numbered(const std::vector<std::string>& names) {
    Names map;
    map.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i)
        map.emplace(names[i], static_cast<std::uint32_t>(i));
    return map;
}

template <class Id>
bool look_up(const Names& names, std::string_view wanted, Id& id) {
    const auto found = names.find(wanted);
    if (found == names.end()) return false;
    id = static_cast<Id>(found->second);
    return true;
}

}  // namespace

// -- one fact -------------------------------------------------------------------------------------

// Reads the flat object of one line. RapidJSON calls Key and then one of the values.
class FactParser::Handler
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, FactParser::Handler> {
public:
    Handler(const Maps& maps, Fact& fact) : maps_(maps), fact_(fact) {}

    bool Default() { return refuse("a value of a kind that no fact has"); }
    bool StartObject() { return depth_++ == 0 || refuse("an object inside a fact"); }
    bool EndObject(rapidjson::SizeType) { return true; }
    bool Key(const char* text, rapidjson::SizeType length, bool) {
        const std::string_view key(text, length);
        if (key == "seq")
            slot_ = Slot::seq;
        else if (key == "t0")
            slot_ = Slot::t0;
        else if (key == "t1")
            slot_ = Slot::t1;
        else if (key == "ev")
            slot_ = Slot::ev;
        else if (key == "rule")
            slot_ = Slot::rule;
        else
            return field_key(key);
        return true;
    }
    bool Int(int value) { return Int64(value); }
    bool Uint(unsigned value) { return Int64(value); }
    bool Uint64(std::uint64_t value) {
        if (slot_ == Slot::field && field_ == Field::key) {
            fact_.key = value;
            return true;
        }
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return refuse("a number that is too large");
        return Int64(static_cast<std::int64_t>(value));
    }
    bool Int64(std::int64_t value) {
        switch (slot_) {
            case Slot::seq: seq = value; return true;
            case Slot::t0: fact_.t0 = value; return mark(1);
            case Slot::t1: fact_.t1 = value; return mark(2);
            case Slot::field: return number(value);
            default: return refuse("a number where a text is expected");
        }
    }
    bool String(const char* text, rapidjson::SizeType length, bool) {
        const std::string_view value(text, length);
        if (slot_ == Slot::ev) {
            const auto kind = maps_.kinds.find(value);
            if (kind == maps_.kinds.end()) return refuse(fmt::format("unknown fact `{}`", value));
            fact_.kind = kind->second;
            return mark(4);
        }
        if (slot_ == Slot::rule) {
            const auto rule = maps_.rules.find(value);
            if (rule == maps_.rules.end()) return refuse(fmt::format("unknown rule `{}`", value));
            fact_.rule = rule->second;
            return true;
        }
        if (slot_ != Slot::field) return refuse("a text where a number is expected");
        return word(value);
    }

    std::string why;  // what was refused
    std::int64_t seq = -1;
    std::uint32_t basics = 0;  // which of t0, t1, ev were there
    std::uint32_t fields = 0;  // a bit per Field

private:
    enum class Slot : std::uint8_t { none, seq, t0, t1, ev, rule, field };

    bool refuse(std::string reason) {
        why = std::move(reason);
        return false;
    }
    bool mark(std::uint32_t bit) {
        if ((basics & bit) != 0) return refuse("`t0`, `t1` or `ev` twice");
        basics |= bit;
        return true;
    }
    bool field_key(std::string_view key) {
        const auto found = maps_.fields.find(key);
        if (found == maps_.fields.end()) return refuse(fmt::format("unknown field `{}`", key));
        slot_ = Slot::field;
        field_ = found->second;
        const std::uint32_t bit = 1u << static_cast<unsigned>(field_);
        if ((fields & bit) != 0) return refuse(fmt::format("field `{}` twice", key));
        fields |= bit;
        return true;
    }
    bool number(std::int64_t value) {
        switch (field_) {
            case Field::timeout:
            case Field::duration:
            case Field::involuntary:
            case Field::dropped: fact_.amount = value; return true;
            case Field::key:
                fact_.key = static_cast<sim::Key>(value);
                return value >= 0 || out_of_range();
            default: break;
        }
        if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) return out_of_range();
        const auto small = static_cast<std::uint32_t>(value);
        switch (field_) {
            case Field::packet: fact_.packet = static_cast<PacketId>(small); return true;
            case Field::bytes: fact_.bytes = small; return true;
            case Field::error: fact_.error = static_cast<Win32Error>(small); return true;
            case Field::limit:
            case Field::batch:
            case Field::count:
            case Field::cpu:
            case Field::voluntary:
            case Field::modes: fact_.number = small; return true;
            default: return refuse(fmt::format("field `{}` is a text", name(field_)));
        }
    }
    bool word(std::string_view value) {
        switch (field_) {
            case Field::port: return look_up(maps_.ports, value, fact_.port) || unknown(value);
            case Field::thread:
                return value == "main" || look_up(maps_.threads, value, fact_.thread) ||
                       unknown(value);
            case Field::event: return look_up(maps_.events, value, fact_.event) || unknown(value);
            case Field::lock: return look_up(maps_.locks, value, fact_.lock) || unknown(value);
            case Field::handle:
                return look_up(maps_.handles, value, fact_.handle) || unknown(value);
            case Field::operation:
                if (const auto operation = operation_from_name(value))
                    fact_.operation = *operation;
                else
                    return unknown(value);
                return true;
            case Field::error:
                if (const auto error = win32_error_from_name(value))
                    fact_.error = *error;
                else
                    return unknown(value);
                return true;
            case Field::reason:
                if (const auto reason = reason_from_name(value))
                    fact_.reason = *reason;
                else
                    return unknown(value);
                return true;
            case Field::outcome:
                if (const auto outcome = outcome_from_name(value))
                    fact_.outcome = *outcome;
                else
                    return unknown(value);
                return true;
            case Field::timeout:
                if (value != "INFINITE") return unknown(value);
                fact_.amount = kInfinite;
                return true;
            default: return refuse(fmt::format("field `{}` is a number", name(field_)));
        }
    }
    bool out_of_range() { return refuse(fmt::format("field `{}` is out of range", name(field_))); }
    bool unknown(std::string_view value) {
        return refuse(fmt::format("`{}` is not a known {}", value, name(field_)));
    }

    const Maps& maps_;
    Fact& fact_;
    int depth_ = 0;
    Slot slot_ = Slot::none;
    Field field_ = Field::port;
};

FactParser::FactParser(const TraceHeader& header) : header_(header), maps_() {
    maps_.ports = numbered(header_.ports);
    maps_.threads = numbered(header_.threads);
    maps_.events = numbered(header_.events);
    maps_.locks = numbered(header_.locks);
    maps_.handles = numbered(header_.handles);
    for (std::size_t i = 0; i < kFactKindCount; ++i) {
        const auto kind = static_cast<FactKind>(i);
        maps_.kinds.emplace(info(kind).name, kind);
    }
    for (std::size_t i = 0; i < kFieldCount; ++i)
        maps_.fields.emplace(name(static_cast<Field>(i)), static_cast<Field>(i));
    for (std::size_t i = 1; i < rule_count(); ++i)
        maps_.rules.emplace(info(static_cast<Rule>(i)).id, static_cast<Rule>(i));
}

Result<FactParser::Line> FactParser::parse(std::string_view text, std::string_view origin,
                                           int line) const {
    Line result;
    Handler handler(maps_, result.fact);
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
    bool cut = false;
    int line = 1;
    for (std::size_t at = end + 1; at < text.size() && errors.size() < kMaxErrors;) {
        ++line;
        end = text.find('\n', at);
        const bool last = end == std::string_view::npos;
        const std::string_view content = text.substr(at, last ? end : end - at);
        at = last ? text.size() : end + 1;
        auto parsed = parser.parse(content, origin, line);
        if (!parsed) {
            // Only the last line can be cut; a whole line that is wrong is an error.
            if (last)
                cut = true;
            else
                for (Diagnostic& each : with_line(parsed.error(), content))
                    errors.push_back(std::move(each));
            continue;
        }
        if (parsed->seq != static_cast<std::int64_t>(trace.facts.size()) + 1 && errors.empty())
            errors.push_back(
                with_line({trace_problem("T010",
                                         fmt::format("fact {} is expected here, this is {}",
                                                     trace.facts.size() + 1, parsed->seq),
                                         origin, line, "facts are missing or out of order")},
                          content)
                    .front());
        trace.facts.push_back(parsed->fact);
    }
    if (!errors.empty()) return errors;
    trace.truncated = cut || trace.facts.empty() || trace.facts.back().kind != FactKind::ended;
    return trace;
}

}  // namespace sim
