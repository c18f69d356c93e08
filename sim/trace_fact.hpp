// How the line of one fact is understood, for sim/trace_read.cpp: the words that it can consist of,
// and the handler that RapidJSON calls with them.
#pragma once

#include <fmt/format.h>
#include <rapidjson/reader.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/fact.hpp"
#include "sim/name_table.hpp"
#include "sim/trace.hpp"

namespace sim {

using FieldSet = std::uint32_t;  // a bit per Field
static_assert(kFieldCount <= 32);

// What a value belongs to: a Field, or one of these.
enum class LineKey : std::uint32_t { seq = kFieldCount, t0, t1, ev, rule, none };

// All the words of the facts of one trace, as numbers.
struct FactWords {
    explicit FactWords(const TraceHeader&);
    FactWords(const FactWords&) = delete;
    FactWords& operator=(const FactWords&) = delete;

    struct Fields {
        FieldSet needed = 0, allowed = 0;
    };
    TraceHeader header;  // the tables point into its names
    NameTable keys;      // by Field or LineKey
    NameTable kinds;
    NameTable rules;  // 0 is the first that is not `none`
    NameTable operations, reasons, outcomes;
    NameTable errors;  // by place in error_codes
    std::vector<Win32Error> error_codes;
    NameTable ports, events, locks, handles;
    NameTable threads;  // 0 is main, threads follow
    std::array<Fields, kFactKindCount> fields;
};

// Reads the flat object of one line. RapidJSON calls Key and then one of the values.
class FactHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, FactHandler> {
public:
    FactHandler(const FactWords& words, Fact& fact) : words_(words), fact_(fact) {}

    bool Default() { return refuse("a value of a kind that no fact has"); }
    bool StartObject() { return depth_++ == 0 || refuse("an object inside a fact"); }
    bool EndObject(rapidjson::SizeType) { return true; }
    bool Key(const char* text, rapidjson::SizeType length, bool) {
        const std::string_view key(text, length);
        const std::uint32_t found = words_.keys.find(key);
        if (found == NameTable::kUnknown) return refuse(fmt::format("unknown field `{}`", key));
        key_ = static_cast<LineKey>(found);
        if (found >= kFieldCount) return true;
        const FieldSet bit = FieldSet{1} << found;
        if ((fields & bit) != 0) return refuse(fmt::format("field `{}` twice", key));
        fields |= bit;
        return true;
    }
    bool Int(int value) { return Int64(value); }
    bool Uint(unsigned value) { return Int64(value); }
    bool Uint64(std::uint64_t value) {
        if (key_ == LineKey{static_cast<std::uint32_t>(Field::key)} ||
            key_ == LineKey{static_cast<std::uint32_t>(Field::echoed)}) {
            fact_.key = value;
            return true;
        }
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return refuse("a number that is too large");
        return Int64(static_cast<std::int64_t>(value));
    }
    bool Int64(std::int64_t value) {
        switch (key_) {
            case LineKey::seq: seq = value; return true;
            case LineKey::t0: fact_.t0 = value; return mark(1);
            case LineKey::t1: fact_.t1 = value; return mark(2);
            case LineKey::ev:
            case LineKey::rule:
            case LineKey::none: return refuse("a number where a text is expected");
            default: return number(static_cast<Field>(key_), value);
        }
    }
    bool String(const char* text, rapidjson::SizeType length, bool) {
        const std::string_view value(text, length);
        switch (key_) {
            case LineKey::ev:
                return (is(words_.kinds, value, fact_.kind) ||
                        refuse(fmt::format("unknown fact `{}`", value))) &&
                       mark(4);
            case LineKey::rule:
                return rule(value) || refuse(fmt::format("unknown rule `{}`", value));
            case LineKey::seq:
            case LineKey::t0:
            case LineKey::t1:
            case LineKey::none: return refuse("a text where a number is expected");
            default: return word(static_cast<Field>(key_), value);
        }
    }

    std::string why;  // what was refused
    std::int64_t seq = -1;
    std::uint32_t basics = 0;  // which of t0, t1, ev were there
    FieldSet fields = 0;

private:
    bool refuse(std::string reason) {
        why = std::move(reason);
        return false;
    }
    bool mark(std::uint32_t bit) {
        if ((basics & bit) != 0) return refuse("`t0`, `t1` or `ev` twice");
        basics |= bit;
        return true;
    }
    template <class Enum>
    static bool is(const NameTable& table, std::string_view wanted, Enum& value) {
        const std::uint32_t found = table.find(wanted);
        value = static_cast<Enum>(found);
        return found != NameTable::kUnknown;
    }
    bool number(Field field, std::int64_t value) {
        switch (field) {
            case Field::timeout:
            case Field::duration:
            case Field::involuntary:
            case Field::dropped:
            case Field::sent: fact_.amount = value; return true;
            case Field::key:
            case Field::echoed:
                fact_.key = static_cast<sim::Key>(value);
                return value >= 0 || out_of_range(field);
            default: break;
        }
        if (value < 0 || value > std::numeric_limits<std::uint32_t>::max())
            return out_of_range(field);
        const auto small = static_cast<std::uint32_t>(value);
        switch (field) {
            case Field::packet: fact_.packet = static_cast<PacketId>(small); return true;
            case Field::bytes:
            case Field::wrong: fact_.bytes = small; return true;
            case Field::error: fact_.error = static_cast<Win32Error>(small); return true;
            case Field::limit:
            case Field::batch:
            case Field::count:
            case Field::cpu:
            case Field::voluntary:
            case Field::modes:
            case Field::client: fact_.number = small; return true;
            default: return refuse(fmt::format("field `{}` is a text", name(field)));
        }
    }
    bool word(Field field, std::string_view value) {
        return known_word(field, value) ||
               (why.empty() && refuse(fmt::format("`{}` is not a known {}", value, name(field))));
    }
    bool known_word(Field field, std::string_view value) {
        switch (field) {
            case Field::port: return is(words_.ports, value, fact_.port);
            case Field::thread: return thread(value);
            case Field::event: return is(words_.events, value, fact_.event);
            case Field::lock: return is(words_.locks, value, fact_.lock);
            case Field::handle: return is(words_.handles, value, fact_.handle);
            case Field::operation: return is(words_.operations, value, fact_.operation);
            case Field::error: return error(value);
            case Field::reason: return is(words_.reasons, value, fact_.reason);
            case Field::outcome: return is(words_.outcomes, value, fact_.outcome);
            case Field::timeout: fact_.amount = kInfinite; return value == "INFINITE";
            default: return refuse(fmt::format("field `{}` is a number", name(field)));
        }
    }
    bool rule(std::string_view value) {
        const std::uint32_t found = words_.rules.find(value);
        fact_.rule = static_cast<Rule>(found + 1);
        return found != NameTable::kUnknown;
    }
    bool thread(std::string_view value) {
        const std::uint32_t found = words_.threads.find(value);
        fact_.thread = static_cast<ThreadId>(found - 1);  // main becomes `none`
        return found != NameTable::kUnknown;
    }
    bool error(std::string_view value) {
        const std::uint32_t found = words_.errors.find(value);
        if (found == NameTable::kUnknown) return false;
        fact_.error = words_.error_codes[found];
        return true;
    }
    bool out_of_range(Field field) {
        return refuse(fmt::format("field `{}` is out of range", name(field)));
    }

    const FactWords& words_;
    Fact& fact_;
    int depth_ = 0;
    LineKey key_ = LineKey::none;
};

}  // namespace sim
