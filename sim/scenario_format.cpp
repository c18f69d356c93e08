#include "sim/scenario_format.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/operation.hpp"
#include "sim/win32_error.hpp"

namespace sim {
namespace {

constexpr std::int64_t kMaxInteger = INT64_MAX;
constexpr std::int64_t kMaxUint32 = UINT32_MAX;
constexpr Nanos kMicrosecond = 1'000;
constexpr Nanos kMillisecond = 1'000'000;
constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kMinute = 60 * kSecond;
constexpr Nanos kDay = kLatestInstant;
constexpr std::int64_t kMaxPredicate = 1000;

constexpr bool one = false;
constexpr bool many = true;

constexpr auto kSections = std::to_array<SectionInfo>({
#define SECTION(symbol, name, written, kind, most, meaning) \
    {Section::symbol, name, written, kind, most, meaning},
#define KEY(section, name, type, least, most, missing, example, meaning)
#define VERB(name, type, least, most, example, meaning)
#define MODIFIER(name, verbs, type, least, most, missing, example, meaning)
#include "sim/scenario_keys.def"
#undef SECTION
#undef KEY
#undef VERB
#undef MODIFIER
});

constexpr auto kKeys = std::to_array<KeyInfo>({
#define SECTION(symbol, name, written, kind, most, meaning)
#define KEY(section, name, type, least, most, missing, example, meaning) \
    {Section::section, name, ValueType::type, least, most, missing, example, meaning, ""},
#define VERB(name, type, least, most, example, meaning) \
    {Section::step, name, ValueType::type, least, most, "", example, meaning, ""},
#define MODIFIER(name, verbs, type, least, most, missing, example, meaning) \
    {Section::step, name, ValueType::type, least, most, missing, example, meaning, verbs},
#include "sim/scenario_keys.def"
#undef SECTION
#undef KEY
#undef VERB
#undef MODIFIER
});

// In the order of HandleSpec::Kind, and of the bits of notification modes.
constexpr auto kKinds = std::to_array<std::string_view>(
    {"file", "pipe", "tcp", "udp", "mailslot", "directory", "serial", "device"});
constexpr auto kModes = std::to_array<std::string_view>({"skip_port_on_success", "skip_set_event"});
constexpr auto kOperations = std::to_array<std::string_view>({
    "post",
#define OPERATION(symbol, verb, function, meaning) verb,
#include "sim/operations.def"
#undef OPERATION
});
constexpr auto kResults =
    std::to_array<std::string_view>({"ok", "eof", "more", "cancelled", "failed"});
// In the order of ClientSpec::Ending.
constexpr auto kEndings =
    std::to_array<std::string_view>({"close", "half-close", "reset", "stall"});
constexpr auto kErrors = std::to_array<std::string_view>({
#define WIN32_ERROR(symbol, number, name) name,
#include "sim/win32_errors.def"
#undef WIN32_ERROR
});

}  // namespace

bool KeyInfo::modifies(std::string_view verb) const {
    for (std::string_view rest = verbs; !rest.empty();) {
        const std::string_view each = rest.substr(0, rest.find(", "));
        if (each == verb || (each == "io" && is_operation(verb))) return true;
        rest.remove_prefix(std::min(rest.size(), each.size() + 2));
    }
    return false;
}

bool is_operation(std::string_view verb) {
    return verb != kOperations.front() &&
           std::find(kOperations.begin(), kOperations.end(), verb) != kOperations.end();
}

std::span<const std::string_view> words_of(ValueType type) {
    switch (type) {
        case ValueType::kind: return kKinds;
        case ValueType::modes: return kModes;
        case ValueType::operation: return kOperations;
        case ValueType::result: return kResults;
        case ValueType::error: return kErrors;
        case ValueType::ending: return kEndings;
        default: return {};
    }
}

std::span<const SectionInfo> scenario_sections() {
    return kSections;
}
std::span<const KeyInfo> scenario_keys() {
    return kKeys;
}
const SectionInfo& info(Section section) {
    return kSections[static_cast<std::size_t>(section)];
}

const KeyInfo* find_key(Section section, std::string_view name) {
    const auto found = std::find_if(kKeys.begin(), kKeys.end(), [&](const KeyInfo& key) {
        return key.section == section && key.name == name;
    });
    return found == kKeys.end() ? nullptr : &*found;
}

const KeyInfo* find_modifier(std::string_view name) {
    const auto found = std::find_if(kKeys.begin(), kKeys.end(), [&](const KeyInfo& key) {
        return key.name == name && !key.verbs.empty();
    });
    return found == kKeys.end() ? nullptr : &*found;
}

std::string with_commas(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t i = digits.size(); i > first + 3;) digits.insert(i -= 3, ",");
    return digits;
}

std::string limit_text(const KeyInfo& key, std::int64_t limit) {
    if (key.type == ValueType::size) {
        constexpr std::int64_t kKiB = 1 << 10, kMiB = 1 << 20;
        if (limit % kMiB == 0) return std::to_string(limit / kMiB) + " MiB";
        if (limit % kKiB == 0) return std::to_string(limit / kKiB) + " KiB";
        return std::to_string(limit) + " B";
    }
    if (key.type != ValueType::time && key.type != ValueType::duration &&
        key.type != ValueType::every)
        return with_commas(limit);
    constexpr std::array<std::pair<Nanos, std::string_view>, 5> units = {{{kMinute, " min"},
                                                                          {kSecond, " s"},
                                                                          {kMillisecond, " ms"},
                                                                          {kMicrosecond, " us"},
                                                                          {1, " ns"}}};
    for (const auto& [length, unit] : units)
        if (limit != 0 && limit % length == 0)
            return std::to_string(limit / length) + std::string(unit);
    return "0 s";
}

}  // namespace sim
