// docs/scenario-reference.md, written from the tables that the parser uses.
#include <algorithm>
#include <string>

#include "sim/error_code.hpp"
#include "sim/predicate.hpp"
#include "sim/scenario_format.hpp"

namespace sim {
namespace {

std::string code(std::string_view text) {
    return "`" + std::string(text) + "`";
}

// "`\"file\"`, `\"pipe\"`, ..." for keys that take one of a few words.
std::string words(ValueType type) {
    std::string text;
    for (const std::string_view word : words_of(type))
        text += (text.empty() ? "" : ", ") + code("\"" + std::string(word) + "\"");
    return text;
}

std::string type_name(ValueType type) {
    switch (type) {
        case ValueType::format:
        case ValueType::integer: return "number";
        case ValueType::amount: return "number, or [text](#numbers)";
        case ValueType::boolean: return "true or false";
        case ValueType::flag: return "true";
        case ValueType::text: return "text";
        case ValueType::identifier: return "new name";
        case ValueType::time: return "time";
        case ValueType::duration: return "time or [distribution](#times)";
        case ValueType::size: return "number of bytes, or [text](#clients)";
        case ValueType::when: return "\"settled\"";
        case ValueType::every: return "time, [distribution](#times) or \"settled\"";
        case ValueType::file: return "name of a [file](#arrival-files)";
        case ValueType::port: return "name of a port";
        case ValueType::handle: return "name of a [handle](#handles)";
        case ValueType::closable: return "name of a port or a handle";
        case ValueType::thread: return "name of a thread";
        case ValueType::event: return "name of an event";
        case ValueType::lock: return "name of a lock";
        case ValueType::device: return "name of a device";
        case ValueType::label: return "name of operations";
        case ValueType::kind:
        case ValueType::operation:
        case ValueType::result:
        case ValueType::ending: return words(type);
        case ValueType::error: return "name of an [error](#errors-of-calls)";
        case ValueType::predicate: return "[predicate](#predicates)";
        case ValueType::modes: return "list of " + words(type);
        case ValueType::rules: return "list of rule ids";
        case ValueType::threads: return "list of threads";
        case ValueType::dispatch: return "list of dispatches";
        case ValueType::returns: return "list of threads and errors";
        case ValueType::predicates: return "list of [predicates](#predicates)";
        case ValueType::texts: return "list of texts";
        case ValueType::steps: return "list of [steps](#steps)";
        case ValueType::step: return "[step](#steps)";
        case ValueType::repeat: return "true or a number";
    }
    return {};
}

std::string limits(const KeyInfo& key) {
    switch (key.type) {
        case ValueType::format: return "1";
        case ValueType::integer:
        case ValueType::amount:
        case ValueType::repeat:
        case ValueType::time:
        case ValueType::duration:
        case ValueType::size:
        case ValueType::every:
            return limit_text(key, key.least) + " to " + limit_text(key, key.most);
        case ValueType::modes:
        case ValueType::rules:
        case ValueType::threads:
        case ValueType::dispatch:
        case ValueType::returns:
        case ValueType::predicates:
        case ValueType::texts:
        case ValueType::steps:
            return (key.least > 0 ? with_commas(key.least) + " to " : "at most ") +
                   with_commas(key.most) + " entries";
        default: return key.most > 0 ? "at most " + with_commas(key.most) + " bytes" : "";
    }
}

// "`post`, `bind`"; "every operation" for io.
std::string owners(std::string_view verbs) {
    std::string text;
    while (!verbs.empty()) {
        const std::string_view each = verbs.substr(0, verbs.find(", "));
        verbs.remove_prefix(std::min(verbs.size(), each.size() + 2));
        text += (text.empty() ? "" : ", ") + (each == "io" ? "every operation" : code(each));
    }
    return text;
}

std::string row(const KeyInfo& key) {
    std::string text = "| " + code(key.name) + " | ";
    if (!key.verbs.empty()) text += owners(key.verbs) + " | ";
    text += type_name(key.type) + " | " + limits(key) + " | ";
    if (!key.verb())
        text += (key.missing == "required" ? "**required**" : std::string(key.missing)) + " | ";
    return text + std::string(key.meaning) + " " +
           code(std::string(key.name) + " = " + std::string(key.example)) + " |\n";
}

// One table of the keys of a section that `wanted` picks.
template <class Wanted>
std::string table(Section section, std::string_view head, Wanted wanted) {
    std::string text = "\n| " + std::string(head) + " |\n|";
    for (std::size_t at = 0; at != std::string_view::npos; at = head.find('|', at + 1))
        text += "---|";
    text += "\n";
    for (const KeyInfo& key : scenario_keys())
        if (key.section == section && wanted(key)) text += row(key);
    return text;
}

std::string section_text(const SectionInfo& section) {
    std::string text = "## ";
    const bool step = section.section == Section::step;
    if (section.section == Section::file) text += "The top of the file";
    if (step) text += "Steps";
    if (text.size() == 3) text += code(section.written);
    text += "\n\n" + std::string(section.meaning);
    if (section.most > 1) {
        text += " At most " + with_commas(static_cast<std::int64_t>(section.most)) +
                (step ? " in a list." : " in a file.");
    }
    text += "\n";
    if (!step) {
        return text +
               table(section.section, "Key | Value | Limits | Without it | Meaning and example",
                     [](const KeyInfo&) { return true; }) +
               "\n";
    }
    constexpr std::string_view verbs = "Verb | Value | Limits | Meaning and example";
    text += table(section.section, verbs,
                  [](const KeyInfo& key) { return key.verb() && !is_operation(key.name); });
    text +=
        "\n**Operations** start something on a handle and go on at once; a packet tells when it "
        "has ended.\n";
    text += table(section.section, verbs,
                  [](const KeyInfo& key) { return key.verb() && is_operation(key.name); });
    text += "\n**Modifiers** say more about a verb.\n";
    text +=
        table(section.section, "Modifier | Of | Value | Limits | Without it | Meaning and example",
              [](const KeyInfo& key) { return !key.verb(); });
    return text + "\n";
}

}  // namespace

std::string scenario_reference() {
    std::string text(scenario_introduction());
    text += predicate_reference() + "\n";
    for (const SectionInfo& section : scenario_sections()) text += section_text(section);
    text +=
        "## Errors of calls\n\nCalls and operations end with errors of Windows, by their "
        "names:\n\n";
    for (const std::string_view name : words_of(ValueType::error))
        text += (name == words_of(ValueType::error).front() ? "" : ", ") + code(name);
    text +=
        ".\n\n## Errors of scenarios\n\nAll errors of a file are shown at once, each with a code "
        "that never changes. `iocpscope explain CODE` says more.\n\n| Code | Title |\n|---|---|\n";
    for (const ErrorInfo& error : error_codes())
        text += "| " + std::string(error.code) + " | " + std::string(error.title) + " |\n";
    return text;
}

}  // namespace sim
