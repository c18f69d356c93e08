#include "sim/scenario_parse_sections.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace sim::parse {
namespace {

const SectionInfo* section_called(std::string_view name) {
    for (const SectionInfo& s : scenario_sections())
        if (s.section != Section::step && !s.name.empty() && s.name == name) return &s;
    return nullptr;
}

void not_a_section(Problems& problems, const SectionInfo& section, const Entry& entry) {
    problems.add(
        ErrorCode::wrong_type, entry.place,
        quoted(entry.key) + " is a section, not " + std::string(describe(entry.value.kind)),
        "write " + std::string(section.written) + " on a line of its own");
}

// A section that is a list: [[port]]. One that is written [port] is read all the same, so that its
// other errors are seen at once.
void find_many(Problems& problems, const SectionInfo& section, const Entry& entry,
               std::vector<Found>& found) {
    const std::string written(section.written);
    if (entry.value.kind == Node::Kind::table) {
        problems.add(ErrorCode::single_section,
                     entry.value.inline_value ? entry.place : entry.value.place,
                     "[" + std::string(section.name) + "] is written with two brackets: " + written,
                     "there may be several, so they are a list even when there is one");
        found.push_back({section.section, &entry.value});
        return;
    }
    if (entry.value.kind != Node::Kind::list) return not_a_section(problems, section, entry);
    std::uint64_t count = 0;
    for (const Node& item : entry.value.items) {
        if (item.kind != Node::Kind::table) {
            problems.add(ErrorCode::wrong_type, item.place,
                         quoted(entry.key) + " is a list of tables; this is " +
                             std::string(describe(item.kind)),
                         "write " + written + " on a line of its own");
        } else if (++count <= section.most) {
            found.push_back({section.section, &item});
        } else {
            return problems.add(ErrorCode::too_many, item.place,
                                "there are more than " +
                                    with_commas(static_cast<std::int64_t>(section.most)) + " " +
                                    written);
        }
    }
}

// A section that exists once: [machine].
const Node* find_one(Problems& problems, const SectionInfo& section, const Entry& entry) {
    const std::string written(section.written);
    if (entry.value.kind == Node::Kind::table) return &entry.value;
    const bool list_of_tables = entry.value.kind == Node::Kind::list &&
                                !entry.value.items.empty() &&
                                entry.value.items.front().kind == Node::Kind::table;
    if (!list_of_tables) {
        not_a_section(problems, section, entry);
        return nullptr;
    }
    problems.add(ErrorCode::double_section, entry.value.items.front().place,
                 "[" + written + "] is written with one bracket: " + written, "there is only one");
    return &entry.value.items.front();
}

// True for a section whose tables begin at some time.
bool happens(Section section) {
    switch (section) {
        case Section::thread:
        case Section::post:
        case Section::set:
        case Section::close:
        case Section::act:
        case Section::client: return true;
        default: return false;
    }
}

}  // namespace

std::vector<Found> Sections::all(Section section) const {
    std::vector<Found> some;
    std::copy_if(many.begin(), many.end(), std::back_inserter(some),
                 [&](const Found& f) { return f.section == section; });
    return some;
}

bool Sections::mentioned(Section section) const {
    return std::find(mentioned_sections.begin(), mentioned_sections.end(), section) !=
           mentioned_sections.end();
}

Sections find_sections(Problems& problems, const Node& root) {
    Sections sections;
    for (const Entry& entry : root.entries) {
        const SectionInfo* section = section_called(entry.key);
        if (!section) {
            sections.top.entries.push_back(entry);
            continue;
        }
        const bool empty = entry.value.kind == Node::Kind::list && entry.value.items.empty();
        if (!empty) sections.mentioned_sections.push_back(section->section);
        if (section->many) {
            find_many(problems, *section, entry, sections.many);
        } else {
            const Node* table = find_one(problems, *section, entry);
            (section->section == Section::machine ? sections.machine : sections.expect) = table;
        }
    }
    std::stable_sort(
        sections.many.begin(), sections.many.end(),
        [](const Found& a, const Found& b) { return a.table->place.before(b.table->place); });
    std::uint32_t position = 0;
    for (Found& f : sections.many)
        if (happens(f.section)) f.position = position++;
    return sections;
}

}  // namespace sim::parse
