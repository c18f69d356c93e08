// assets/scenario.schema.json, written from the tables that the parser uses: a JSON Schema of draft
// 4 with which editors complete and check scenario files while they are written.
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <span>
#include <string>
#include <vector>

#include "sim/rule.hpp"
#include "sim/scenario_format.hpp"

namespace sim {
namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void text(Writer& out, std::string_view value) {
    out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}
void member(Writer& out, std::string_view name, std::string_view value) {
    text(out, name);
    text(out, value);
}
void member(Writer& out, std::string_view name, std::int64_t value) {
    text(out, name);
    out.Int64(value);
}

constexpr std::string_view kNamePattern = "^[A-Za-z][A-Za-z0-9_-]*$";
#define TIME "[0-9]+(\\.[0-9]+)? *(ns|us|\u00B5s|\u03BCs|ms|s|min)"
constexpr std::string_view kTimePattern = "^ *" TIME " *$";
constexpr std::string_view kDurationPattern =
    "^ *(" TIME "|exponential\\( *" TIME " *\\)|(uniform|normal)\\( *" TIME " *, *" TIME
    " *\\)) *$";
#undef TIME
#define BYTES "[0-9]+ *(B|KiB|MiB)"
constexpr std::string_view kSizePattern =
    "^ *(" BYTES "|(uniform|log_uniform)\\( *" BYTES " *, *" BYTES " *\\)) *$";
#undef BYTES
constexpr std::string_view kAmountPattern =
    "^ *([0-9]+|processors) *([-+*] *([0-9]+|processors) *)*$";

// {"name": ...}
void object(Writer& out, std::string_view name, std::string_view value) {
    out.StartObject();
    member(out, name, value);
    out.EndObject();
}

void limits(Writer& out, std::string_view type, const KeyInfo& key) {
    member(out, "type", type);
    member(out, "minimum", key.least);
    member(out, "maximum", key.most);
}

void pattern(Writer& out, std::string_view pattern) {
    member(out, "type", "string");
    member(out, "pattern", pattern);
}

void one_of(Writer& out, std::span<const std::string_view> words) {
    text(out, "enum");
    out.StartArray();
    for (const std::string_view word : words) text(out, word);
    out.EndArray();
}

void one_word(Writer& out, std::string_view word) {
    one_of(out, {&word, 1});
}

void only_true(Writer& out) {
    text(out, "enum");
    out.StartArray();
    out.Bool(true);
    out.EndArray();
}

// Either of two kinds of value.
template <class One, class Other>
void either(Writer& out, One one, Other other) {
    text(out, "anyOf");
    out.StartArray();
    out.StartObject();
    one();
    out.EndObject();
    out.StartObject();
    other();
    out.EndObject();
    out.EndArray();
}

void items(Writer& out, const KeyInfo& key) {
    text(out, "items");
    if (key.type == ValueType::steps) return object(out, "$ref", "#/definitions/step");
    out.StartObject();
    member(out, "type", "string");
    if (key.type == ValueType::dispatch)
        member(out, "pattern", "^[A-Za-z][A-Za-z0-9_-]*(:[0-9]+)?$");
    if (key.type == ValueType::returns)
        member(out, "pattern", "^ *[A-Za-z][A-Za-z0-9_-]* *: *[A-Z_0-9]+ *$");
    if (key.type == ValueType::modes) one_of(out, words_of(key.type));
    if (key.type == ValueType::rules) {
        std::vector<std::string_view> ids;
        for (std::size_t i = 1; i < rule_count(); ++i) ids.push_back(info(static_cast<Rule>(i)).id);
        one_of(out, ids);
    }
    out.EndObject();
}

void value(Writer& out, const KeyInfo& key) {
    switch (key.type) {
        case ValueType::format:
        case ValueType::integer: return limits(out, "integer", key);
        case ValueType::amount:
            return either(
                out, [&] { limits(out, "integer", key); }, [&] { pattern(out, kAmountPattern); });
        case ValueType::boolean: return member(out, "type", "boolean");
        case ValueType::flag: return only_true(out);
        case ValueType::text:
        case ValueType::file:
        case ValueType::predicate:
            member(out, "type", "string");
            member(out, "minLength", key.least);
            return member(out, "maxLength", key.most);
        case ValueType::time: return pattern(out, kTimePattern);
        case ValueType::duration: return pattern(out, kDurationPattern);
        case ValueType::size:
            return either(
                out, [&] { limits(out, "integer", key); }, [&] { pattern(out, kSizePattern); });
        case ValueType::when: return one_word(out, "settled");
        case ValueType::every:
            return either(
                out, [&] { one_word(out, "settled"); }, [&] { pattern(out, kDurationPattern); });
        case ValueType::kind:
        case ValueType::operation:
        case ValueType::result:
        case ValueType::error:
        case ValueType::ending: return one_of(out, words_of(key.type));
        case ValueType::modes:
        case ValueType::rules:
        case ValueType::threads:
        case ValueType::dispatch:
        case ValueType::returns:
        case ValueType::predicates:
        case ValueType::texts:
        case ValueType::steps:
            member(out, "type", "array");
            member(out, "minItems", key.least);
            member(out, "maxItems", key.most);
            return items(out, key);
        case ValueType::step: return member(out, "$ref", "#/definitions/step");
        case ValueType::repeat:
            return either(
                out, [&] { only_true(out); }, [&] { limits(out, "integer", key); });
        default:  // names
            pattern(out, kNamePattern);
            return member(out, "maxLength", key.most);
    }
}

void required(Writer& out, Section section) {
    bool any = false;
    for (const KeyInfo& key : scenario_keys()) {
        if (key.section != section || !key.required()) continue;
        if (!any) {
            text(out, "required");
            out.StartArray();
        }
        any = true;
        text(out, key.name);
    }
    if (section == Section::file) {
        text(out, info(Section::port).name);
        text(out, info(Section::thread).name);
    }
    if (any) out.EndArray();
}

void properties(Writer& out, Section section);
void port_needs(Writer& out);

void section_members(Writer& out, const SectionInfo& section) {
    member(out, "description", section.meaning);
    member(out, "type", "object");
    out.Key("additionalProperties");
    out.Bool(false);
    required(out, section.section);
    if (section.section == Section::port) port_needs(out);
    properties(out, section.section);
}

void section_property(Writer& out, const SectionInfo& section) {
    text(out, section.name);
    out.StartObject();
    if (section.many) {
        member(out, "type", "array");
        member(out, "maxItems", static_cast<std::int64_t>(section.most));
        out.Key("items");
        out.StartObject();
        section_members(out, section);
        out.EndObject();
    } else {
        section_members(out, section);
    }
    out.EndObject();
}

// True for a word that is a verb and also a modifier of another verb.
bool two_in_one(const KeyInfo& key) {
    return key.section == Section::step && find_key(key.section, key.name)->verb() &&
           find_modifier(key.name) != nullptr;
}

void property(Writer& out, const KeyInfo& key) {
    text(out, key.name);
    out.StartObject();
    const KeyInfo* also = two_in_one(key) ? find_modifier(key.name) : nullptr;
    if (also) {
        member(out, "description",
               std::string(key.meaning) + " Or, with " + std::string(also->verbs) + ": " +
                   std::string(also->meaning));
        either(
            out, [&] { value(out, key); }, [&] { value(out, *also); });
    } else {
        // Beside a reference, draft 4 ignores everything else.
        if (key.type != ValueType::step) member(out, "description", key.meaning);
        value(out, key);
    }
    out.EndObject();
}

void properties(Writer& out, Section section) {
    out.Key("properties");
    out.StartObject();
    for (const KeyInfo& key : scenario_keys())
        if (key.section == section && !(two_in_one(key) && !key.verb())) property(out, key);
    if (section == Section::file) {
        for (const SectionInfo& s : scenario_sections())
            if (s.section != Section::file && s.section != Section::step) section_property(out, s);
    }
    out.EndObject();
}

void requires_key(Writer& out, std::string_view name) {
    out.Key("required");
    out.StartArray();
    text(out, name);
    out.EndArray();
}

// {"anyOf": [{"required": ["get"]}, ...]}: one of the verbs that a modifier belongs to.
void needs_one(Writer& out, const KeyInfo& modifier) {
    out.StartObject();
    out.Key("anyOf");
    out.StartArray();
    for (const KeyInfo& verb : scenario_keys()) {
        if (!verb.verb() || !modifier.modifies(verb.name)) continue;
        out.StartObject();
        requires_key(out, verb.name);
        out.EndObject();
    }
    out.EndArray();
    out.EndObject();
}

// A step has exactly one of its verbs.
void one_verb(Writer& out) {
    out.Key("oneOf");
    out.StartArray();
    for (const KeyInfo& key : scenario_keys()) {
        if (!key.verb()) continue;
        out.StartObject();
        requires_key(out, key.name);
        if (two_in_one(key)) {
            out.Key("not");
            needs_one(out, *find_modifier(key.name));
        }
        out.EndObject();
    }
    out.EndArray();
}

// A modifier needs a verb that it belongs to.
void dependencies(Writer& out) {
    out.Key("dependencies");
    out.StartObject();
    for (const KeyInfo& key : scenario_keys()) {
        if (key.verbs.empty() || two_in_one(key)) continue;
        text(out, key.name);
        needs_one(out, key);
    }
    out.EndObject();
}

// A port has a concurrency value of its own, or is a duplicate.
void port_needs(Writer& out) {
    out.Key("anyOf");
    out.StartArray();
    for (const std::string_view name : {"concurrency", "duplicate_of"}) {
        out.StartObject();
        requires_key(out, name);
        out.EndObject();
    }
    out.EndArray();
}

}  // namespace

std::string scenario_schema() {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    out.SetIndent(' ', 2);
    out.SetFormatOptions(rapidjson::kFormatSingleLineArray);
    out.StartObject();
    member(out, "$schema", "http://json-schema.org/draft-04/schema#");
    member(out, "title", "iocpscope scenario, format 1");
    section_members(out, info(Section::file));
    out.Key("definitions");
    out.StartObject();
    text(out, "step");
    out.StartObject();
    section_members(out, info(Section::step));
    one_verb(out);
    dependencies(out);
    out.EndObject();
    out.EndObject();
    out.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace sim
