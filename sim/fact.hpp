// A fact: one thing that is known to have happened in a run, and when. Model and recorder write
// facts; everything else only reads them. Fixed size and trivially copyable, so facts cross
// threads by value and compare with ==.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "sim/ids.hpp"
#include "sim/operation.hpp"
#include "sim/rule.hpp"
#include "sim/win32_error.hpp"

namespace sim {

enum class FactClass : std::uint8_t { stimulus, call, evidence, hidden };

enum class FactKind : std::uint8_t {
#define FACT(kind, fact_class, fields, sentence) kind,
#include "sim/facts.def"
#undef FACT
};

// Why a thread is paused (behaviours.md §2): what it waits for outside the port.
enum class Reason : std::uint8_t {
    none,
    sleep,
    event,
    lock,
    io,
    join,
    suspended,
    port,
    unannounced
};

// How a run ended. Anything but `complete` means that facts after the last one are missing.
enum class Outcome : std::uint8_t { complete, stopped, time_limit, crashed };

struct Fact {
    Nanos t0 = 0;  // the fact happened at some instant of [t0, t1]; in the model t0 == t1
    Nanos t1 = 0;
    FactKind kind{};
    Rule rule = Rule::none;  // the rule that made it happen; set by the model only
    Reason reason = Reason::none;
    Outcome outcome = Outcome::complete;
    Win32Error error = Win32Error::success;
    PortId port = PortId::none;
    ThreadId thread = ThreadId::none;
    PacketId packet = PacketId::none;
    EventId event = EventId::none;
    HandleId handle = HandleId::none;
    Operation operation = Operation::post;
    LockId lock = LockId::none;
    Key key = 0;
    std::uint32_t bytes = 0;
    std::uint32_t number =
        0;  // limit, batch, count, cpu, voluntary, modes, client: what the fields name
    std::int64_t amount = 0;  // timeout, duration (ns), involuntary, dropped, sent

    bool operator==(const Fact&) const = default;
};
static_assert(std::is_trivially_copyable_v<Fact>);

// A field is a name in the trace file and a place in Fact.
enum class Field : std::uint8_t {
    port,
    thread,
    packet,
    event,
    lock,
    handle,
    operation,
    key,
    bytes,
    error,
    reason,
    outcome,
    limit,
    batch,
    count,
    cpu,
    voluntary,
    modes,
    client,  // in Fact::number
    timeout,
    duration,
    involuntary,
    dropped,
    sent,    // in Fact::amount
    echoed,  // in Fact::key
    wrong,   // in Fact::bytes
};
inline constexpr std::size_t kFieldCount = 26;

struct FieldUse {
    Field field{};
    bool optional = false;
};

struct FactInfo {
    std::string_view name;  // "handed_off", the value of "ev" in a trace file
    FactClass fact_class{};
    std::string_view sentence;  // with {field} placeholders
    std::span<const FieldUse> fields;
};

inline constexpr std::size_t kFactKindCount = 0
#define FACT(kind, fact_class, fields, sentence) +1
#include "sim/facts.def"
#undef FACT
    ;

[[nodiscard]] const FactInfo& info(FactKind);
[[nodiscard]] std::optional<FactKind> fact_kind_from_name(std::string_view name);
[[nodiscard]] std::string_view name(Field);
[[nodiscard]] std::string_view name(FactClass);
[[nodiscard]] std::string_view name(Reason);
[[nodiscard]] std::string_view name(Outcome);
[[nodiscard]] std::optional<Reason> reason_from_name(std::string_view name);
[[nodiscard]] std::optional<Outcome> outcome_from_name(std::string_view name);

[[nodiscard]] inline bool hidden(const Fact& fact) {
    return info(fact.kind).fact_class == FactClass::hidden;
}

}  // namespace sim
