// What two runs are called in sentences that compare them.
#pragma once

#include <string>

#include "sim/trace.hpp"

namespace sim {

// "the model" and "our Linux port"; two runs of the same system are told apart by their place.
struct RunNames {
    std::string left, right;
    bool same_system = false;
};
[[nodiscard]] RunNames names_of(const Trace& left, const Trace& right);
// One run by itself: "the model", "Wine 8.0". Less than its lane says: ", not Windows" is left out,
// which would read as if the sentence went on there.
[[nodiscard]] std::string_view in_words(const TraceHeader&);
// The name of a thread, or "no thread".
[[nodiscard]] std::string name_or_none(const TraceHeader&, ThreadId);
// The text with a capital letter at its start.
[[nodiscard]] std::string capital(std::string text);

}  // namespace sim
