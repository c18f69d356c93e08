// The switches that turn the documented port into another one: for what-if questions, for
// explaining what other systems do, and for mutants that a checker must catch. The first value of
// each is the default: the documented behaviour where there is one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sim {

enum class Wake : std::uint8_t { lifo, fifo, random };             // W-LIFO-1
enum class Limit : std::uint8_t { on, off, plus_one, minus_one };  // C-LIMIT-1
enum class SelfInsert : std::uint8_t { off, nt52 };                // Q-SELF-1, OPEN on Windows
enum class Handoff : std::uint8_t { bound, refetch };              // Q-HANDOFF-1, W-NOSTEAL-1
enum class Close : std::uint8_t { abandon, keep };                 // X-CLOSE-1
enum class Drain : std::uint8_t { one, all };                      // G-EX-1 after a wait, OPEN

struct Policies {
    Wake wake = Wake::lifo;
    Limit limit = Limit::on;
    SelfInsert self_insert = SelfInsert::off;
    Handoff handoff = Handoff::bound;
    Close close = Close::abandon;
    Drain drain = Drain::one;

    bool operator==(const Policies&) const = default;
};

// Every switch by the name it has on the command line and in trace headers, with its values.
struct PolicySwitch {
    std::string_view name;                   // "self_insert"; "--self-insert" as a flag
    std::array<std::string_view, 4> values;  // the default first; unused places are empty
    std::string_view meaning;
};
[[nodiscard]] const std::array<PolicySwitch, 6>& policy_switches();
// Sets one switch; false when the name or the value is unknown.
[[nodiscard]] bool set_policy(Policies&, std::string_view name, std::string_view value);
[[nodiscard]] std::string_view policy_value(const Policies&, std::string_view name);
// "wake = fifo, limit = off"; empty for the defaults.
[[nodiscard]] std::string describe(const Policies&);

}  // namespace sim
