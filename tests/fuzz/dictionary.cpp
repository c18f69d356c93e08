#include <fmt/format.h>

#include <set>

#include "sim/policy.hpp"
#include "sim/predicate_code.hpp"
#include "sim/scenario_format.hpp"
#include "tests/fuzz/harness.hpp"

namespace fuzz {
namespace {

using Words = std::set<std::string>;

template <class Enum>
void add_names(Words& words, Enum last) {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i)
        words.emplace(name(static_cast<Enum>(i)));
}

void add_rules(Words& words) {
    for (std::size_t i = 1; i < sim::rule_count(); ++i)
        words.emplace(info(static_cast<sim::Rule>(i)).id);
}

Words scenario_words() {
    Words words{"\"settled\"", "true",    " = ",        "[{",    "}]",     "\"1 ms\"",
                "\"1 us\"",    "\"0 s\"", "format = 1", "\"P\"", "\"T1\"", "\"INFINITE\""};
    for (const sim::SectionInfo& section : sim::scenario_sections())
        if (!section.name.empty()) words.emplace(section.written);
    for (const sim::KeyInfo& key : sim::scenario_keys()) {
        words.emplace(key.name);
        words.emplace(key.example);
        words.emplace(fmt::format("{} = {}", key.name, key.example));
    }
    add_rules(words);
    return words;
}

Words trace_words() {
    Words words{"seq",      "t0",        "t1",       "ev",       "rule",      "main",
                "INFINITE", "\"seq\":1", "\"t0\":0", "\"t1\":0", "duplicates"};
    for (std::size_t i = 0; i < sim::kFieldCount; ++i) {
        words.emplace(name(static_cast<sim::Field>(i)));
        words.emplace(fmt::format(",\"{}\":", name(static_cast<sim::Field>(i))));
    }
    for (std::size_t i = 0; i < sim::kFactKindCount; ++i)
        words.emplace(fmt::format("\"{}\"", info(static_cast<sim::FactKind>(i)).name));
    add_names(words, sim::Reason::unannounced);
    add_names(words, sim::Outcome::crashed);
    add_names(words, sim::Blocking::none);
    add_names(words, static_cast<sim::Operation>(sim::kOperationCount - 1));
    for (const sim::PolicySwitch& each : sim::policy_switches()) words.emplace(each.name);
    add_rules(words);
    return words;
}

Words schedule_words() {
    return {"port A 1",  "threads 3", "get A",  "post A 1", "tpost 1 A 1", "getpost",    "block 1",
            "unblock 1", "zwait",     "yield",  "sleep0",   "sleep",       "cs",         "leave",
            "read",      "write",     "join",   "alert",    "apc",         "suspend 1",  "resume 1",
            "exit 1",    "close A",   "nap 10", "> ",       "; ",          "  returned", "state"};
}

Words predicate_words() {
    Words words{"P.", "Q.", "T1.", "T2.", "file.", "and", "or",   "not",
                "==", "!=", "<=",  ">=",  "none",  "(",   "true", "false"};
    for (const auto& property : sim::predicate::properties()) {
        words.emplace(property.name);
        words.emplace(property.example);
    }
    return words;
}

// As a quoted word of a libFuzzer dictionary.
std::string quoted(const std::string& word) {
    std::string text = "\"";
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            text += std::string("\\") + c;
        else if (byte >= 0x20 && byte < 0x7F)
            text += c;
        else
            text += fmt::format("\\x{:02X}", byte);
    }
    return text + "\"\n";
}

}  // namespace

std::string dictionary(std::string_view harness) {
    Words words;
    if (harness == "scenario") words = scenario_words();
    if (harness == "trace" || harness == "compare") words = trace_words();
    if (harness == "schedule") words = schedule_words();
    if (harness == "predicate") words = predicate_words();
    std::string text;
    for (const std::string& word : words)
        if (word.size() <= 60) text += quoted(word);
    return text;
}

}  // namespace fuzz
