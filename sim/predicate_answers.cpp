// What a predicate asks and what the answers are, for people.
#include <fmt/format.h>

#include <algorithm>

#include "sim/predicate.hpp"
#include "sim/predicate_code.hpp"
#include "sim/predicate_value.hpp"

namespace sim {
namespace {

using predicate::kNone;
using predicate::Of;
using predicate::PredicateCode;
using predicate::Type;

// More answers than this tell nobody anything.
constexpr std::size_t kMostAnswers = 12;

std::string name_at(std::span<const std::string> names, std::int64_t id) {
    if (id == kNone) return "none";
    const auto i = static_cast<std::size_t>(id);
    return id >= 0 && i < names.size() ? names[i] : fmt::format("#{}", id);
}

std::string fact_text(std::int64_t kind) {
    return kind == kNone ? "none" : std::string(info(static_cast<FactKind>(kind)).name);
}
std::string rule_text(std::int64_t rule) {
    return rule == kNone ? "none" : std::string(info(static_cast<Rule>(rule)).id);
}
std::string error_text(std::int64_t number) {
    const std::string_view known = name(static_cast<Win32Error>(number));
    return known.empty() ? fmt::format("error {}", number) : std::string(known);
}

std::string value_text(Type type, std::int64_t value, const PredicateNames& names) {
    switch (type) {
        case Type::truth: return value != 0 ? "true" : "false";
        case Type::number: return fmt::format("{}", value);
        case Type::thread: return name_at(names.threads, value);
        case Type::port: return name_at(names.ports, value);
        case Type::handle: return name_at(names.handles, value);
        case Type::fact: return fact_text(value);
        case Type::rule: return rule_text(value);
        case Type::error: return error_text(value);
        case Type::operation: return std::string(name(static_cast<Operation>(value)));
    }
    return {};
}

std::string asked_text(const predicate::PropertyInfo& asked, std::uint32_t which,
                       const PredicateNames& names) {
    const std::string property(asked.name);
    switch (asked.of) {
        case Of::port: return name_at(names.ports, which) + "." + property;
        case Of::thread: return name_at(names.threads, which) + "." + property;
        case Of::handle: return name_at(names.handles, which) + "." + property;
        case Of::last: break;
    }
    return property;
}

}  // namespace

std::string answers(const Predicate& predicate, const PredicateNames& names, const Stage& stage,
                    const Fact* last) {
    std::vector<PredicateOp> asked;
    for (const PredicateOp& op : predicate.code) {
        const bool new_one = std::find(asked.begin(), asked.end(), op) == asked.end();
        if (new_one && predicate::property(static_cast<PredicateCode>(op.code)) != nullptr)
            asked.push_back(op);
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(asked.size(), kMostAnswers); ++i) {
        const auto& info = *predicate::property(static_cast<PredicateCode>(asked[i].code));
        text += (i == 0 ? "" : ", ") + asked_text(info, asked[i].which, names) + " is " +
                value_text(info.type, predicate::value(asked[i], stage, last), names);
    }
    if (asked.size() > kMostAnswers)
        text += fmt::format(", and {} more", asked.size() - kMostAnswers);
    return text;
}

}  // namespace sim
