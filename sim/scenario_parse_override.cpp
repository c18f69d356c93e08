#include "sim/scenario_parse_override.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "sim/scenario_format.hpp"

namespace sim::parse {
namespace {

constexpr std::size_t kLongestPath = 1000;

void set_place(Node& node, const Place& place) {
    node.place = place;
    for (Node& item : node.items) set_place(item, place);
    for (Entry& entry : node.entries) {
        entry.place = place;
        set_place(entry.value, place);
    }
}

// A TOML value if the text is one, else the text itself.
Node value_of(std::string_view text, const Place& place) {
    Node node;
    node.kind = Node::Kind::text;
    node.text = text;
    if (text.find_first_of("\r\n") == std::string_view::npos) {
        const std::string line = "value = " + std::string(text);
        const Lines lines(line);
        Result<Node> tree = read_tree(line, lines, "");
        if (tree && tree->entries.size() == 1) node = std::move(tree->entries.front().value);
    }
    // A table or a list stands in the file as if in braces or brackets there.
    node.inline_value = true;
    set_place(node, place);
    return node;
}

// Finds the key that an override means and gives it its value.
class Override {
public:
    Override(Problems& problems, std::string_view path, const Place& place)
        : problems_(problems), rest_(path), place_(place) {}

    void apply(Node& root, Node value) {
        const std::string_view first = next();
        if (const SectionInfo* section = section_called(first))
            return in_section(root, *section, std::move(value));
        const KeyInfo* key = find_key(Section::file, first);
        if (!key) return unknown_start(first);
        in_table(root, Section::file, first, std::move(value));
    }

private:
    // The next part of the path; empty at its end.
    std::string_view next() {
        const std::string_view part = rest_.substr(0, rest_.find('.'));
        rest_.remove_prefix(std::min(rest_.size(), part.size() + 1));
        return part;
    }

    void complain(std::string message, std::string help) {
        problems_.add(ErrorCode::names_nothing, place_, std::move(message), std::move(help));
    }

    static const SectionInfo* section_called(std::string_view name) {
        for (const SectionInfo& s : scenario_sections())
            if (s.section != Section::step && !s.name.empty() && s.name == name) return &s;
        return nullptr;
    }

    void unknown_start(std::string_view first) {
        std::vector<std::string_view> names;
        for (const SectionInfo& s : scenario_sections())
            if (s.section != Section::step && !s.name.empty()) names.push_back(s.name);
        for (const KeyInfo& key : scenario_keys())
            if (key.section == Section::file) names.push_back(key.name);
        std::string help = problems_.suggest(first, names);
        if (help.empty())
            help = "write, for example, port.P.concurrency, handler.1.steps.1.cpu or seed";
        complain("a scenario has no section and no key " + quoted(first), std::move(help));
    }

    static Entry* entry_of(Node& table, std::string_view key) {
        const auto found = std::find_if(table.entries.begin(), table.entries.end(),
                                        [&](const Entry& e) { return e.key == key; });
        return found == table.entries.end() ? nullptr : &*found;
    }

    void in_section(Node& root, const SectionInfo& section, Node value) {
        Entry* entry = entry_of(root, section.name);
        if (!section.many) {
            if (!entry) {
                root.entries.push_back({std::string(section.name), place_, Node{}});
                entry = &root.entries.back();
                entry->value.place = place_;
            }
            return in_table(entry->value, section.section, next(), std::move(value));
        }
        const std::string_view which = next();
        Node* table = entry ? find_table(entry->value, which) : nullptr;
        if (!table) return no_such_table(section, entry ? &entry->value : nullptr, which);
        in_table(*table, section.section, next(), std::move(value));
    }

    // By number, from 1, or by name.
    static Node* find_table(Node& list, std::string_view which) {
        if (list.kind == Node::Kind::table) {  // [port], which has an error of its own
            return which == "1" || name_of(list) == which ? &list : nullptr;
        }
        if (const auto number = number_of(which))
            return *number <= list.items.size() ? &list.items[*number - 1] : nullptr;
        for (Node& item : list.items)
            if (!which.empty() && name_of(item) == which) return &item;
        return nullptr;
    }
    static std::string_view name_of(const Node& table) {
        for (const Entry& entry : table.entries)
            if (entry.key == "name") return entry.value.text;
        return {};
    }
    static std::optional<std::size_t> number_of(std::string_view text) {
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size() || number == 0)
            return std::nullopt;
        return number;
    }

    void no_such_table(const SectionInfo& section, const Node* list, std::string_view which) {
        const std::size_t there = list ? list->items.size() : 0;
        const std::string written(section.written);
        if (there == 0) return complain("the scenario has no " + written, "");
        std::vector<std::string_view> names;
        for (const Node& item : list->items)
            if (const std::string_view name = name_of(item); !name.empty()) names.push_back(name);
        if (number_of(which)) {
            return complain("there is no " + written + " number " + std::string(which),
                            there == 1 ? "there is only 1" : "there are " + std::to_string(there));
        }
        complain(which.empty() ? "which " + written + " is not said"
                               : "there is no " + written + " called " + quoted(which),
                 names.empty() ? "say its number in the file: 1 is the first"
                               : problems_.suggest(which, names));
    }

    void in_table(Node& table, Section section, std::string_view name, Node value) {
        const KeyInfo* key = find_key(section, name);
        if (!key || table.kind != Node::Kind::table) return unknown_key(section, name);
        Entry* entry = entry_of(table, name);
        if (!rest_.empty()) return inside(*key, entry, std::move(value));
        if (entry) {
            // What stands there keeps its place among the keys, but its value is the override's.
            entry->value = std::move(value);
            return;
        }
        table.entries.push_back({std::string(name), place_, std::move(value)});
    }

    void unknown_key(Section section, std::string_view name) {
        std::vector<std::string_view> names;
        for (const KeyInfo& key : scenario_keys())
            if (key.section == section) names.push_back(key.name);
        const std::string written(info(section).written);
        if (name.empty()) {
            return complain("which key of " + written + " is not said",
                            problems_.suggest(name, names));
        }
        complain("there is no key " + quoted(name) + " in " + written,
                 problems_.suggest(name, names));
    }

    // Further parts of the path lead into the steps of a list, or into the step of a [[do]].
    void inside(const KeyInfo& key, Entry* entry, Node value) {
        const bool one = key.type == ValueType::step;
        if (!one && key.type != ValueType::steps)
            return complain("nothing is inside " + quoted(key.name), "end the path there");
        if (!entry) return complain("there is no " + quoted(key.name) + " here", "");
        if (one) return in_table(entry->value, Section::step, next(), std::move(value));
        const std::string_view which = next();
        const auto number = number_of(which);
        const std::size_t there = entry->value.items.size();
        if (!number || *number > there) {
            return complain("there is no step " + quoted(which) + " in " + quoted(key.name),
                            there == 1 ? "there is only step 1"
                                       : "there are steps 1 to " + std::to_string(there));
        }
        in_table(entry->value.items[*number - 1], Section::step, next(), std::move(value));
    }

    Problems& problems_;
    std::string_view rest_;
    Place place_;
};

}  // namespace

void apply_overrides(Problems& problems, Node& root,
                     const std::vector<std::pair<std::string, std::string>>& overrides) {
    for (const auto& [path, value] : overrides) {
        const std::string shown(std::string_view(path + "=" + value).substr(0, 200));
        const Place place{0, 0, 1, problems.add_source("KEY=VALUE " + shown, {})};
        if (path.size() > kLongestPath || value.size() > kMaxLineBytes / 2) {
            problems.add(ErrorCode::names_nothing, place, "this override is too long", "");
            continue;
        }
        Override(problems, path, place).apply(root, value_of(value, place));
    }
}

}  // namespace sim::parse
