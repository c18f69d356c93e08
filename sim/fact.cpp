#include "sim/fact.hpp"

#include <array>
#include <vector>

namespace sim {
namespace {

constexpr std::array<std::string_view, kFieldCount> kFieldNames = {
    "port",        "thread",  "packet",    "event",  "lock",    "handle",  "operation",
    "key",         "bytes",   "error",     "reason", "outcome", "limit",   "batch",
    "count",       "cpu",     "voluntary", "modes",  "client",  "timeout", "duration",
    "involuntary", "dropped", "sent",      "echoed", "wrong"};
constexpr std::array<std::string_view, 4> kClassNames = {"stimulus", "call", "evidence", "hidden"};
constexpr std::array<std::string_view, 9> kReasonNames = {
    "none", "sleep", "event", "lock", "io", "join", "suspended", "port", "unannounced"};
constexpr std::array<std::string_view, 4> kOutcomeNames = {"complete", "stopped", "time_limit",
                                                           "crashed"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == name) return static_cast<Enum>(i);
    return std::nullopt;
}

// "thread port [packet]" as written in facts.def.
std::vector<FieldUse> parse_fields(std::string_view text) {
    std::vector<FieldUse> uses;
    while (!text.empty()) {
        const std::size_t space = text.find(' ');
        std::string_view word = text.substr(0, space);
        text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
        if (word.empty()) continue;
        const bool optional = word.front() == '[';
        if (optional) word = word.substr(1, word.size() - 2);
        const auto field = find<Field>(kFieldNames, word);
        // A typing error in the manifest; every test meets it.
        if (!field) __builtin_trap();
        uses.push_back({*field, optional});
    }
    return uses;
}

struct Manifest {
    std::array<std::vector<FieldUse>, kFactKindCount> fields;
    std::array<FactInfo, kFactKindCount> infos;

    Manifest() {
        std::size_t i = 0;
#define FACT(kind, fact_class, field_list, sentence)                                           \
    fields[i] = parse_fields(field_list);                                                      \
    infos[i] = {#kind, FactClass::fact_class, sentence, std::span<const FieldUse>(fields[i])}; \
    ++i;
#include "sim/facts.def"
#undef FACT
    }
};

const Manifest& manifest() {
    static const Manifest instance;  // immutable after construction
    return instance;
}

}  // namespace

const FactInfo& info(FactKind kind) {
    return manifest().infos[static_cast<std::size_t>(kind)];
}

std::optional<FactKind> fact_kind_from_name(std::string_view wanted) {
    for (std::size_t i = 0; i < kFactKindCount; ++i)
        if (manifest().infos[i].name == wanted) return static_cast<FactKind>(i);
    return std::nullopt;
}

std::string_view name(Field field) {
    return kFieldNames[static_cast<std::size_t>(field)];
}
std::string_view name(FactClass c) {
    return kClassNames[static_cast<std::size_t>(c)];
}
std::string_view name(Reason reason) {
    return kReasonNames[static_cast<std::size_t>(reason)];
}
std::string_view name(Outcome outcome) {
    return kOutcomeNames[static_cast<std::size_t>(outcome)];
}
std::optional<Reason> reason_from_name(std::string_view n) {
    return find<Reason>(kReasonNames, n);
}
std::optional<Outcome> outcome_from_name(std::string_view n) {
    return find<Outcome>(kOutcomeNames, n);
}

}  // namespace sim
