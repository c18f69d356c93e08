// What a fact means in words: its sentence, and the card that says why it happened.
#pragma once

#include <string>
#include <string_view>

#include "sim/trace.hpp"

namespace sim {

// "packet 3 goes straight to T4, on top of the waiting threads of P"
[[nodiscard]] std::string sentence(const TraceHeader&, const Fact&);

// "12.5 ms", "0 s": an instant or a duration for people, never more than four digits.
[[nodiscard]] std::string format_time(Nanos);

// "WAIT_TIMEOUT (258)"
[[nodiscard]] std::string error_text(Win32Error);

struct Card {
    std::string what;          // the sentence of the fact
    std::string_view rule_id;  // "W-LIFO-1"; "" when no rule is needed to explain it
    std::string_view rule;     // the sentence of the rule
    std::string_view badge;    // "documented", "observed on this computer", …
    std::string_view link;     // the documentation page; "" when there is none
};
// Why the fact happened. For a measured trace, where rules are not known yet, the card says what
// was observed and which rule the documentation has for it.
[[nodiscard]] Card explain(const TraceHeader&, const Fact&);

}  // namespace sim
