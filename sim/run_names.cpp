#include "sim/run_names.hpp"

namespace sim {

std::string_view in_words(const TraceHeader& header) {
    constexpr std::string_view kSuffix = ", not Windows";
    if (header.backend == "model") return "the model";
    if (header.backend == "linux") return "our Linux port";
    std::string_view lane = header.lane;
    if (lane.ends_with(kSuffix)) lane.remove_suffix(kSuffix.size());
    return lane;
}

RunNames names_of(const Trace& left, const Trace& right) {
    if (left.header.lane == right.header.lane) return {"the first run", "the second run", true};
    return {std::string(in_words(left.header)), std::string(in_words(right.header)), false};
}

std::string name_or_none(const TraceHeader& header, ThreadId thread) {
    return thread == ThreadId::none ? "no thread" : std::string(thread_name(header, thread));
}

std::string capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

}  // namespace sim
