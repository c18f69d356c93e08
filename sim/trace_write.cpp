#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "sim/json_writer.hpp"
#include "sim/trace_io.hpp"

namespace sim {
namespace {

constexpr std::size_t kLongestNumber = 24;
constexpr std::size_t kBlock = std::size_t{256} << 10;

// `,"key":"value"` as RapidJSON writes it.
std::string member(std::string_view key, std::string_view value) {
    std::string text;
    JsonOut out{&text};
    Json json(out);
    json.StartObject();
    put_key(json, key);
    put(json, value);
    text.front() = ',';
    return text;
}

// `,"key":`
std::string member_key(std::string_view key) {
    std::string text = member(key, "");
    text.resize(text.size() - 2);
    return text;
}

using Texts = std::vector<std::string>;

// A member for every name that a field can have, and a last one for all numbers beyond them.
Texts members(Field field, const std::vector<std::string>& names, std::string_view beyond) {
    Texts texts;
    texts.reserve(names.size() + 1);
    for (const std::string& each : names) texts.push_back(member(name(field), each));
    texts.push_back(member(name(field), beyond));
    return texts;
}

template <class Enum>
Texts members(Field field, Enum last) {
    Texts texts;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i)
        texts.push_back(member(name(field), name(static_cast<Enum>(i))));
    return texts;
}

template <class Id>
const std::string& text_of(const Texts& texts, Id id) {
    return texts[std::min(static_cast<std::size_t>(id), texts.size() - 1)];
}

// Where the next byte of a line goes. There is room: see FactWriter::Members::longest_line.
struct Cursor {
    char* at;

    void text(std::string_view text) {
        std::memcpy(at, text.data(), text.size());
        at += text.size();
    }
    template <class Number>
    void number(Number value) {
        at = std::to_chars(at, at + kLongestNumber, value).ptr;
    }
};

bool absent(Field field, const Fact& fact) {
    switch (field) {
        case Field::port: return fact.port == PortId::none;
        case Field::thread: return fact.thread == ThreadId::none;
        case Field::event: return fact.event == EventId::none;
        case Field::lock: return fact.lock == LockId::none;
        case Field::handle: return fact.handle == HandleId::none;
        case Field::operation: return fact.operation == Operation::post;
        case Field::error: return fact.error == Win32Error::success;
        case Field::key:
        case Field::bytes:
        case Field::packet: return fact.packet == PacketId::none;
        default: return false;
    }
}

}  // namespace

// What lines are put together from: whole members where the header or a table names all values,
// else their keys. RapidJSON has written each, so only numbers are left to be written per fact.
struct FactWriter::Members {
    explicit Members(const TraceHeader& header);

    [[nodiscard]] std::size_t longest_line() const;
    void put_fact(Cursor& out, const Fact& fact, std::size_t seq) const;
    void put_field(Cursor& out, Field field, const Fact& fact) const;
    void put_error(Cursor& out, Win32Error error) const;

    struct Kind {
        std::string text;
        std::span<const FieldUse> fields;
    };
    template <class Number>
    void put_number(Cursor& out, Field field, Number value) const {
        out.text(keys[static_cast<std::size_t>(field)]);
        out.number(value);
    }

    std::vector<Kind> kinds;
    std::array<std::string, kFieldCount> keys;
    Texts rules;
    // The thread may be `none`: main, which is no worker.
    Texts ports, threads, events, locks, handles, operations, reasons, outcomes;
    std::vector<std::pair<Win32Error, std::string>> errors;
    std::string infinite = member(name(Field::timeout), "INFINITE");
};

FactWriter::Members::Members(const TraceHeader& header)
    : ports(members(Field::port, header.ports, "?")),
      threads(members(Field::thread, header.threads, "main")),
      events(members(Field::event, header.events, "?")),
      locks(members(Field::lock, header.locks, "?")),
      handles(members(Field::handle, header.handles, "?")),
      operations(members(Field::operation, static_cast<Operation>(kOperationCount - 1))),
      reasons(members(Field::reason, Reason::unannounced)),
      outcomes(members(Field::outcome, Outcome::crashed)) {
    for (std::size_t i = 0; i < kFactKindCount; ++i) {
        const FactInfo& kind = info(static_cast<FactKind>(i));
        kinds.push_back({member("ev", kind.name), kind.fields});
    }
    for (std::size_t i = 0; i < kFieldCount; ++i) keys[i] = member_key(name(static_cast<Field>(i)));
    for (std::size_t i = 0; i < rule_count(); ++i)
        rules.push_back(member("rule", info(static_cast<Rule>(i)).id));
    for (const Win32Error error : {
#define WIN32_ERROR(symbol, number, name) Win32Error::symbol,
#include "sim/win32_errors.def"
#undef WIN32_ERROR
         })
        errors.emplace_back(error, member(name(Field::error), name(error)));
}

std::size_t FactWriter::Members::longest_line() const {
    std::size_t length = 64 + 3 * kLongestNumber;  // what every line has
    std::size_t longest_kind = 0;
    for (const Kind& kind : kinds) longest_kind = std::max(longest_kind, kind.text.size());
    for (const std::string& key : keys) length += key.size() + kLongestNumber;
    for (const Texts* texts :
         {&rules, &ports, &threads, &events, &locks, &handles, &operations, &reasons, &outcomes}) {
        std::size_t longest = 0;
        for (const std::string& text : *texts) longest = std::max(longest, text.size());
        length += longest;
    }
    std::size_t longest_error = infinite.size();
    for (const auto& [error, text] : errors) longest_error = std::max(longest_error, text.size());
    return length + longest_kind + longest_error + infinite.size();
}

void FactWriter::Members::put_fact(Cursor& out, const Fact& fact, std::size_t seq) const {
    out.text("{\"seq\":");
    out.number(seq);
    out.text(",\"t0\":");
    out.number(fact.t0);
    out.text(",\"t1\":");
    out.number(fact.t1);
    const Kind& kind = kinds[static_cast<std::size_t>(fact.kind)];
    out.text(kind.text);
    for (const FieldUse& use : kind.fields)
        if (!use.optional || !absent(use.field, fact)) put_field(out, use.field, fact);
    if (fact.rule != Rule::none) out.text(rules[static_cast<std::size_t>(fact.rule)]);
    out.text("}\n");
}

void FactWriter::Members::put_field(Cursor& out, Field field, const Fact& fact) const {
    switch (field) {
        case Field::port: return out.text(text_of(ports, fact.port));
        case Field::thread: return out.text(text_of(threads, fact.thread));
        case Field::event: return out.text(text_of(events, fact.event));
        case Field::lock: return out.text(text_of(locks, fact.lock));
        case Field::handle: return out.text(text_of(handles, fact.handle));
        case Field::operation: return out.text(text_of(operations, fact.operation));
        case Field::packet: return put_number(out, field, static_cast<std::uint32_t>(fact.packet));
        case Field::key:
        case Field::echoed: return put_number(out, field, fact.key);
        case Field::bytes:
        case Field::wrong: return put_number(out, field, fact.bytes);
        case Field::error: return put_error(out, fact.error);
        case Field::reason: return out.text(text_of(reasons, fact.reason));
        case Field::outcome: return out.text(text_of(outcomes, fact.outcome));
        case Field::limit:
        case Field::batch:
        case Field::count:
        case Field::cpu:
        case Field::voluntary:
        case Field::modes:
        case Field::client: return put_number(out, field, fact.number);
        case Field::timeout:
            if (fact.amount == kInfinite) return out.text(infinite);
            return put_number(out, field, fact.amount);
        case Field::duration:
        case Field::involuntary:
        case Field::dropped:
        case Field::sent: return put_number(out, field, fact.amount);
    }
}

void FactWriter::Members::put_error(Cursor& out, Win32Error error) const {
    for (const auto& [known, text] : errors)
        if (known == error) return out.text(text);
    put_number(out, Field::error, static_cast<std::uint32_t>(error));
}

FactWriter::FactWriter(const TraceHeader& header)
    : members_(std::make_unique<Members>(header)), line_(members_->longest_line()) {}
FactWriter::~FactWriter() = default;

void FactWriter::append(std::string& out, const Fact& fact, std::size_t seq) {
    Cursor cursor{line_.data()};
    members_->put_fact(cursor, fact, seq);
    out.append(line_.data(), cursor.at);
}

void append_line(std::string& out, const TraceHeader& header, const Fact& fact, std::size_t seq) {
    FactWriter(header).append(out, fact, seq);
}

void to_ndjson(const Trace& trace, const std::function<bool(std::string_view)>& take) {
    std::string block = header_to_line(trace.header);
    block.push_back('\n');
    FactWriter writer(trace.header);
    for (std::size_t i = 0; i < trace.facts.size(); ++i) {
        writer.append(block, trace.facts[i], i + 1);
        if (block.size() < kBlock) continue;
        if (!take(block)) return;
        block.clear();
    }
    if (!block.empty()) take(block);
}

std::string to_ndjson(const Trace& trace) {
    std::string text = header_to_line(trace.header);
    text.push_back('\n');
    FactWriter writer(trace.header);
    const std::size_t start = text.size();
    for (std::size_t i = 0; i < trace.facts.size(); ++i) {
        writer.append(text, trace.facts[i], i + 1);
        // What the first lines took tells what all will take; their numbers grow a little.
        if (i + 1 == 1'000)
            text.reserve(text.size() + (text.size() - start) / 900 * trace.facts.size());
    }
    return text;
}

}  // namespace sim
