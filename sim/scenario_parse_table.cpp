#include "sim/scenario_parse_table.hpp"

#include <algorithm>
#include <string>

namespace sim::parse {
namespace {

// "[[port]]", "a step"
std::string written(Section section) {
    return std::string(info(section).written);
}

// The section where a key would be right, when it is one only.
std::optional<Section> home_of(std::string_view name) {
    std::optional<Section> home;
    for (const KeyInfo& key : scenario_keys()) {
        if (key.name != name) continue;
        if (home && *home != key.section) return std::nullopt;
        home = key.section;
    }
    return home;
}

// `set` is a verb, but in {modes = "H", set = [...]} it belongs to `modes`.
const KeyInfo* key_in(Section section, const Node& node, std::string_view name) {
    const KeyInfo* key = find_key(section, name);
    if (!key || !key->verb()) return key;
    const KeyInfo* modifier = find_modifier(name);
    if (!modifier) return key;
    const bool modifies = std::any_of(node.entries.begin(), node.entries.end(),
                                      [&](const Entry& e) { return modifier->modifies(e.key); });
    return modifies ? modifier : key;
}

}  // namespace

std::string_view add_unknown_key(Problems& problems, Section section, const Entry& entry) {
    std::vector<std::string_view> names;
    for (const KeyInfo& key : scenario_keys())
        if (key.section == section) names.push_back(key.name);
    if (section == Section::file)
        for (const SectionInfo& s : scenario_sections())
            if (!s.name.empty() && s.section != Section::step) names.push_back(s.name);
    const std::string_view meant = closest(entry.key, names);
    std::string help;
    if (const auto home = home_of(entry.key); home && *home == Section::file) {
        help = quoted(entry.key) + " stands at the top of the file, before the first section";
    } else if (section == Section::act && find_key(Section::step, entry.key)) {
        help = "write `step = {" + entry.key + " = ...}`";
    } else if (home && meant.empty()) {
        help = quoted(entry.key) + " belongs to " + written(*home);
    } else {
        help = problems.suggest(entry.key, names);
    }
    const Node& value = entry.value;
    const bool is_section = section == Section::file && !value.inline_value &&
                            (value.kind == Node::Kind::table || value.kind == Node::Kind::list);
    const std::string what = is_section ? "unknown section " : "unknown key ";
    problems.add(
        ErrorCode::unknown_key, entry.place,
        what + quoted(entry.key) + (section == Section::file ? "" : " in " + written(section)),
        help);
    return meant;
}

Table::Table(const Context& context, Section section, const Node& node, const Place& header)
    : header_(header) {
    Problems& problems = context.problems;
    for (const Entry& entry : node.entries) {
        const KeyInfo* key = key_in(section, node, entry.key);
        if (key) {
            fields_.push_back(
                {key, read_value(context, *key, entry), entry.place, entry.value.place});
        } else {
            has_unknown_keys_ = true;
            meant_.push_back(add_unknown_key(problems, section, entry));
        }
    }
    for (const KeyInfo& key : scenario_keys()) {
        if (key.section != section || !key.required() || has(key.name)) continue;
        if (key.type == ValueType::format) continue;  // has an error of its own
        if (misspells(key.name)) continue;
        problems.add(ErrorCode::missing_key, header,
                     quoted(key.name) + " is missing in " + written(section),
                     "write, for example, `" + std::string(key.name) + " = " +
                         std::string(key.example) + "`");
    }
}

bool Table::misspells(std::string_view key) const {
    return std::find(meant_.begin(), meant_.end(), key) != meant_.end();
}

const Table::Field* Table::find(std::string_view key) const {
    const auto found = std::find_if(fields_.begin(), fields_.end(),
                                    [&](const Field& f) { return f.key->name == key; });
    return found == fields_.end() ? nullptr : &*found;
}

const Value* Table::get(std::string_view key) const {
    const Field* field = find(key);
    return field && field->value ? &*field->value : nullptr;
}

std::int64_t Table::integer(std::string_view key, std::int64_t otherwise) const {
    const Value* value = get(key);
    return value ? value->integer : otherwise;
}

Nanos Table::time(std::string_view key, Nanos otherwise) const {
    const Value* value = get(key);
    return value ? value->time : otherwise;
}

Duration Table::duration(std::string_view key, Duration otherwise) const {
    const Value* value = get(key);
    return value ? value->duration : otherwise;
}

bool Table::flag(std::string_view key, bool otherwise) const {
    const Value* value = get(key);
    return value ? value->flag : otherwise;
}

std::string Table::text(std::string_view key) const {
    const Value* value = get(key);
    return value ? std::string(value->text) : std::string();
}

std::optional<std::uint32_t> Table::number(std::string_view key) const {
    const Value* value = get(key);
    if (!value) return std::nullopt;
    return static_cast<std::uint32_t>(value->integer);
}

Place Table::key_place(std::string_view key) const {
    const Field* field = find(key);
    return field ? field->key_place : header_;
}

Place Table::value_place(std::string_view key) const {
    const Field* field = find(key);
    return field ? field->value_place : header_;
}

}  // namespace sim::parse
