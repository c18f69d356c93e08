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
    amount,    // a number, or a text such as "2 * processors"
    boolean,   // true or false
    flag,      // true
    time,      // "1.5 ms"
    duration,  // a time, or "exponential(1 ms)"
    size,      // a number of bytes, or "log_uniform(1 B, 64 KiB)"
    when,      // "settled"
    every,     // "settled" or a duration
    file,      // the name of a file beside the scenario
    port,      // the name of a port ...
    handle,    // ... of a handle, or `this`
    closable,  // ... of a port or a handle, or `this`
    thread,
    event,
    lock,
    device,
    label,
    kind,       // of a handle, one of its words; so are the next four
    operation,  // "read"
    result,     // "eof"
    error,      // "ERROR_HANDLE_EOF"
    ending,     // of a connection: "close"
    predicate,  // sim/predicate.hpp
    modes,      // a list of notification modes
    rules,      // a list of rule ids
    threads,    // a list of thread names
    dispatch,   // a list of "T4" or "T4:1"
    returns,    // a list of "T1: ERROR_ABANDONED_WAIT_0"
    predicates,
    texts,
    steps,
    step,
    repeat,  // true or a number
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
    std::string_view verbs;  // of a step's modifier: the verbs it belongs to, "post, io"

    [[nodiscard]] bool required() const { return missing == "required" && verbs.empty(); }
    [[nodiscard]] bool verb() const { return section == Section::step && verbs.empty(); }
    [[nodiscard]] bool modifies(std::string_view verb) const;
};

// Limits that are not those of one key.
inline constexpr std::size_t kMaxScenarioBytes = 1 << 20;
inline constexpr std::size_t kMaxLineBytes = 1 << 16;
inline constexpr std::size_t kMaxKeyDepth = 4;  // a.b.c is 3
inline constexpr std::int64_t kMaxThreads = 4096;
inline constexpr std::int64_t kMaxHandles = 100'000;
inline constexpr std::size_t kMaxUsedNames = 1000;  // events; locks; labels of operations
inline constexpr std::int64_t kMaxClients = 10'000;
inline constexpr std::int64_t kMaxMessage = 16 << 20;
inline constexpr std::int64_t kMaxPosts = 100'000'000;
inline constexpr std::size_t kMaxInstants = 10'000'000;  // in arrival files, together
inline constexpr std::size_t kMaxFileBytes = 64u << 20;  // of all files that a scenario names
inline constexpr std::size_t kMaxFiles = 64;
inline constexpr Nanos kLatestInstant = 86'400'000'000'000;  // 24 h

[[nodiscard]] std::span<const SectionInfo> scenario_sections();
[[nodiscard]] std::span<const KeyInfo> scenario_keys();
[[nodiscard]] const SectionInfo& info(Section);
// Of a word that is a verb and a modifier of another verb, the verb.
[[nodiscard]] const KeyInfo* find_key(Section, std::string_view name);
[[nodiscard]] const KeyInfo* find_modifier(std::string_view name);
// True for read, write, accept ...: a verb of sim/operations.def.
[[nodiscard]] bool is_operation(std::string_view verb);
// The words that a value of this type can be: "file", "pipe", ... Empty for other types.
[[nodiscard]] std::span<const std::string_view> words_of(ValueType);

// "8 ms", "60 s", "1440 min": a limit as it is written in a message.
[[nodiscard]] std::string limit_text(const KeyInfo&, std::int64_t limit);
// 1000000 as "1,000,000".
[[nodiscard]] std::string with_commas(std::int64_t number);

// The part of the reference that explains the language, before the tables of keys.
[[nodiscard]] std::string_view scenario_introduction();
// docs/scenario-reference.md and assets/scenario.schema.json, complete.
[[nodiscard]] std::string scenario_reference();
[[nodiscard]] std::string scenario_schema();

}  // namespace sim
