// assets/scenario.schema.json, written from the tables that the parser uses: a JSON Schema of draft
// 4 with which editors complete and check scenario files while they are written.
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <string>

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
constexpr std::string_view kTimePattern =
    "^ *[0-9]+(\\.[0-9]+)? *(ns|us|\u00B5s|\u03BCs|ms|s|min) *$";

void words(Writer& out, const KeyInfo& key) {
    text(out, "items");
    out.StartObject();
    member(out, "type", "string");
    if (key.type == ValueType::dispatch)
        member(out, "pattern", "^[A-Za-z][A-Za-z0-9_-]*(:[0-9]+)?$");
    if (key.type == ValueType::rules) {
        text(out, "enum");
        out.StartArray();
        for (std::size_t i = 1; i < rule_count(); ++i) text(out, info(static_cast<Rule>(i)).id);
        out.EndArray();
    }
    out.EndObject();
}

void one_word(Writer& out, std::string_view word) {
    text(out, "enum");
    out.StartArray();
    text(out, word);
    out.EndArray();
}

void every(Writer& out) {
    text(out, "anyOf");
    out.StartArray();
    out.StartObject();
    one_word(out, "settled");
    out.EndObject();
    out.StartObject();
    member(out, "type", "string");
    member(out, "pattern", kTimePattern);
    out.EndObject();
    out.EndArray();
}

void repeat(Writer& out, const KeyInfo& key) {
    text(out, "anyOf");
    out.StartArray();
    out.StartObject();
    text(out, "enum");
    out.StartArray();
    out.Bool(true);
    out.EndArray();
    out.EndObject();
    out.StartObject();
    member(out, "type", "integer");
    member(out, "minimum", key.least);
    member(out, "maximum", key.most);
    out.EndObject();
    out.EndArray();
}

void value(Writer& out, const KeyInfo& key) {
    switch (key.type) {
        case ValueType::format:
        case ValueType::integer:
            member(out, "type", "integer");
            member(out, "minimum", key.least);
            member(out, "maximum", key.most);
            break;
        case ValueType::text:
            member(out, "type", "string");
            member(out, "minLength", key.least);
            member(out, "maxLength", key.most);
            break;
        case ValueType::identifier:
        case ValueType::port:
        case ValueType::event:
            member(out, "type", "string");
            member(out, "pattern", kNamePattern);
            member(out, "maxLength", key.most);
            break;
        case ValueType::time:
            member(out, "type", "string");
            member(out, "pattern", kTimePattern);
            break;
        case ValueType::when: one_word(out, "settled"); break;
        case ValueType::every: every(out); break;
        case ValueType::rules:
        case ValueType::threads:
        case ValueType::dispatch:
            member(out, "type", "array");
            member(out, "maxItems", key.most);
            words(out, key);
            break;
        case ValueType::steps:
            member(out, "type", "array");
            member(out, "maxItems", key.most);
            text(out, "items");
            out.StartObject();
            member(out, "$ref", "#/definitions/step");
            out.EndObject();
            break;
        case ValueType::repeat: repeat(out, key); break;
        case ValueType::flag:
            text(out, "enum");
            out.StartArray();
            out.Bool(true);
            out.EndArray();
            break;
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

void section_members(Writer& out, const SectionInfo& section) {
    member(out, "description", section.meaning);
    member(out, "type", "object");
    out.Key("additionalProperties");
    out.Bool(false);
    required(out, section.section);
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

void properties(Writer& out, Section section) {
    out.Key("properties");
    out.StartObject();
    for (const KeyInfo& key : scenario_keys()) {
        if (key.section != section) continue;
        text(out, key.name);
        out.StartObject();
        member(out, "description", key.meaning);
        value(out, key);
        out.EndObject();
    }
    if (section == Section::file) {
        for (const SectionInfo& s : scenario_sections())
            if (s.section != Section::file && s.section != Section::step) section_property(out, s);
    }
    out.EndObject();
}

// A step has exactly one of its verbs.
void one_verb(Writer& out) {
    out.Key("oneOf");
    out.StartArray();
    for (const KeyInfo& key : scenario_keys()) {
        if (!key.verb()) continue;
        out.StartObject();
        out.Key("required");
        out.StartArray();
        text(out, key.name);
        out.EndArray();
        out.EndObject();
    }
    out.EndArray();
}

// A modifier needs its verb.
void dependencies(Writer& out) {
    out.Key("dependencies");
    out.StartObject();
    for (const KeyInfo& key : scenario_keys()) {
        if (key.verbs.empty()) continue;
        text(out, key.name);
        out.StartArray();
        text(out, key.verbs);
        out.EndArray();
    }
    out.EndObject();
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
