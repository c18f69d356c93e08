// What a scenario file may contain: every section and key with its type, limits and meaning
// (sim/scenario_keys.def). The parser checks files against this table; the reference page and the
// JSON Schema for editors are written from it, so that the three cannot differ.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/ids.hpp"

namespace sim {

enum class Section : std::uint8_t {
#define SECTION(symbol, name, written, kind, most, meaning) symbol,
#define KEY(section, name, type, least, most, missing, example, meaning)
#define VERB(name, type, least, most, example, meaning)
#define MODIFIER(name, verbs, type, least, most, missing, example, meaning)
#include "sim/scenario_keys.def"
#undef SECTION
#undef KEY
#undef VERB
#undef MODIFIER
};

enum class ValueType : std::uint8_t {
    format,      // the number of the format
    text,        // any text
    identifier,  // a new name: letters, digits, - and _, a letter first
    integer,
    time,      // "1.5 ms"
    when,      // "settled"
    every,     // "settled" or a time
    port,      // the name of a port
    event,     // the name of an event
    rules,     // a list of rule ids
    threads,   // a list of thread names
    dispatch,  // a list of "T4" or "T4:1"
    steps,     // a list of steps
    repeat,    // true or a number
    flag,      // true
};

struct SectionInfo {
    Section section{};
    std::string_view name;     // "port"; empty for the top of the file
    std::string_view written;  // "[[port]]"
    bool many = false;
    std::uint64_t most = 1;
    std::string_view meaning;
};

struct KeyInfo {
    Section section{};
    std::string_view name;
    ValueType type{};
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::string_view missing;  // "required", or what holds when the key is not written
    std::string_view example;  // as it is written in a file
    std::string_view meaning;
    std::string_view verbs;  // of a step's modifier: the verbs it belongs to

    [[nodiscard]] bool required() const { return missing == "required"; }
    [[nodiscard]] bool verb() const { return section == Section::step && verbs.empty(); }
};

// Limits that are not those of one key.
inline constexpr std::size_t kMaxScenarioBytes = 1 << 20;
inline constexpr std::size_t kMaxLineBytes = 1 << 16;
inline constexpr std::size_t kMaxKeyDepth = 4;  // a.b.c is 3
inline constexpr std::int64_t kMaxThreads = 4096;
inline constexpr std::size_t kMaxEvents = 1000;
inline constexpr std::int64_t kMaxPosts = 100'000'000;
inline constexpr Nanos kLatestInstant = 86'400'000'000'000;  // 24 h

[[nodiscard]] std::span<const SectionInfo> scenario_sections();
[[nodiscard]] std::span<const KeyInfo> scenario_keys();
[[nodiscard]] const SectionInfo& info(Section);
[[nodiscard]] const KeyInfo* find_key(Section, std::string_view name);

// "8 ms", "60 s", "1440 min": a limit as it is written in a message.
[[nodiscard]] std::string limit_text(const KeyInfo&, std::int64_t limit);
// 1000000 as "1,000,000".
[[nodiscard]] std::string with_commas(std::int64_t number);

// docs/scenario-reference.md and assets/scenario.schema.json, complete.
[[nodiscard]] std::string scenario_reference();
[[nodiscard]] std::string scenario_schema();

}  // namespace sim
